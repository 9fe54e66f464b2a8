import { expect, test } from "../fixtures/test.ts";
import { word } from "../fixtures/words.ts";

test("another range of days is shown in place: the link that was pressed keeps the focus, and Back leads back", async ({ home }) => {
  await home.getByRole("link", { name: word("app.history"), exact: true }).click();
  const rows = home.getByRole("rowheader");
  await expect(rows).toHaveCount(7);
  const fortnight = home.getByRole("link", { name: word("hist.days", "ja", { n: 14 }), exact: true });
  await fortnight.focus();
  await home.keyboard.press("Enter");
  await expect(rows).toHaveCount(14);
  await expect(fortnight).toBeFocused();
  await expect(fortnight).toHaveAttribute("aria-current", "true");
  await home.goBack();
  await expect(rows).toHaveCount(7);
});
