import { expect, type Page } from "@playwright/test";

import { codeAt } from "../fixtures/authenticator.ts";
import type { Server } from "../fixtures/server.ts";
import { word } from "../fixtures/words.ts";
import { CheckPage, expectReceipt, ReportForm } from "./report-form.page.ts";
import { chooseMethod } from "./slip.page.ts";

/** S3: from a slip to one's own account. */
export class Activation {
  constructor(
    private readonly page: Page,
    private readonly server: Server,
  ) {}

  /** The first step, as the slip's QR code opens it. */
  async open(slip: { id: string; code: string }): Promise<this> {
    await this.page.goto(`/activate#i=${slip.id}&c=${slip.code.replaceAll("-", "")}`);
    await this.page.getByRole("button", { name: word("access.activate.next") }).click();
    return this;
  }

  /** The second step: an authenticator app; its key. Elsewhere a step later: a new app. */
  async byApp(): Promise<string> {
    await chooseMethod(this.page, "totp").click();
    const key = await this.page.locator(".factor-key").innerText();
    await this.page.getByLabel(word("access.enroll.code"), { exact: true }).fill(codeAt(key, await this.server.now()));
    await this.page.getByRole("button", { name: word("access.enroll.confirm"), exact: true }).click();
    return key;
  }

  /** The second step: a mobile telephone, whose messages the demo shows. */
  async byText(number: string): Promise<void> {
    await chooseMethod(this.page, "sms").click();
    await this.page.getByLabel(word("access.enroll.number"), { exact: true }).fill(number);
    await this.page.getByLabel(word("access.enroll.number-repeated"), { exact: true }).fill(number);
    await this.page.getByRole("button", { name: word("access.enroll.send"), exact: true }).click();
    const field = this.page.getByLabel(word("access.enroll.sent-code"), { exact: true });
    await expect(field).toBeVisible();
    await field.fill(await this.sentTo(number));
    await this.page.getByRole("button", { name: word("access.enroll.confirm"), exact: true }).click();
  }

  /** The second step: a passkey of this computer. */
  async byPasskey(): Promise<void> {
    await chooseMethod(this.page, "passkey").click();
    await this.page.getByRole("button", { name: word("access.enroll.passkey-make"), exact: true }).click();
  }

  /** The last two steps: a password, and recovery codes, which are kept. */
  async finish(password: string): Promise<string[]> {
    await this.page.getByLabel(word("access.pw.new"), { exact: true }).fill(password);
    await this.page.keyboard.press("Enter");
    await this.page.getByRole("button", { name: word("access.activate.recovery-make") }).click();
    await expect(this.page.locator(".recovery-codes li")).toHaveCount(10);
    const codes = await this.page.locator(".recovery-codes li").allInnerTexts();
    await this.page.getByLabel(word("access.activate.recovery-kept"), { exact: true }).check();
    await this.page.getByRole("button", { name: word("access.activate.finish") }).click();
    await expect(this.page.getByRole("heading", { level: 1, name: word("home.heading") })).toBeVisible();
    return codes;
  }

  /** The code that went to a number last, as the demo's page of messages shows it. */
  async sentTo(number: string): Promise<string> {
    const gateway = await this.page.context().newPage();
    await gateway.goto("/demo/gateway");
    const to = `+81${number.replaceAll("-", "").slice(1)}`;
    const message = gateway.getByRole("listitem").filter({ hasText: to }).filter({ hasText: "確認コード" }).first();
    const [code] = /\d{6}/.exec(await message.locator("p").last().innerText())!;
    await gateway.close();
    return code;
  }
}

/** From home to a receipt: one patient in the first band. */
export async function reportOne(page: Page): Promise<void> {
  await page.getByRole("link", { name: word("home.write"), exact: true }).click();
  const form = new ReportForm(page);
  await form.cell("age_0").fill("1");
  const check: CheckPage = await form.check();
  await check.report();
  await expectReceipt(page);
}
