import { expect, type Locator, type Page } from "@playwright/test";

import type { Server } from "../fixtures/server.ts";
import { type Language, word } from "../fixtures/words.ts";
import { submitSignIn } from "./sign-in.page.ts";

/** A manager of a center issues an account of one of its institutions; the slip's ID and code. */
export async function issueSlip(page: Page, server: Server, person: string): Promise<{ id: string; code: string }> {
  const center = server.account((account) => account.role === "health_center" && account.is_manager);
  await page.goto("/organizations?kind=institution");
  await submitSignIn(page, center);
  await page.locator("tbody th a").last().click();
  await page.getByRole("link", { name: word("office.accounts.issue") }).click();
  await page.getByLabel(word("office.issue.person"), { exact: true }).fill(person);
  await page.getByRole("button", { name: word("office.issue.next") }).click();
  await page.getByRole("button", { name: word("office.issue.submit"), exact: true }).click();
  const slip = page.locator(".slip");
  const id = await slip.locator("dd").first().innerText();
  const code = await slip.locator(".slip-code").innerText();
  await page.getByRole("button", { name: word("app.sign-out") }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  return { id, code };
}

/** The button that chooses a kind of second factor to enroll. */
export function chooseMethod(page: Page, kind: string, language: Language = "ja"): Locator {
  const name = word(`access.enroll.${kind}`, language);
  return page.getByRole("button", { name: word("access.enroll.choose", language, { name }), exact: true });
}
