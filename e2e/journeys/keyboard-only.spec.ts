import type { Locator, Page } from "@playwright/test";

import { demoCode } from "../fixtures/api.ts";
import { expect, test } from "../fixtures/test.ts";
import { word, wordLike } from "../fixtures/words.ts";
import { CheckPage, expectReceipt, ReportForm } from "../pages/report-form.page.ts";

/** Tabs, forwards or back, until the focus is there: nothing may be out of reach or hold the focus. */
async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 120; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`the keyboard can't reach ${target}`);
}

async function press(page: Page, target: Locator, key = "Enter"): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

const link = (page: Page, key: string): Locator => page.getByRole("link", { name: word(key), exact: true }).first();
const button = (page: Page, key: string): Locator => page.getByRole("button", { name: word(key), exact: true }).first();

test("from sign-in over report, receipt and history to sign-out without a mouse", async ({ page, server, clinic }) => {
  await page.goto("/sign-in");
  await tabTo(page, page.getByRole("textbox", { name: word("signin.id"), exact: true }));
  await page.keyboard.type(clinic.login_id);
  await page.keyboard.press("Tab");
  await page.keyboard.type(clinic.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: word("signin.code"), exact: true })).toBeFocused();
  await page.keyboard.type(await demoCode(server.origin, clinic));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: word("home.heading") })).toBeFocused();

  await press(page, link(page, "home.write"));
  const form = new ReportForm(page);
  await expect(form.cell("age_0")).toBeFocused();
  await page.keyboard.type("2");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.type("10000");
  await page.keyboard.press("Shift+Enter");
  await expect(form.cell("age_0")).toBeFocused();
  await page.keyboard.press("Control+Enter");
  const check = await new CheckPage(page).shown();
  for (const box of await check.warnings().all()) await press(page, box, "Space");
  await press(page, check.send());
  await expectReceipt(page);

  await press(page, button(page, "app.print").or(link(page, "receipt.heading")), "Tab");
  await press(page, page.getByRole("main").getByRole("link", { name: word("app.history"), exact: true }));
  await expect(page.getByRole("row").filter({ hasText: "10,002" })).toHaveCount(1);
  await press(page, page.getByRole("link", { name: word("hist.days", "ja", { n: 28 }) }));
  await expect(page.getByRole("row")).toHaveCount(29);
  const custom = page.getByText(word("hist.custom"));
  await press(page, custom);
  await tabTo(page, button(page, "hist.show"));

  await tabTo(page, button(page, "app.sign-out"), "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: word("signin.heading") })).toBeFocused();
});

test("an adjustment, a paste that is undone, and a mistake mended, without a mouse", async ({ home, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const form = await new ReportForm(home).open();
  await expect(form.cell("age_0")).toBeFocused();
  await home.evaluate(() => navigator.clipboard.writeText("1\t2\t3"));
  await home.keyboard.press("Control+V");
  await expect(home.getByRole("dialog")).toBeVisible();
  await press(home, button(home, "form.paste-do"));
  await form.expectCounts([1, 2, 3]);
  await tabTo(home, form.cell("age_0"));
  await home.keyboard.press("Control+Z");
  await form.expectCounts(["", "", ""]);

  await home.keyboard.type("x");
  await home.keyboard.press("Control+Enter");
  await expect(home.getByRole("alert")).toBeFocused();
  await press(home, home.getByRole("alert").getByRole("link"));
  await expect(form.cell("age_0")).toBeFocused();
  await home.keyboard.type("1");

  await press(home, button(home, "form.adjust-open"));
  await expect(home.getByLabel(word("form.adjust-day"))).toBeFocused();
  const reason = home.getByLabel(word("form.adjust-reason"), { exact: true });
  await tabTo(home, reason);
  await home.keyboard.press("ArrowDown");
  await expect(reason).toHaveValue("found_late");
  const first = home.getByRole("textbox", { name: word("form.delta-cell", "ja", { n: 1, band: word("band.age_0") }), exact: true });
  await tabTo(home, first);
  await home.keyboard.type("＋２");
  await home.keyboard.press("Control+Enter");
  await new CheckPage(home).shown();
  await expect(home.getByRole("main")).toContainText(word("reason.found_late"));
});

test("a day is closed and opened again without a mouse", async ({ home }) => {
  const form = await new ReportForm(home).open();
  await press(home, form.button("closed"));
  await expect(home.getByRole("dialog")).toBeVisible();
  await home.keyboard.press("Escape");
  await expect(home.getByRole("dialog")).toBeHidden();
  await expect(form.button("closed")).toBeFocused();
  await home.keyboard.press("Enter");
  await press(home, button(home, "form.closed-do"));
  await press(home, button(home, "form.withdraw"));
  await expect(form.cell("age_0")).toBeVisible();
});

test("language, text size, keys and help without a mouse", async ({ home }) => {
  await home.keyboard.press("?");
  await expect(home.getByRole("dialog")).toBeVisible();
  await home.keyboard.press("Escape");
  await press(home, button(home, "app.size-large"), "Space");
  await expect(home.locator("html")).toHaveAttribute("data-text", "large");
  await press(home, link(home, "app.help"));
  await expect(home.getByRole("heading", { level: 1, name: word("help.heading") })).toBeFocused();
  await tabTo(home, home.getByLabel(word("help.search")));
  await home.keyboard.type("FAX");
  await expect(home.getByText(wordLike("help.found")).first()).toBeVisible();
  await press(home, link(home, "help.fax-link"));
  await expect(home.getByRole("heading", { level: 1, name: word("help.fax.heading") })).toBeVisible();
  await tabTo(home, button(home, "app.other-language"), "Shift+Tab");
  await home.keyboard.press("Enter");
  await expect(home.locator("html")).toHaveAttribute("lang", "en");
});

test("a password is changed without a mouse", async ({ home, clinic }) => {
  await press(home, link(home, "app.password"));
  await tabTo(home, home.getByLabel(word("access.pw.current"), { exact: true }));
  await home.keyboard.type(clinic.password);
  await press(home, button(home, "access.pw.make"));
  await press(home, button(home, "access.pw.submit"));
  await expect(home.getByText(word("access.pw.done-heading")).first()).toBeVisible();
});
