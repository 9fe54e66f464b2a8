import { expect, type Locator, type Page } from "@playwright/test";

import { Api, type Day } from "../fixtures/api.ts";
import type { Account, Server } from "../fixtures/server.ts";
import { type Language, word } from "../fixtures/words.ts";
import { submitSignIn } from "./sign-in.page.ts";

/** The manager of a clinic's center issues an account of that clinic; the slip's ID and code. */
export async function issueSlip(
  page: Page,
  server: Server,
  clinic: Account,
  person: string,
): Promise<{ id: string; code: string }> {
  const day = await (await Api.signedIn(server.origin, clinic)).read<Day>("/reporting-day");
  const center = server.account((account) => account.is_manager && account.organization_name === day.center_name);
  await page.goto(`/organizations/${clinic.organization_id}`);
  await submitSignIn(page, center);
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
