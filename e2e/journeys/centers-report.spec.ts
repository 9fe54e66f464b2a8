import { Keyboard } from "../fixtures/keyboard.ts";
import { Server } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";
import { word } from "../fixtures/words.ts";
import { CheckPage, expectReceipt, ReportForm } from "../pages/report-form.page.ts";
import { typeSignIn } from "../pages/sign-in.page.ts";

/** What differs between the forms of those who report for a unit of their own: whom they count, and the column's word. */
const CENTERS = [
  { kind: "health_center", counting: "form.counting-center-1", number: "form.number", closes: false },
  { kind: "follow_up_center", counting: "form.counting-follow-up-1", number: "form.number-follow-up", closes: true },
];

// A server of its own: what a center reports stands in the figures of other journeys.
test.describe("with centers of its own", () => {
  const server = new Server();
  test.use({ baseURL: async ({}, use) => use(server.origin) });
  test.beforeAll(() => server.start());
  test.afterAll(() => server.remove());

  for (const { kind, counting, number, closes } of CENTERS) {
    test(`a ${kind} reports its own day on the screens of a clinic, without a mouse`, async ({ page }) => {
      test.slow();
      const center = server.account((one) => one.organization_kind === kind && !one.is_manager);
      const keys = new Keyboard(page);
      await page.goto("/sign-in");
      await typeSignIn(keys, page, server.origin, center);
      await expect(page.getByRole("heading", { level: 1, name: word("home.heading") })).toBeFocused();
      await keys.on(page.getByRole("link", { name: word("home.write"), exact: true }));

      const form = new ReportForm(page);
      await expect(page).toHaveURL(/\/report$/);
      await expect(form.cell("age_0")).toBeFocused();
      await expect(page.getByRole("main")).toContainText(center.organization_name);
      await expect(page.getByRole("columnheader", { name: word(number), exact: true }).first()).toBeVisible();
      // A center is never closed: what reaches it is counted on the day that it arrives.
      await expect(form.button("closed")).toHaveCount(closes ? 1 : 0);
      await keys.press("3", "Enter", "Enter", "1", "2", "Shift+Enter");
      await expect(form.cell("age_1_4")).toBeFocused();
      await expect(form.total()).toHaveText(/15/);
      await keys.to(page.getByText(word("form.counting"), { exact: true }), "Shift+Tab");
      await keys.press("Enter");
      await expect(page.getByText(word(counting), { exact: true })).toBeVisible();
      await keys.on(form.cell("age_0"), "Control+Enter");

      const check = await new CheckPage(page).shown();
      await expect(page).toHaveURL(/\/report\/check$/);
      await expect(page.getByRole("main")).toContainText(center.organization_name);
      for (const box of await check.warnings().all()) await keys.on(box, "Space");
      await keys.on(check.send());
      await expectReceipt(page);
      await expect(page.getByRole("main")).toContainText(center.organization_name);

      await keys.on(page.getByRole("main").getByRole("link", { name: word("app.history"), exact: true }));
      const today = page.getByRole("table").getByRole("row").nth(1);
      await expect(today.getByRole("cell").nth(1)).toHaveText("3");
      await expect(today.getByRole("cell").nth(3)).toHaveText("12");
      await expect(today.getByRole("cell").nth(15)).toHaveText("15");

      // Once a day, as for everybody.
      await keys.to(page.getByRole("link", { name: word("app.report"), exact: true }).first(), "Shift+Tab");
      await keys.press("Enter");
      await expect(page.getByText(word("form.already", "ja", { date: "2026/11/22" })).first()).toBeVisible();
      await expect(page.getByRole("textbox")).toHaveCount(0);
    });
  }
});
