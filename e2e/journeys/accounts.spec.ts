import type { Page } from "@playwright/test";

import { expectAccessible, expectAccessibleInEveryLook } from "../fixtures/accessibility.ts";
import { apply, LOOKS } from "../fixtures/looks.ts";
import { alone, expect, test } from "../fixtures/test.ts";
import { type Language, word } from "../fixtures/words.ts";
import { submitSignIn } from "../pages/sign-in.page.ts";

const CODE = /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/;

/** How many sheets of A4 a page is when it is printed. */
async function sheets(page: Page): Promise<number> {
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  return pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

/** Each slip leaves the house alone: it says itself that it is the demo's, since on paper it has no header. */
async function expectMarked(page: Page, slips: number, language: Language): Promise<void> {
  await page.emulateMedia({ media: "print" });
  const mark = page.locator(".slip").getByText(word("app.demo-words", language), { exact: true });
  await expect(mark).toHaveCount(slips);
  for (const one of await mark.all()) await expect(one).toBeVisible();
  await expect(page.getByRole("banner")).toBeHidden();
  await page.emulateMedia({ media: null });
  expect(await sheets(page)).toBe(slips);
}

for (const look of LOOKS) {
  alone(`a center hands out an account, resets it and disables it: ${look.name}`, async ({ page, country: server }) => {
    alone.slow();
    await apply(page, look);
    const { language } = look;
    const text = (key: string, values = {}) => word(`office.${key}`, language, values);
    const center = server.account((account) => account.role === "health_center" && account.is_manager);
    const person = "山田 花子";

    await page.goto("/organizations?kind=institution");
    await submitSignIn(page, center, language);
    await page.locator("tbody th a").first().click();
    await page.getByRole("link", { name: text("accounts.issue") }).click();
    await expect(page.getByLabel(text("issue.person"), { exact: true })).toBeVisible();
    await expectAccessible(page, "issue an account");
    await page.getByRole("button", { name: text("issue.next") }).click();
    await expect(page.getByRole("alert").first()).toBeVisible();
    await expectAccessible(page, "issue without a name");
    await page.getByLabel(text("issue.person"), { exact: true }).fill(person);
    await page.getByRole("button", { name: text("issue.next") }).click();
    await expect(page.getByText(person)).toBeVisible();
    await expectAccessible(page, "check before issuing");
    await page.getByRole("button", { name: text("issue.submit"), exact: true }).click();

    const slip = page.locator(".slip");
    await expect(slip).toHaveCount(1);
    await expect(slip).toContainText(person);
    const code = await slip.locator(".slip-code").innerText();
    expect(code).toMatch(CODE);
    await expectAccessible(page, "slip");
    await expectMarked(page, 1, language);
    await page.getByRole("link", { name: text("slip.done") }).click();
    await expect(page.getByRole("heading", { level: 1, name: text("accounts.heading") })).toBeVisible();
    // The code leaves with its page.
    expect(await page.content()).not.toContain(code);

    await page.getByLabel(text("accounts.search-label")).fill(person);
    await page.getByRole("button", { name: word("office.register.search", language) }).click();
    await expect(page.locator("tbody tr")).toHaveCount(1);
    await expect(page.locator("[data-state=issued]")).toBeVisible();
    await expectAccessible(page, "accounts");
    await page.locator("tbody th a").click();
    await expect(page.getByRole("heading", { level: 1, name: person })).toBeVisible();
    await expectAccessible(page, "account");

    const renew = page.locator("details", { hasText: text("accounts.renew") });
    await renew.locator("summary").click();
    await renew.getByRole("button", { name: text("accounts.renew-button") }).click();
    await expect(renew.getByText(text("accounts.reason-missing"))).toBeVisible();
    await expectAccessible(page, "reset without a reason");
    await renew.getByLabel(text("accounts.reason"), { exact: true }).selectOption("reprint");
    await renew.getByRole("button", { name: text("accounts.renew-button") }).click();
    await expect(slip).toHaveCount(1);
    expect(await slip.locator(".slip-code").innerText()).not.toBe(code);
    await page.goBack();
    await page.goForward();
    await expect(page.getByRole("heading", { level: 1, name: person })).toBeVisible();

    const disable = page.locator("details", { hasText: text("accounts.disable-button") });
    await disable.locator("summary").click();
    await disable.getByLabel(text("accounts.reason"), { exact: true }).selectOption("person_left");
    await disable.getByRole("button", { name: text("accounts.disable-button"), exact: true }).click();
    await expect(page.locator("dd [data-state=disabled]")).toBeVisible();
    await expectAccessible(page, "a disabled account");
    await page.getByRole("button", { name: text("accounts.enable-button") }).click();
    await expect(page.locator("dd [data-state=expired]")).toBeVisible();
  });
}

test("many accounts come from a pasted table, each row issued or refused alone, one sheet a person", async ({ page, server }) => {
  test.slow();
  const center = server.account((account) => account.role === "health_center" && account.is_manager);
  await page.goto("/accounts/batch");
  await submitSignIn(page, center, "ja");
  await page.getByRole("button", { name: word("office.batch.preview") }).click();
  await expect(page.getByText(word("office.batch.empty"))).toBeVisible();
  const rows = ["コード\t氏名\t管理者", "\t佐藤 光\t管理者", "0000000\t鈴木 一\t", "\t高橋 実\t", "\t\t"];
  await page.getByLabel(word("office.batch.rows"), { exact: true }).fill(rows.join("\n"));
  await page.getByRole("button", { name: word("office.batch.preview") }).click();
  await expect(page.getByText(word("office.batch.preview-heading", "ja", { n: 2 }))).toBeVisible();
  await expectAccessibleInEveryLook(page, "preview of a table");
  await page.getByRole("button", { name: word("office.batch.issue", "ja", { n: 2 }) }).click();
  await expect(page.locator(".slip")).toHaveCount(2);
  await expectAccessibleInEveryLook(page, "slips of a table");
  await expectMarked(page, 2, "ja");
});
