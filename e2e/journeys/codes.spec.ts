import type { Page } from "@playwright/test";

import { expectAccessible, expectAccessibleInEveryLook } from "../fixtures/accessibility.ts";
import { Api } from "../fixtures/api.ts";
import { Keyboard } from "../fixtures/keyboard.ts";
import { apply, LOOKS } from "../fixtures/looks.ts";
import type { Account } from "../fixtures/server.ts";
import { alone, expect, test, unreported } from "../fixtures/test.ts";
import { type Language, word } from "../fixtures/words.ts";
import { CheckPage, expectReceipt, ReportForm } from "../pages/report-form.page.ts";
import { codeField, submitPassword } from "../pages/sign-in.page.ts";
import { chooseMethod, issueSlip } from "../pages/slip.page.ts";

const PASSWORD = "seven herons beside a quiet pond";

/** The code on the demo's page of messages that came last for a number. */
async function codeOn(gateway: Page, number: string): Promise<string> {
  const message = gateway.getByRole("listitem").filter({ hasText: number }).filter({ hasText: "確認コード" }).first();
  const [code] = /\d{6}/.exec(await message.locator("p").last().innerText())!;
  return code;
}

test("a clinic activates by text message, signs in by one and reports, without a mouse", async ({
  page,
  server,
  browser,
  clinic: silent,
}) => {
  test.slow();
  const { id, code } = await issueSlip(page, server, silent, "高橋 翼");
  const context = await browser.newContext({ baseURL: server.origin });
  const clinic = await context.newPage();
  const keyboard = new Keyboard(clinic);
  const own = (key: string) => word(`access.activate.${key}`);
  const enroll = (key: string, values = {}) => word(`access.enroll.${key}`, "ja", values);

  await clinic.goto(`/activate#i=${id}&c=${code.replaceAll("-", "")}`);
  await keyboard.to(clinic.getByLabel(own("code"), { exact: true }));
  await keyboard.press("Enter");
  await keyboard.to(chooseMethod(clinic, "sms"));
  await keyboard.press("Enter");

  // A landline takes no text, and two numbers that differ are no number.
  await keyboard.to(clinic.getByLabel(enroll("number"), { exact: true }));
  await keyboard.type("03-1234-5678");
  await keyboard.press("Enter");
  await expect(clinic.getByRole("alert")).toContainText(enroll("number-landline"));
  await expectAccessibleInEveryLook(clinic, "activation: a telephone, with a mistake");
  await clinic.getByLabel(enroll("number"), { exact: true }).focus();
  await keyboard.press("Control+a");
  await keyboard.type("090-2468-7709");
  await keyboard.press("Tab");
  await keyboard.type("09024687708");
  await keyboard.press("Enter");
  await expect(clinic.getByRole("alert")).toContainText(enroll("number-differs"));
  await clinic.getByLabel(enroll("number-repeated"), { exact: true }).focus();
  await keyboard.press("Backspace");
  await keyboard.type("9");
  await expect(clinic.getByText(enroll("number-read", { number: "090 2468 7709" }))).toBeVisible();
  await keyboard.press("Enter");
  await expect(clinic.getByText(word("signin.sent-sms", "ja", { number: "090-****-7709" }))).toBeFocused();
  await expectAccessibleInEveryLook(clinic, "activation: the code of a telephone");

  const opened = context.waitForEvent("page");
  await keyboard.to(clinic.getByRole("link", { name: word("signin.demo-messages") }));
  await keyboard.press("Enter");
  const gateway = await opened;
  const first = await codeOn(gateway, "+819024687709");
  await expectAccessibleInEveryLook(gateway, "the demo's messages");
  await clinic.bringToFront();
  const field = clinic.getByLabel(enroll("sent-code"), { exact: true });
  await field.focus();
  await keyboard.type(first === "000000" ? "000001" : "000000");
  await keyboard.press("Enter");
  await expect(clinic.getByText(word("rule.code_wrong"))).toBeVisible();
  await keyboard.to(field);
  await keyboard.type(first);
  await keyboard.press("Enter");
  await keyboard.to(clinic.getByLabel(word("access.pw.new"), { exact: true }));
  await keyboard.type(PASSWORD);
  await keyboard.press("Enter");
  await keyboard.to(clinic.getByRole("button", { name: own("recovery-make") }));
  await keyboard.press("Enter");
  await keyboard.to(clinic.getByLabel(own("recovery-kept"), { exact: true }));
  await keyboard.press("Space");
  await keyboard.to(clinic.getByRole("button", { name: own("finish") }));
  await keyboard.press("Enter");
  await keyboard.to(clinic.getByRole("button", { name: word("app.sign-out") }));
  await keyboard.press("Enter");

  await keyboard.to(clinic.getByRole("textbox", { name: word("signin.id"), exact: true }));
  await keyboard.type(id);
  await keyboard.to(clinic.getByLabel(word("signin.password"), { exact: true }));
  await keyboard.type(PASSWORD);
  await keyboard.press("Enter");
  // The button has the focus: one more key has the code sent.
  await expect(clinic.getByRole("button", { name: word("signin.send-sms", "ja", { number: "090-****-7709" }) })).toBeFocused();
  await keyboard.press("Enter");
  await expect(codeField(clinic)).toBeFocused();
  await expect.poll(() => codeOn(gateway, "+819024687709")).not.toBe(first);
  await keyboard.type(await codeOn(gateway, "+819024687709"));
  await keyboard.press("Enter");

  await keyboard.to(clinic.getByRole("link", { name: word("home.write"), exact: true }));
  await keyboard.press("Enter");
  await expect(new ReportForm(clinic).cell("age_0")).toBeFocused();
  await keyboard.press("2", "Control+Enter");
  await keyboard.to((await new CheckPage(clinic).shown()).send());
  await keyboard.press("Enter");
  await expectReceipt(clinic);
  await expect(clinic.getByRole("img", { name: word("receipt.qr") })).toHaveJSProperty("complete", true);
  await context.close();
});

/** Gives an account a telephone, as its owner would on the own security page. */
async function telephone(origin: string, account: Account, number: string): Promise<void> {
  const api = await Api.signedIn(origin, account);
  const entry = { method: "sms", telephone: { number, repeated: number } };
  const begun = (await (await api.send("POST", "/auth/second-factor/enrollments", entry)).json()) as { id: string };
  const { items } = await api.read<{ items: { text: string }[] }>("/demo/messages");
  const [code] = /\d{6}/.exec(items[0]!.text)!;
  const confirmed = await api.send("POST", `/auth/second-factor/enrollments/${begun.id}/confirm`, { code });
  expect(confirmed.ok).toBe(true);
}

for (const look of LOOKS) {
  alone(`signing in by telephone helps where the code doesn't arrive (${look.name})`, async ({ page, country: server }) => {
    alone.slow();
    const text = (key: string, values = {}) => word(`signin.${key}`, look.language as Language, values);
    await apply(page, look);
    const clinic = await unreported(server, new Set());
    await telephone(server.origin, clinic, "070-1357-2460");
    const number = "070-****-2460";
    await page.goto("/sign-in");
    await submitPassword(page, clinic, look.language);
    await page.getByRole("button", { name: text("use-sms") }).click();
    const send = page.getByRole("button", { name: text("send-sms", { number }) });
    await expect(send).toBeFocused();
    await expectAccessible(page, "a code may be sent");

    await page.route("**/challenges", (route) =>
      route.fulfill({
        status: 503,
        contentType: "application/problem+json",
        body: JSON.stringify({ type: "/problems/codes-unavailable", title: "-", status: 503 }),
      }),
    );
    await send.click();
    await expect(page.getByRole("alert")).toContainText(word("problems.title.codes-unavailable", look.language));
    await expect(page.getByRole("button", { name: text("use-app") })).toBeVisible();
    await expectAccessible(page, "codes can't be sent");
    await page.unroute("**/challenges");

    await page.clock.install();
    await page.route("**/challenges/*", (route) => route.fulfill({ json: { status: "no_answer" } }));
    await send.click();
    await expect(page.getByText(text("sent-sms", { number }))).toBeVisible();
    await expect(codeField(page, look.language)).toBeFocused();
    await page.clock.fastForward(6_000);
    await expect(page.getByText(text("unanswered"))).toBeVisible();
    await page.getByText(text("not-arrived"), { exact: true }).click();
    await expect(page.getByText(text("not-arrived-what"))).toBeVisible();
    await expectAccessible(page, "a code doesn't arrive");
    await codeField(page, look.language).fill("12");
    await codeField(page, look.language).press("Enter");
    await expect(page.getByRole("alert").first()).toContainText(text("sent-failed"));
    await expectAccessible(page, "a wrong code");

    // Another text message after half a minute, and a call at once.
    await page.clock.runFor(31_000);
    await expect(page.getByRole("button", { name: text("resend"), exact: true })).toBeVisible();
    await page.getByRole("button", { name: text("use-voice") }).click();
    await page.getByRole("button", { name: text("send-voice", { number }) }).click();
    await expect(page.getByText(text("sent-voice", { number }))).toBeVisible();
    await expectAccessible(page, "a call is under way");
  });
}
