import type { Locator, Page } from "@playwright/test";

import { codeAt } from "../fixtures/authenticator.ts";
import { Keyboard } from "../fixtures/keyboard.ts";
import { expect, test } from "../fixtures/test.ts";
import { word } from "../fixtures/words.ts";
import { CheckPage, expectReceipt, ReportForm } from "../pages/report-form.page.ts";
import { submitSignIn } from "../pages/sign-in.page.ts";
import { chooseMethod } from "../pages/slip.page.ts";

const PASSWORD = "seven herons beside a quiet pond";
/** Seconds that a person takes for a key: an average one who doesn't type for a living (Card, Moran and Newell 1980). */
const SECONDS_A_KEY = 0.28;

/** How many sheets of A4 a page is when it is printed. */
async function sheets(page: Page): Promise<number> {
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  return pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

/** Issues an account on the page that asks for the person; the slip's ID and code. */
async function issue(page: Page, person: string): Promise<{ id: string; code: string }> {
  await page.getByLabel(word("office.issue.person"), { exact: true }).fill(person);
  await page.getByRole("button", { name: word("office.issue.next") }).click();
  await page.getByRole("button", { name: word("office.issue.submit"), exact: true }).click();
  const slip = page.locator(".slip");
  await expect(slip).toContainText(person);
  expect(await sheets(page)).toBe(1);
  return { id: await slip.locator("dd").first().innerText(), code: await slip.locator(".slip-code").innerText() };
}

test("a center registers a clinic and two people, and one of them reports within five minutes of the slip", { tag: "@shipped" }, async ({
  page,
  server,
  browser,
}) => {
  test.slow();
  const name = "つばさ内科";
  const text = (key: string, values = {}) => word(`office.register.${key}`, "ja", values);
  await page.goto("/organizations/new");
  await submitSignIn(page, server.account((account) => account.role === "health_center" && account.is_manager));
  await page.getByLabel(text("search-label")).fill(name);
  await page.getByRole("button", { name: text("search") }).click();
  await page.getByRole("button", { name: text("add-new") }).click();
  await page.getByLabel(text("kana"), { exact: true }).fill("つばさないか");
  await page.getByRole("button", { name: text("add-submit"), exact: true }).click();
  const first = await issue(page, "田中 恵");
  await page.getByRole("button", { name: word("office.slip.next-person", "ja", { name }) }).click();
  const second = await issue(page, "佐藤 光");
  expect(second.id).not.toBe(first.id);

  const context = await browser.newContext({ baseURL: server.origin });
  const clinic = await context.newPage();
  const keyboard = new Keyboard(clinic);
  const type = (typed: string) => keyboard.type(typed);
  const to = (target: Locator) => keyboard.to(target);
  const own = (key: string) => word(`access.activate.${key}`);

  await clinic.goto("/activate");
  await to(clinic.getByLabel(own("id"), { exact: true }));
  await type(first.id);
  await to(clinic.getByLabel(own("code"), { exact: true }));
  await type(first.code);
  await keyboard.press("Enter");
  await to(chooseMethod(clinic, "totp"));
  await keyboard.press("Enter");
  const secret = await clinic.locator(".factor-key").innerText();
  await to(clinic.getByLabel(word("access.enroll.code"), { exact: true }));
  await type(codeAt(secret, await server.now()));
  await keyboard.press("Enter");
  await to(clinic.getByLabel(word("access.pw.new"), { exact: true }));
  await type(PASSWORD);
  await keyboard.press("Enter");
  await to(clinic.getByRole("button", { name: own("recovery-make") }));
  await keyboard.press("Enter");
  await to(clinic.getByLabel(own("recovery-kept"), { exact: true }));
  await keyboard.press("Space");
  await to(clinic.getByRole("button", { name: own("finish") }));
  await keyboard.press("Enter");

  await to(clinic.getByRole("link", { name: word("home.write"), exact: true }));
  await keyboard.press("Enter");
  const form = new ReportForm(clinic);
  await expect(form.cell("age_0")).toBeFocused();
  await keyboard.press("2", "Enter", "1", "Control+Enter");
  const check = await new CheckPage(clinic).shown();
  await to(check.send());
  await keyboard.press("Enter");
  await expectReceipt(clinic);
  console.log(`from the slip to the receipt: ${keyboard.presses} keys`);
  expect(keyboard.presses * SECONDS_A_KEY).toBeLessThan(5 * 60);
  await context.close();
});
