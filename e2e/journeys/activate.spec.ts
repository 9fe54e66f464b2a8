import { expectAccessible } from "../fixtures/accessibility.ts";
import { codeAt } from "../fixtures/authenticator.ts";
import { expect, test } from "../fixtures/test.ts";
import { type Language, word } from "../fixtures/words.ts";
import { chooseMethod, issueSlip } from "../pages/slip.page.ts";
import { codeField, submitPassword } from "../pages/sign-in.page.ts";

const PASSWORD = "seven herons beside a quiet pond";

/** The server's time. */
async function now(origin: string): Promise<number> {
  const site = (await (await fetch(`${origin}/api/v1/site`)).json()) as { now: string };
  return Date.parse(site.now);
}

test("from a slip to one's own account and the first sign-in with it, without a mouse", async ({ page, server, browser }) => {
  test.slow();
  const { id, code } = await issueSlip(page, server, "小林 恵");
  const context = await browser.newContext({ baseURL: server.origin });
  const clinic = await context.newPage();
  const text = (key: string, language: Language = "ja") => word(`access.activate.${key}`, language);

  // The QR code's address: ID and code are filled in, and leave the address at once.
  await clinic.goto(`/activate#i=${id}&c=${code.replaceAll("-", "")}`);
  await expect(clinic.getByLabel(text("id"), { exact: true })).toHaveValue(id);
  await expect(clinic).toHaveURL(/\/activate$/);
  await expectAccessible(clinic, "activation: code");
  await clinic.getByLabel(text("code"), { exact: true }).press("Enter");

  await expect(clinic.getByText(word("access.enroll.which"))).toBeVisible();
  await expectAccessible(clinic, "activation: the kinds of second factor");
  await chooseMethod(clinic, "totp").press("Enter");
  const key = clinic.locator(".factor-key");
  await expect(key).toBeVisible();
  await expectAccessible(clinic, "activation: second factor");
  const secret = await key.innerText();
  await clinic.getByLabel(word("access.enroll.code"), { exact: true }).fill("000000");
  await clinic.keyboard.press("Enter");
  await expect(clinic.getByText(word("rule.code_wrong"))).toBeVisible();
  const first = codeAt(secret, await now(server.origin));
  await clinic.getByLabel(word("access.enroll.code"), { exact: true }).fill(first);
  await clinic.keyboard.press("Enter");

  // Whoever reloads goes on at the same step, and is asked for the code once more.
  await expect(clinic.getByLabel(word("access.pw.new"), { exact: true })).toBeVisible();
  await clinic.reload();
  await clinic.getByLabel(text("code"), { exact: true }).fill(code.toLowerCase());
  await clinic.getByLabel(word("access.pw.new"), { exact: true }).fill(PASSWORD);
  await expectAccessible(clinic, "activation: password");
  await clinic.keyboard.press("Enter");

  await clinic.getByRole("button", { name: text("recovery-make") }).press("Enter");
  await expect(clinic.locator(".recovery-codes li")).toHaveCount(10);
  const recovery = await clinic.locator(".recovery-codes li").first().innerText();
  await clinic.getByRole("button", { name: text("finish") }).press("Enter");
  await expect(clinic.getByText(text("recovery-kept-missing"))).toBeVisible();
  await expectAccessible(clinic, "activation: recovery codes");
  await clinic.getByLabel(text("recovery-kept"), { exact: true }).press("Space");
  await clinic.getByRole("button", { name: text("finish") }).press("Enter");
  await expect(clinic.getByRole("heading", { level: 1, name: word("home.heading") })).toBeVisible();

  // The telephone is lost: a recovery code signs in, a new app takes the old one's place.
  await clinic.getByRole("button", { name: word("app.sign-out") }).click();
  await expect(clinic).toHaveURL(/\/sign-in$/);
  await submitPassword(clinic, { ...server.accounts[0]!, login_id: id, password: PASSWORD });
  await expect(codeField(clinic)).toBeVisible();
  await clinic.getByRole("button", { name: word("signin.use-recovery") }).click();
  await clinic.getByRole("textbox", { name: word("signin.recovery"), exact: true }).fill(recovery);
  await clinic.keyboard.press("Enter");
  await expect(clinic.getByRole("heading", { level: 1, name: word("home.heading") })).toBeVisible();
  await clinic.goto("/security");
  await expect(clinic.getByText(word("access.security.recovery-left", "ja", { n: 9 }))).toBeVisible();
  await expectAccessible(clinic, "own security");
  await context.close();
});

test("a slip's code that is wrong says no more than that", async ({ page, server }) => {
  await page.goto("/activate");
  await page.getByLabel(word("access.activate.id"), { exact: true }).fill(server.accounts[0]!.login_id);
  await page.getByLabel(word("access.activate.code"), { exact: true }).fill("7K2M-9QXA-10Z1-BHCJ");
  await page.getByRole("button", { name: word("access.activate.next") }).click();
  await expect(page.getByText(word("access.activate.code-failed"))).toBeVisible();
});
