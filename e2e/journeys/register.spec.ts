import type { Page } from "@playwright/test";

import { expectAccessible } from "../fixtures/accessibility.ts";
import { apply, LOOKS } from "../fixtures/looks.ts";
import { expect, test } from "../fixtures/test.ts";
import { type Language, word } from "../fixtures/words.ts";
import { submitSignIn } from "../pages/sign-in.page.ts";

const rows = (page: Page) => page.locator("tbody tr");

async function search(page: Page, text: string, language: Language): Promise<void> {
  await page.getByLabel(word("office.register.search-label", language)).fill(text);
  await page.getByRole("button", { name: word("office.register.search", language) }).click();
}

for (const look of LOOKS) {
  test(`a center finds its institutions: ${look.name}`, async ({ page, server }) => {
    await apply(page, look);
    const { language } = look;
    const center = server.account((account) => account.role === "health_center");
    // Whoever opens a page of the office signs in first and is then where he wanted to be.
    await page.goto("/organizations");
    await expect(page).toHaveURL(/\/sign-in\?next=%2Forganizations$/);
    await submitSignIn(page, center, language);
    await expect(page.getByRole("heading", { level: 1, name: word("office.register.heading", language) })).toBeVisible();
    await expect(page).toHaveURL(/\/organizations$/);
    await expect(rows(page).first()).toBeVisible();
    await expectAccessible(page, "register");
    const all = await rows(page).count();

    const institution = await page.locator("tbody th a").first().innerText();
    await search(page, institution, language);
    await expect(page).toHaveURL(/\?q=/);
    await expect.poll(() => rows(page).count()).toBeLessThan(all);
    await search(page, "どこにもない", language);
    await expect(page.getByText(word("office.register.nothing", language), { exact: true })).toBeVisible();
    await expectAccessible(page, "register without a result");
    await page.goBack();
    await expect(page.getByRole("link", { name: institution, exact: true })).toBeVisible();

    await page.getByRole("link", { name: institution, exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: institution })).toBeVisible();
    await expectAccessible(page, "organization");

    // The way to the other program and out again.
    await page.getByRole("link", { name: word("app.home", language), exact: true }).first().click();
    await expect(page.getByRole("heading", { level: 1, name: word("home.heading", language) })).toBeVisible();
    await page.goBack();
    await expect(page.getByRole("heading", { level: 1, name: institution })).toBeVisible();
    await page.getByRole("button", { name: word("app.sign-out", language) }).click();
    await expect(page).toHaveURL(/\/sign-in$/);
  });
}

test("what lies outside one's jurisdiction is nowhere in the register", async ({ page, server }) => {
  const center = server.account((account) => account.role === "health_center");
  const stranger = server.account((account) => account.role === "health_center" && account.organization_id !== center.organization_id);
  await page.goto(`/organizations/${stranger.organization_id}`);
  await submitSignIn(page, center, "ja");
  await expect(page.getByText(word("state.not-found", "ja"))).toBeVisible();
});

test("after signing in nobody is led to another site", async ({ page, clinic }) => {
  await page.goto("/sign-in?next=%2F%2Felsewhere.example");
  await submitSignIn(page, clinic, "ja");
  await expect(page.getByRole("heading", { level: 1, name: word("home.heading", "ja") })).toBeVisible();
  await expect(page).toHaveURL(/\/$/);
});
