import type { Page } from "@playwright/test";

import { expectAccessible } from "../fixtures/accessibility.ts";
import { expect, test } from "../fixtures/test.ts";
import { type Language, LANGUAGES, word } from "../fixtures/words.ts";
import { CheckPage, ReportForm } from "../pages/report-form.page.ts";
import { signIn, submitSignIn } from "../pages/sign-in.page.ts";

const full = process.env.NIPPO_E2E === "full";
const WIDTHS = full ? [320, 768, 1366] : [320, 1366];
const LOOKS: { name: string; media: Parameters<Page["emulateMedia"]>[0] }[] = [{ name: "light", media: { colorScheme: "light" } }];
if (full) {
  LOOKS.push({ name: "dark", media: { colorScheme: "dark" } });
  LOOKS.push({ name: "forced colors", media: { forcedColors: "active" } });
}

for (const language of LANGUAGES) {
  for (const width of WIDTHS) {
    for (const look of LOOKS) {
      test(`every screen is accessible: ${language}, ${width} px, ${look.name}`, async ({ page, clinic }) => {
        test.slow();
        await page.setViewportSize({ width, height: 768 });
        await page.emulateMedia(look.media);
        await page.addInitScript((tag) => localStorage.setItem("nippo.language", tag), language);
        await outside(page, language, clinic);
        await inside(page, language);
      });
    }
  }
}

async function outside(page: Page, language: Language, clinic: Parameters<typeof signIn>[1]): Promise<void> {
  await page.goto("/sign-in");
  await expect(page.getByRole("heading", { level: 1, name: word("signin.heading", language) })).toBeVisible();
  await expectAccessible(page, "sign-in");
  await submitSignIn(page, { ...clinic, password: "not the password" }, language);
  await expect(page.getByText(word("signin.failed", language))).toBeVisible();
  await expectAccessible(page, "sign-in refused");
  for (const path of ["/help", "/problems/already-reported", "/no-such-page"]) {
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
  await expect(page.getByLabel(word("pw.new", language), { exact: true })).toBeVisible();
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
