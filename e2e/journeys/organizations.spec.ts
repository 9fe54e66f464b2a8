import type { Page } from "@playwright/test";

import { expectAccessible, expectAccessibleInEveryLook } from "../fixtures/accessibility.ts";
import { apply, LOOKS } from "../fixtures/looks.ts";
import { alone, expect, test } from "../fixtures/test.ts";
import { type Language, word, wordLike } from "../fixtures/words.ts";
import { submitSignIn } from "../pages/sign-in.page.ts";

/** A code that fits its check digit neither over ten digits nor over seven. */
const DOUBTFUL = "1310110048";

const words = (language: Language) => (key: string, values = {}) => word(`office.register.${key}`, language, values);

async function look(page: Page, text: string, language: Language): Promise<void> {
  await page.getByLabel(word("office.register.search-label", language)).fill(text);
  await page.getByRole("button", { name: word("office.register.search", language) }).click();
}

for (const at of LOOKS) {
  alone(`a center adds a clinic after looking for it, and goes on to its accounts: ${at.name}`, async ({ page, country: server }) => {
    alone.slow();
    await apply(page, at);
    const { language } = at;
    const text = words(language);
    const center = server.account((account) => account.role === "health_center" && account.is_manager);
    const name = "ひばり内科";
    await page.goto("/organizations");
    await submitSignIn(page, center, language);
    await page.getByRole("link", { name: text("add"), exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: text("add") })).toBeVisible();
    await expectAccessible(page, "look before adding");

    // What is there already is found, and nothing is typed twice.
    await look(page, "クリニック", language);
    await expect(page.getByText(text("look-found"))).toBeVisible();
    await expectAccessible(page, "look-alikes");
    await look(page, name, language);
    await page.getByRole("button", { name: text("add-new") }).click();
    const nameField = page.getByLabel(text("name"), { exact: true });
    await expect(nameField).toBeFocused();
    await expect(nameField).toHaveValue(name);
    await expectAccessible(page, "a new organization");

    await page.getByRole("button", { name: text("add-submit"), exact: true }).click();
    await expect(page.getByRole("alert")).toBeFocused();
    await expectAccessible(page, "a new organization with mistakes");
    await page.getByLabel(text("kana"), { exact: true }).fill("ひばりないか");
    await page.getByLabel(text("code"), { exact: true }).fill(at === LOOKS[0] ? DOUBTFUL : "");
    await page.getByLabel(text("place"), { exact: true }).fill("桜町1-2-3");
    await page.getByLabel(text("telephone"), { exact: true }).fill("03-5550-0199");
    await page.getByLabel(word("office.kind-of-day.sunday", language), { exact: true }).uncheck();
    await page.getByRole("button", { name: text("add-submit"), exact: true }).click();
    if (at === LOOKS[0]) {
      await expect(page.getByLabel(text("code-sure"))).toBeVisible();
      await expectAccessible(page, "a doubtful code");
      await page.getByLabel(text("code-sure")).check();
      await page.getByRole("button", { name: text("add-submit"), exact: true }).click();
    }

    await expect(page.getByRole("heading", { level: 1, name: word("office.issue.heading", language) })).toBeVisible();
    await expect(page.getByText(text("added", { name }))).toBeVisible();
    await expectAccessible(page, "straight to its accounts");
    await page.goto("/organizations");
    await look(page, name, language);
    await page.getByRole("link", { name, exact: true }).click();
    await expect(page.getByText(wordLike("office.register.open-from", language)).first()).toBeVisible();
    await expectAccessible(page, "the new organization");

    // A change, and other opening days from tomorrow on.
    await page.getByText(text("change"), { exact: true }).click();
    await page.getByLabel(text("place"), { exact: true }).fill("桜町4-5-6");
    await page.getByLabel(text("place"), { exact: true }).press("Enter");
    await expect(page.getByText(text("changed"))).toBeVisible();
    await expect(page.getByRole("main")).toContainText("桜町4-5-6");
    await page.getByText(text("opening-change"), { exact: true }).click();
    for (const day of ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "holiday"]) {
      await page.getByLabel(word(`office.kind-of-day.${day}`, language), { exact: true }).uncheck();
    }
    const save = page.getByRole("button", { name: word("office.accounts.save", language) }).last();
    await save.click();
    await expect(page.getByRole("alert")).toBeFocused();
    await expectAccessible(page, "never open");
    await page.getByLabel(word("office.kind-of-day.tuesday", language), { exact: true }).check();
    await save.click();
    await expect(page.getByText(text("opening-set"))).toBeVisible();
    await expect(page.getByText(text("opening-coming"), { exact: true })).toBeVisible();
  });
}

test("a prefecture plans a move and is told what it means", async ({ page, server }) => {
  test.slow();
  const text = words("ja");
  const prefecture = server.account((account) => account.role === "prefecture" && account.is_manager);
  await page.goto("/organizations?kind=institution");
  await submitSignIn(page, prefecture);
  const clinic = page.locator("tbody th a").first();
  const name = await clinic.innerText();
  await clinic.click();
  await page.getByText(text("move"), { exact: true }).click();
  const submit = page.getByRole("button", { name: text("move-submit"), exact: true });
  await submit.click();
  await expect(page.getByText(text("move-to-missing")).first()).toBeVisible();
  await expectAccessibleInEveryLook(page, "a move without its goal");
  const to = page.getByLabel(text("move-to"), { exact: true });
  await to.selectOption({ index: 1 });
  const center = await to.locator("option").nth(1).innerText();
  const seen = text("move-means-seen", { day: "", new: center, name });
  await expect(page.getByRole("listitem").filter({ hasText: seen })).toBeVisible();
  await expect(page.getByText(text("move-means-figures"))).toBeVisible();
  await expectAccessibleInEveryLook(page, "what a move means");
  await submit.click();
  await expect(page.getByText(text("moved"))).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: center })).toHaveCount(1);
  await expectAccessibleInEveryLook(page, "a move to come");
});

test("nobody is offered what the rule doesn't allow", async ({ page, server }) => {
  const staff = server.account((account) => account.role === "health_center" && !account.is_manager);
  await page.goto("/organizations?kind=institution");
  await submitSignIn(page, staff);
  await expect(page.locator("tbody th a").first()).toBeVisible();
  await expect(page.getByRole("link", { name: word("office.register.add") })).toHaveCount(0);
  await page.locator("tbody th a").first().click();
  await expect(page.getByRole("main").locator("dl")).toBeVisible();
  await expect(page.getByRole("main").locator("details")).toHaveCount(0);
  await page.goto("/organizations/new");
  await expect(page.getByText(word("state.not-found"))).toBeVisible();
});
