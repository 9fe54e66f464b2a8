import { expect, type Locator, type Page } from "@playwright/test";

import { demoCode } from "../fixtures/api.ts";
import type { Keyboard } from "../fixtures/keyboard.ts";
import type { Account } from "../fixtures/server.ts";
import { type Language, word } from "../fixtures/words.ts";

/** Fills in the first step of the sign-in form, of the page or of the dialog over it, and sends it. */
export async function submitPassword(within: Page | Locator, account: Account, language: Language = "ja"): Promise<void> {
  await within.getByRole("textbox", { name: word("signin.id", language), exact: true }).fill(account.login_id);
  await within.getByLabel(word("signin.password", language), { exact: true }).fill(account.password);
  await within.getByRole("button", { name: word("signin.submit", language), exact: true }).click();
}

/** The field of the second step. */
export function codeField(within: Page | Locator, language: Language = "ja"): Locator {
  return within.getByRole("textbox", { name: word("signin.code", language), exact: true });
}

/** Fills in the code that the demo tells; where all that would be taken are used up, the next. */
export async function fillCode(within: Page | Locator, language: Language = "ja"): Promise<void> {
  const field = codeField(within, language);
  await expect(async () => {
    await within.getByRole("button", { name: word("signin.demo-code", language), exact: true }).click();
    await expect(field).toHaveValue(/^\d{6}$/, { timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
}

/** Both steps. */
export async function submitSignIn(within: Page | Locator, account: Account, language: Language = "ja"): Promise<void> {
  await submitPassword(within, account, language);
  await fillCode(within, language);
  await within.getByRole("button", { name: word("signin.submit", language), exact: true }).click();
}

/** Signs in and waits for the home page. */
export async function signIn(page: Page, account: Account, language: Language = "ja"): Promise<void> {
  await submitSignIn(page, account, language);
  await expect(page.getByRole("heading", { level: 1, name: word("home.heading", language) })).toBeVisible();
}

/** Both steps without a mouse, on the page or in the dialog over it. */
export async function typeSignIn(keys: Keyboard, within: Page | Locator, origin: string, account: Account): Promise<void> {
  const id = within.getByRole("textbox", { name: word("signin.id"), exact: true });
  await keys.to(id);
  // In the dialog the one before is filled in.
  if ((await id.inputValue()) === "") await keys.type(account.login_id);
  await keys.to(within.getByLabel(word("signin.password"), { exact: true }));
  await keys.type(account.password);
  await keys.press("Enter");
  await expect(codeField(within)).toBeFocused();
  await keys.type(await demoCode(origin, account));
  await keys.press("Enter");
}
