import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { expectAccessibleInEveryLook } from "../fixtures/accessibility.ts";
import { codeAt } from "../fixtures/authenticator.ts";
import { expect, test } from "../fixtures/test.ts";
import { type Language, word } from "../fixtures/words.ts";
import { chooseMethod, issueSlip } from "../pages/slip.page.ts";
import { CheckPage, expectReceipt, ReportForm } from "../pages/report-form.page.ts";
import { codeField, submitPassword } from "../pages/sign-in.page.ts";

const PASSWORD = "seven herons beside a quiet pond";

/** Copies, saves and prints the recovery codes that a page shows, by keyboard: each way keeps all of them. */
async function keepCodes(page: Page, id: string, codes: string[]): Promise<void> {
  const text = (key: string) => word(`access.activate.${key}`);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: text("recovery-copy"), exact: true }).press("Enter");
  await expect(page.getByText(text("recovery-copied"))).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(codes.join("\n"));

  const waiting = page.waitForEvent("download");
  await page.getByRole("link", { name: text("recovery-save"), exact: true }).press("Enter");
  const download = await waiting;
  expect(download.suggestedFilename()).toBe(`nippo-recovery-codes-${id}.txt`);
  const file = await readFile(await download.path(), "utf8");
  const whose = word("access.activate.recovery-of", "ja", { id });
  const since = word("access.activate.recovery-made", "ja", { day: "2026年11月22日（日）" });
  expect(file.split("\r\n")).toEqual([`\u{feff}${whose}`, since, "", ...codes, "", text("recovery-once"), ""]);

  // Chromium without a screen prints nothing: that it is asked to, and what it would print, are looked at apart.
  const asked = page.evaluate(() => new Promise<void>((resolve) => (window.print = () => resolve())));
  await page.getByRole("button", { name: word("app.print"), exact: true }).press("Enter");
  await asked;
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
}

test("from a slip over a lost telephone to a new one and a report, without a mouse", async ({
  page,
  server,
  browser,
  clinic: silent,
}) => {
  test.slow();
  const { id, code } = await issueSlip(page, server, silent, "小林 恵");
  const context = await browser.newContext({ baseURL: server.origin });
  const clinic = await context.newPage();
  const text = (key: string, language: Language = "ja") => word(`access.activate.${key}`, language);

  // The QR code's address: ID and code are filled in, and leave the address at once.
  await clinic.goto(`/activate#i=${id}&c=${code.replaceAll("-", "")}`);
  await expect(clinic.getByLabel(text("id"), { exact: true })).toHaveValue(id);
  await expect(clinic).toHaveURL(/\/activate$/);
  await expectAccessibleInEveryLook(clinic, "activation: code");
  await clinic.getByLabel(text("code"), { exact: true }).press("Enter");

  await expect(clinic.getByText(word("access.enroll.which"))).toBeVisible();
  await expectAccessibleInEveryLook(clinic, "activation: the kinds of second factor");
  await chooseMethod(clinic, "totp").press("Enter");
  const key = clinic.locator(".factor-key");
  await expect(key).toBeVisible();
  await expectAccessibleInEveryLook(clinic, "activation: second factor");
  const secret = await key.innerText();
  await clinic.getByLabel(word("access.enroll.code"), { exact: true }).fill("000000");
  await clinic.keyboard.press("Enter");
  await expect(clinic.getByText(word("rule.code_wrong"))).toBeVisible();
  const first = codeAt(secret, await server.now());
  await clinic.getByLabel(word("access.enroll.code"), { exact: true }).fill(first);
  await clinic.keyboard.press("Enter");

  // Whoever reloads goes on at the same step, and is asked for the code once more.
  await expect(clinic.getByLabel(word("access.pw.new"), { exact: true })).toBeVisible();
  await clinic.reload();
  await clinic.getByLabel(text("code"), { exact: true }).fill(code.toLowerCase());
  await clinic.getByLabel(word("access.pw.new"), { exact: true }).fill(PASSWORD);
  await expectAccessibleInEveryLook(clinic, "activation: password");
  await clinic.keyboard.press("Enter");

  await clinic.getByRole("button", { name: text("recovery-make") }).press("Enter");
  await expect(clinic.locator(".recovery-codes li")).toHaveCount(10);
  const codes = await clinic.locator(".recovery-codes li").allInnerTexts();
  await keepCodes(clinic, id, codes);
  const [recovery, another] = codes;
  await clinic.getByRole("button", { name: text("finish") }).press("Enter");
  await expect(clinic.getByText(text("recovery-kept-missing"))).toBeVisible();
  await expectAccessibleInEveryLook(clinic, "activation: recovery codes");
  await clinic.getByLabel(text("recovery-kept"), { exact: true }).press("Space");
  await clinic.getByRole("button", { name: text("finish") }).press("Enter");
  await expect(clinic.getByRole("heading", { level: 1, name: word("home.heading") })).toBeVisible();

  // The telephone is lost: a recovery code signs in, a new app takes the old one's place.
  await clinic.getByRole("button", { name: word("app.sign-out") }).click();
  await expect(clinic).toHaveURL(/\/sign-in$/);
  await submitPassword(clinic, { ...server.accounts[0]!, login_id: id, password: PASSWORD });
  await expect(codeField(clinic)).toBeVisible();
  await clinic.getByRole("button", { name: word("signin.use-recovery") }).click();
  await clinic.getByRole("textbox", { name: word("signin.recovery"), exact: true }).fill(recovery!);
  await clinic.keyboard.press("Enter");
  await expect(clinic.getByRole("heading", { level: 1, name: word("home.heading") })).toBeVisible();
  await clinic.goto("/security");
  await expect(clinic.getByText(word("access.security.recovery-left", "ja", { n: 9 }))).toBeVisible();
  await expectAccessibleInEveryLook(clinic, "own security");

  // Before anything is changed, another code shows once more who it is; then the new app is registered, and the lost one goes.
  const security = (key: string) => word(`access.security.${key}`);
  await clinic.getByRole("button", { name: security("add"), exact: true }).press("Enter");
  const dialog = clinic.getByRole("dialog");
  await dialog.getByRole("button", { name: word("signin.use-recovery") }).press("Enter");
  await dialog.getByRole("textbox", { name: word("signin.recovery"), exact: true }).fill(another!);
  await expectAccessibleInEveryLook(clinic, "the second factor once more");
  await clinic.keyboard.press("Enter");
  // The dialog gives the focus back when it closes.
  await expect(dialog).toBeHidden();
  await chooseMethod(clinic, "totp").press("Enter");
  await expect(key).toBeVisible();
  const replacement = await key.innerText();
  expect(replacement).not.toBe(secret);
  await clinic.getByLabel(word("access.enroll.code"), { exact: true }).fill(codeAt(replacement, await server.now()));
  await clinic.keyboard.press("Enter");
  const remove = clinic.getByRole("button", { name: security("remove"), exact: true });
  await expect(remove).toHaveCount(2);
  await remove.first().press("Enter");
  await expect(remove).toHaveCount(0);

  // The new app's next code signs in, the lost one's doesn't, and the clinic reports.
  await clinic.getByRole("button", { name: word("app.sign-out") }).press("Enter");
  await submitPassword(clinic, { ...server.accounts[0]!, login_id: id, password: PASSWORD });
  const next = (await server.now()) + 30_000;
  await codeField(clinic).fill(codeAt(secret, next));
  await clinic.keyboard.press("Enter");
  await expect(clinic.getByRole("alert").first()).toBeVisible();
  await codeField(clinic).fill(codeAt(replacement, next));
  await clinic.keyboard.press("Enter");
  await clinic.getByRole("link", { name: word("home.write"), exact: true }).press("Enter");
  const form = new ReportForm(clinic);
  await expect(form.cell("age_0")).toBeFocused();
  await clinic.keyboard.type("3");
  await clinic.keyboard.press("Control+Enter");
  await (await new CheckPage(clinic).shown()).send().press("Enter");
  await expectReceipt(clinic);
  await context.close();
});

test("a slip's code that is wrong says no more than that", async ({ page, server }) => {
  await page.goto("/activate");
  await page.getByLabel(word("access.activate.id"), { exact: true }).fill(server.accounts[0]!.login_id);
  await page.getByLabel(word("access.activate.code"), { exact: true }).fill("7K2M-9QXA-10Z1-BHCJ");
  await page.getByRole("button", { name: word("access.activate.next") }).click();
  await expect(page.getByText(word("access.activate.code-failed"))).toBeVisible();
});
