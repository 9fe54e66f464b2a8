import type { Page } from "@playwright/test";

import { expectAccessible } from "../fixtures/accessibility.ts";
import { apply, LOOKS } from "../fixtures/looks.ts";
import { expect, test } from "../fixtures/test.ts";
import { type Language, word } from "../fixtures/words.ts";
import { CheckPage, ReportForm } from "../pages/report-form.page.ts";
import { codeField, signIn, submitPassword } from "../pages/sign-in.page.ts";

for (const look of LOOKS) {
  test(`every screen is accessible: ${look.name}`, async ({ page, clinic }) => {
    test.slow();
    await apply(page, look);
    await outside(page, look.language, clinic);
    await inside(page, look.language);
  });
}

async function outside(page: Page, language: Language, clinic: Parameters<typeof signIn>[1]): Promise<void> {
  await page.goto("/sign-in");
  await expect(page.getByRole("heading", { level: 1, name: word("signin.heading", language) })).toBeVisible();
  await expectAccessible(page, "sign-in");
  await submitPassword(page, { ...clinic, password: "not the password" }, language);
  await expect(page.getByText(word("signin.failed", language))).toBeVisible();
  await expectAccessible(page, "sign-in refused");
  await submitPassword(page, clinic, language);
  await expect(codeField(page, language)).toBeFocused();
  await expectAccessible(page, "the second step");
  await page.getByRole("button", { name: word("signin.submit", language), exact: true }).click();
  await expect(codeField(page, language)).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page, "the second step refused");
  for (const path of ["/help", "/help/fax-form", "/problems/already-reported", "/no-such-page"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectAccessible(page, path);
  }
  await page.goto("/sign-in");
  await signIn(page, clinic, language);
  await expectAccessible(page, "home");
}

async function inside(page: Page, language: Language): Promise<void> {
  await page.goto("/password");
  await expect(page.getByLabel(word("access.pw.new", language), { exact: true })).toBeVisible();
  await expectAccessible(page, "password");
  const form = await new ReportForm(page, language).open();
  await expectAccessible(page, "form");
  await form.fill({ age_0: "x" });
  await form.button("check").click();
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expectAccessible(page, "form with a mistake");
  await form.fill({ age_0: "1", age_10_19: "10000" });
  await form.button("check").click();
  const check = await new CheckPage(page, language).shown();
  await expectAccessible(page, "check");
  await check.report();
  await expectAccessible(page, "receipt");
  await page.goto("/history");
  await expect(page.getByRole("table").first()).toBeVisible();
  await expectAccessible(page, "history");
  await page.goto("/report");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectAccessible(page, "closed form");
}
