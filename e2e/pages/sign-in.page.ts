import { expect, type Locator, type Page } from "@playwright/test";

import type { Account } from "../fixtures/server.ts";
import { type Language, word } from "../fixtures/words.ts";

/** Fills in the sign-in form, of the page or of the dialog over it, and sends it. */
export async function submitSignIn(within: Page | Locator, account: Account, language: Language = "ja"): Promise<void> {
  await within.getByRole("textbox", { name: word("signin.id", language), exact: true }).fill(account.login_id);
  await within.getByLabel(word("signin.password", language), { exact: true }).fill(account.password);
  await within.getByRole("button", { name: word("signin.submit", language), exact: true }).click();
}

/** Signs in and waits for the home page. */
export async function signIn(page: Page, account: Account, language: Language = "ja"): Promise<void> {
  await submitSignIn(page, account, language);
  await expect(page.getByRole("heading", { level: 1, name: word("home.heading", language) })).toBeVisible();
}
