import { expectAccessibleInEveryLook } from "../fixtures/accessibility.ts";
import { expect, test } from "../fixtures/test.ts";
import { word } from "../fixtures/words.ts";
import { ReportForm } from "../pages/report-form.page.ts";
import { codeField, signIn } from "../pages/sign-in.page.ts";

const security = (key: string) => word(`access.security.${key}`);

/** What the computer at the front desk says it is: by that its session is told from others. */
const FRONT_DESK = "Mozilla/5.0 (X11; Linux x86_64) Front-Desk/2";

test("who finds a session that should not be there ends it, and that browser asks for a sign-in at its next act", async ({
  home,
  browser,
  server,
  clinic,
}) => {
  // Both sign in as one account, whose codes are few.
  test.slow();
  const context = await browser.newContext({ baseURL: server.origin, userAgent: FRONT_DESK });
  const desk = await context.newPage();
  await desk.goto("/sign-in");
  await signIn(desk, clinic);
  const form = await new ReportForm(desk).open();

  await home.goto("/security");
  const sessions = home.getByRole("region", { name: security("sessions"), exact: true }).getByRole("row");
  const own = sessions.filter({ hasText: security("this-session") });
  const other = sessions.filter({ hasText: FRONT_DESK });
  await expect(own).toHaveCount(1);
  await expect(own).not.toContainText(FRONT_DESK);
  await expect(own.getByRole("button")).toHaveCount(0);
  await expect(other).toHaveCount(1);
  await expectAccessibleInEveryLook(home, "own sessions");

  await other.getByRole("button", { name: security("end"), exact: true }).click();
  await expect(other).toHaveCount(0);
  await expect(own).toHaveCount(1);

  // The page at the front desk stays as it was until something is asked of the server: a draft to be kept, or a page.
  const dialog = desk.getByRole("dialog", { name: word("session.expired-heading") });
  await expect(dialog).toBeHidden();
  await form.fill({ age_0: "4" });
  await expect(dialog).toBeVisible();
  const tab = await context.newPage();
  await tab.goto("/history");
  await expect(tab.getByRole("heading", { level: 1, name: word("signin.heading") })).toBeVisible();

  // Whoever ended it goes on.
  await home.reload();
  await expect(own).toHaveCount(1);
  await expect(other).toHaveCount(0);
  await context.close();
});

test("wrong codes before a change are counted down, and the fifth ends the session: the sign-in opens over the page", async ({ home }) => {
  await home.goto("/security");
  await home.getByRole("button", { name: security("add"), exact: true }).click();
  const dialog = home.getByRole("dialog", { name: security("step-up"), exact: true });
  for (const left of [4, 3, 2, 1]) {
    await codeField(dialog).fill("not a code");
    await home.keyboard.press("Enter");
    await expect(dialog.getByRole("alert")).toContainText(word("signin.tries-left", "ja", { n: left }));
  }
  await codeField(dialog).fill("not a code");
  await home.keyboard.press("Enter");
  await expect(home.getByRole("dialog", { name: word("session.expired-heading") })).toBeVisible();
  await expect(dialog).toBeHidden();
});
