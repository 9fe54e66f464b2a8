import { type Browser, type Page } from "@playwright/test";

import type { Server } from "../fixtures/server.ts";
import { expect, test, unreported } from "../fixtures/test.ts";
import { VirtualAuthenticator } from "../fixtures/virtual-authenticator.ts";
import { word } from "../fixtures/words.ts";
import { Activation, reportOne } from "../pages/activation.page.ts";
import { submitPassword, submitSignIn } from "../pages/sign-in.page.ts";
import { issueSlip } from "../pages/slip.page.ts";

const PASSWORD = "seven herons beside a quiet pond";
const TELEPHONE = "080-1357-2468";

interface Slip {
  id: string;
  code: string;
}

/** How many sheets of A4 a page is when it is printed. */
async function sheets(page: Page): Promise<number> {
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  return pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

/** Issues an account on the page that asks for the person; what stands on the slip, which is one sheet. */
async function issue(page: Page, person: string): Promise<Slip> {
  await page.getByLabel(word("office.issue.person"), { exact: true }).fill(person);
  await page.getByRole("button", { name: word("office.issue.next") }).click();
  await page.getByRole("button", { name: word("office.issue.submit"), exact: true }).click();
  const slip = page.locator(".slip");
  await expect(slip).toContainText(person);
  expect(await sheets(page)).toBe(1);
  return { id: await slip.locator("dd").first().innerText(), code: await slip.locator(".slip-code").innerText() };
}

/** The clinic's own browser. */
async function browserOf(browser: Browser, server: Server): Promise<Page> {
  return (await browser.newContext({ baseURL: server.origin })).newPage();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: word("app.sign-out") }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
}

/** The first step of signing in, with the password that everybody here chose. */
async function withPassword(page: Page, server: Server, id: string): Promise<void> {
  await submitPassword(page, { ...server.accounts[0]!, login_id: id, password: PASSWORD });
}

const button = (page: Page, key: string, values = {}) => page.getByRole("button", { name: word(key, "ja", values), exact: true });

test("three clinics get their access, each in another way, one of them twice, and each reports", async ({ page, server, browser, used }) => {
  test.slow();

  // The manager of a health center registers a clinic and issues two accounts, one sheet a person.
  const text = (key: string, values = {}) => word(`office.register.${key}`, "ja", values);
  const name = "みなと内科";
  await page.goto("/organizations/new");
  await submitSignIn(page, server.account((account) => account.role === "health_center" && account.is_manager));
  await page.getByLabel(text("search-label")).fill(name);
  await page.getByRole("button", { name: text("search") }).click();
  await page.getByRole("button", { name: text("add-new") }).click();
  await page.getByLabel(text("kana"), { exact: true }).fill("みなとないか");
  await page.getByRole("button", { name: text("add-submit"), exact: true }).click();
  const first = await issue(page, "田中 恵");
  await page.getByRole("button", { name: word("office.slip.next-person", "ja", { name }) }).click();
  const second = await issue(page, "佐藤 光");
  expect(second.id).not.toBe(first.id);
  await signOut(page);

  // The clinic activates with an authenticator app, and loses it.
  const minato = await browserOf(browser, server);
  const activation = await new Activation(minato, server).open(first);
  const lost = await activation.byApp();
  const [recovery, another] = await activation.finish(PASSWORD);
  await signOut(minato);
  await withPassword(minato, server, first.id);
  await button(minato, "signin.use-recovery").click();
  await minato.getByRole("textbox", { name: word("signin.recovery"), exact: true }).fill(recovery!);
  await button(minato, "signin.submit").click();

  // A new app takes the place of the lost one; the recovery code that it cost is counted at once.
  await minato.getByRole("heading", { level: 1, name: word("home.heading") }).waitFor();
  await minato.goto("/security");
  await expect(minato.getByText(word("access.security.recovery-left", "ja", { n: 9 }))).toBeVisible();
  await button(minato, "access.security.add").click();
  const dialog = minato.getByRole("dialog");
  await dialog.getByRole("button", { name: word("signin.use-recovery") }).click();
  await dialog.getByRole("textbox", { name: word("signin.recovery"), exact: true }).fill(another!);
  await dialog.getByRole("button", { name: word("access.security.step-up-go"), exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(minato.getByText(word("access.security.recovery-left", "ja", { n: 8 }))).toBeVisible();
  expect(await activation.byApp()).not.toBe(lost);
  const remove = button(minato, "access.security.remove");
  await expect(remove).toHaveCount(2);
  await remove.first().click();
  await expect(remove).toHaveCount(0);
  await minato.goto("/");
  await reportOne(minato);

  // A second clinic gets its codes by text message.
  const clinic = await unreported(server, used);
  const slip = await issueSlip(page, server, clinic, "高橋 翼");
  const texting = await browserOf(browser, server);
  const byText = await new Activation(texting, server).open(slip);
  await byText.byText(TELEPHONE);
  await byText.finish(PASSWORD);
  await signOut(texting);
  await withPassword(texting, server, slip.id);
  await button(texting, "signin.send-sms", { number: "080-****-2468" }).click();
  const field = texting.getByRole("textbox", { name: word("signin.code"), exact: true });
  await expect(field).toBeVisible();
  await field.fill(await byText.sentTo(TELEPHONE));
  await button(texting, "signin.submit").click();
  await reportOne(texting);

  // A third has a passkey.
  const other = await unreported(server, used);
  const third = await issueSlip(page, server, other, "鈴木 一");
  const verified = await browserOf(browser, server);
  await VirtualAuthenticator.of(verified);
  const byPasskey = await new Activation(verified, server).open(third);
  await byPasskey.byPasskey();
  await byPasskey.finish(PASSWORD);
  await signOut(verified);
  await withPassword(verified, server, third.id);
  await button(verified, "signin.passkey-go").click();
  await reportOne(verified);

  for (const one of [minato, texting, verified]) await one.context().close();
});
