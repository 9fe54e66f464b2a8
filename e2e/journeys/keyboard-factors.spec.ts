import type { Locator, Page } from "@playwright/test";

import { Api, demoCode } from "../fixtures/api.ts";
import { codeAt } from "../fixtures/authenticator.ts";
import { Keyboard } from "../fixtures/keyboard.ts";
import type { Account } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";
import { VirtualAuthenticator } from "../fixtures/virtual-authenticator.ts";
import { word } from "../fixtures/words.ts";
import { codeField } from "../pages/sign-in.page.ts";
import { chooseMethod } from "../pages/slip.page.ts";

const security = (key: string): string => word(`access.security.${key}`);
const enroll = (key: string): string => word(`access.enroll.${key}`);

/** Whoever has no mouse: all is reached by Tab, pressed by Enter and typed. */
class Person {
  readonly keyboard: Keyboard;

  constructor(readonly page: Page) {
    this.keyboard = new Keyboard(page);
  }

  button(name: string, within: Page | Locator = this.page): Locator {
    return within.getByRole("button", { name, exact: true });
  }

  async press(target: Locator): Promise<void> {
    await this.keyboard.to(target);
    await this.keyboard.press("Enter");
  }

  /** The first step of the sign-in. */
  async showPassword(account: Account): Promise<void> {
    await this.keyboard.to(this.page.getByRole("textbox", { name: word("signin.id"), exact: true }));
    await this.page.keyboard.type(account.login_id);
    await this.keyboard.to(this.page.getByLabel(word("signin.password"), { exact: true }));
    await this.page.keyboard.type(account.password);
    await this.keyboard.press("Enter");
  }

  async expectHome(): Promise<void> {
    await expect(this.page.getByRole("heading", { level: 1, name: word("home.heading") })).toBeVisible();
  }

  /** Signs in by the app that the demo knows. */
  async signIn(server: string, account: Account): Promise<void> {
    await this.page.goto("/sign-in");
    await this.showPassword(account);
    await expect(codeField(this.page)).toBeFocused();
    await this.page.keyboard.type(await demoCode(server, account));
    await this.keyboard.press("Enter");
    await this.expectHome();
  }

  async signOut(): Promise<void> {
    await this.press(this.button(word("app.sign-out")));
    await expect(this.page.getByRole("heading", { level: 1, name: word("signin.heading") })).toBeVisible();
  }

  /** From home to the page of one's own security, where another second factor is asked for; the dialog that wants one first. */
  async askForAnother(): Promise<Locator> {
    await this.press(this.page.getByRole("link", { name: word("app.security"), exact: true }));
    await expect(this.page.getByRole("heading", { level: 1, name: security("heading") })).toBeVisible();
    await this.press(this.button(security("add")));
    return this.page.getByRole("dialog", { name: security("step-up") });
  }

  /** Chooses a kind, once the dialog has given way to them. */
  async choose(dialog: Locator, kind: string): Promise<void> {
    await expect(dialog).toBeHidden();
    await this.expectPlaceKept();
    await this.press(chooseMethod(this.page, kind));
  }

  /** What has gone with the focus in it has given the focus to what took its place. */
  async expectPlaceKept(): Promise<void> {
    await expect.poll(() => this.page.evaluate(() => document.activeElement !== document.body), "something has the focus").toBe(true);
  }
}

test("who has lost the app gets in by a recovery code, enrolls another app and drops the lost one, without a mouse", async ({
  page,
  server,
  clinic,
}) => {
  test.slow();
  const api = await Api.signedIn(server.origin, clinic);
  const made = (await (await api.send("POST", "/auth/recovery-codes")).json()) as { recovery_codes: string[] };
  const [first = "", second = ""] = made.recovery_codes;
  const person = new Person(page);
  await page.goto("/sign-in");
  await person.showPassword(clinic);
  await person.press(person.button(word("signin.use-recovery")));
  const field = (within: Page | Locator) => within.getByRole("textbox", { name: word("signin.recovery"), exact: true });
  await expect(field(page)).toBeFocused();
  await person.keyboard.type(first);
  await person.keyboard.press("Enter");
  await person.expectHome();

  const dialog = await person.askForAnother();
  await person.press(person.button(word("signin.use-recovery"), dialog));
  await expect(field(dialog)).toBeFocused();
  await person.keyboard.type(second);
  await person.keyboard.press("Enter");
  await person.choose(dialog, "totp");
  const secret = await page.locator(".factor-key").innerText();
  await person.keyboard.to(page.getByLabel(enroll("code"), { exact: true }));
  await person.keyboard.type(codeAt(secret, await server.now()));
  await person.keyboard.press("Enter");
  const remove = person.button(security("remove"));
  await expect(remove).toHaveCount(2);
  await person.expectPlaceKept();
  await person.press(remove.first());
  await expect(remove).toHaveCount(0);
  await person.expectPlaceKept();

  await person.signOut();
  await person.showPassword(clinic);
  await expect(codeField(page)).toBeFocused();
  await person.keyboard.type(codeAt(secret, (await server.now()) + 30_000));
  await person.keyboard.press("Enter");
  await person.expectHome();
});

test("a passkey is added on the own security page and signs in, without a mouse", { tag: "@shipped" }, async ({ page, server, clinic }) => {
  test.slow();
  const authenticator = await VirtualAuthenticator.of(page);
  const person = new Person(page);
  await person.signIn(server.origin, clinic);
  // Whoever has just signed in is asked again all the same, before a way in is added.
  const dialog = await person.askForAnother();
  await expect(codeField(dialog)).toBeFocused();
  await person.keyboard.type(await demoCode(server.origin, clinic));
  await person.keyboard.press("Enter");
  await person.choose(dialog, "passkey");
  await person.keyboard.to(page.getByLabel(enroll("passkey-name"), { exact: true }));
  await person.keyboard.type("PC-2");
  await person.press(person.button(enroll("passkey-make")));
  await expect(page.locator(".card").filter({ hasText: "PC-2" })).toBeVisible();
  await person.expectPlaceKept();
  expect(await authenticator.held()).toBe(1);

  await person.signOut();
  await person.showPassword(clinic);
  // It is asked for before the app, whose code takes longer.
  await expect(person.button(word("signin.passkey-go"))).toBeFocused();
  await person.keyboard.press("Enter");
  await person.expectHome();
});

test("a telephone is added on the own security page and signs in by a text message, without a mouse", async ({
  page,
  context,
  server,
  clinic,
}) => {
  test.slow();
  const number = "090-3579-1402";
  const person = new Person(page);
  await person.signIn(server.origin, clinic);
  const dialog = await person.askForAnother();
  await expect(codeField(dialog)).toBeFocused();
  await person.keyboard.type(await demoCode(server.origin, clinic));
  await person.keyboard.press("Enter");
  await person.choose(dialog, "sms");
  await person.keyboard.to(page.getByLabel(enroll("number"), { exact: true }));
  await person.keyboard.type(number);
  await person.keyboard.press("Tab");
  await person.keyboard.type(number);
  await person.keyboard.press("Enter");
  const masked = "090-****-1402";
  await expect(page.getByText(word("signin.sent-sms", "ja", { number: masked }))).toBeFocused();

  // The demo shows what it sent, in a window of its own.
  const opened = context.waitForEvent("page");
  await person.press(page.getByRole("link", { name: word("signin.demo-messages") }));
  const gateway = await opened;
  const last = async () => {
    const message = gateway.getByRole("listitem").filter({ hasText: "+819035791402" }).filter({ hasText: "確認コード" }).first();
    return /\d{6}/.exec(await message.locator("p").last().innerText())?.[0] ?? "";
  };
  const first = await last();
  await page.bringToFront();
  await person.keyboard.to(page.getByLabel(enroll("sent-code"), { exact: true }));
  await person.keyboard.type(first);
  await person.keyboard.press("Enter");
  await expect(page.locator(".card").filter({ hasText: masked })).toBeVisible();
  await person.expectPlaceKept();

  await person.signOut();
  await person.showPassword(clinic);
  await person.press(page.getByRole("button", { name: `${word("signin.use-sms")} (${masked})` }));
  await expect(person.button(word("signin.send-sms", "ja", { number: masked }))).toBeFocused();
  await person.keyboard.press("Enter");
  await expect(codeField(page)).toBeFocused();
  await expect.poll(last).not.toBe(first);
  await person.keyboard.type(await last());
  await person.keyboard.press("Enter");
  await person.expectHome();
});
