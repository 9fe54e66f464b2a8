import { Api, type Day } from "../fixtures/api.ts";
import { expectAccessible } from "../fixtures/accessibility.ts";
import { Keyboard } from "../fixtures/keyboard.ts";
import { apply, LOOKS } from "../fixtures/looks.ts";
import type { Account, Server } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";
import { BANDS, word } from "../fixtures/words.ts";
import { signIn, submitSignIn } from "../pages/sign-in.page.ts";

/**
 * A clinic whose prefecture lets it replace its report on the same day, with the report that it has just sent: one that is
 * closed on Sundays, since the lists of who is missing are other journeys'.
 */
async function reported(server: Server, used: Set<string>): Promise<{ clinic: Account; id: string }> {
  // The demo's second prefecture allows it.
  for (const account of server.accounts.filter(({ login_id }) => login_id.startsWith("P27")).reverse()) {
    if (used.has(account.organization_id)) continue;
    const api = await Api.signedIn(server.origin, account);
    const asked = await api.send("GET", "/reporting-day");
    if (!asked.ok) continue;
    const day = (await asked.json()) as Day & { correction: string };
    if (day.correction !== "same_day_replacement" || day.state !== "not_scheduled") continue;
    used.add(account.organization_id);
    const counts = Object.fromEntries(BANDS.map((band, place) => [band, place < 3 ? 1 : 0]));
    const codes = ["band_very_high", "total_far_above", "shifted_by_one", "same_as_last"];
    const answer = await api.send("POST", "/reports", { entry_day: day.day, counts, acknowledged_warnings: codes });
    if (!answer.ok) continue;
    return { clinic: account, id: ((await answer.json()) as { id: string }).id };
  }
  throw new Error("no clinic may replace its report");
}

for (const look of LOOKS) {
  test(`a clinic replaces its report on the same day, and both revisions can be read: ${look.name}`, async ({ page, server, used }) => {
    test.slow();
    await apply(page, look);
    const { language } = look;
    const text = (key: string, values = {}) => word(`figures.correct.${key}`, language, values);
    const { clinic, id } = await reported(server, used);
    await page.goto(`/reports/${id}`);
    await submitSignIn(page, clinic, language);
    await page.getByRole("link", { name: word("receipt.correct", language), exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: text("heading"), exact: true })).toBeVisible();
    await expectAccessible(page, "the form of a correction");

    // Nothing changed, and no number: both are said at their place.
    const check = page.getByRole("button", { name: word("form.check", language), exact: true });
    await check.click();
    await expect(page.getByRole("alert").first()).toContainText(word("rule.unchanged", language));
    const cell = (band: string) =>
      page.getByRole("textbox", { name: word("form.cell", language, { band: word(`band.${band}`, language) }), exact: true });
    await cell("age_0").fill("x");
    await check.click();
    await expect(page.getByRole("alert").first()).toBeVisible();
    await expectAccessible(page, "a correction with a mistake");

    await cell("age_0").fill("４");
    await check.click();
    await expect(page.getByRole("heading", { level: 2, name: text("review"), exact: true })).toBeFocused();
    const row = page.getByRole("row", { name: new RegExp(`^${word("band.age_0", language)}`) });
    await expect(row.getByRole("cell")).toHaveText(["1", "4"]);
    await expectAccessible(page, "a correction, looked at once more");
    const send = page.getByRole("button", { name: text("send"), exact: true });
    await expect(async () => {
      for (const box of await page.getByRole("checkbox").all()) await box.check();
      if (await send.isVisible()) await send.click();
      await expect(page).toHaveURL(/\/reports\/(?!.*\/)/, { timeout: 2_000 });
    }).toPass();
    expect(page.url()).not.toContain(id);
    await page.getByRole("link", { name: word("receipt.correct", language), exact: true }).click();
    await expect(page.getByRole("heading", { level: 2, name: word("receipt.revisions", language), exact: true })).toBeVisible();
    await expectAccessible(page, "a report with its revisions");

    await page.getByRole("link", { name: word("receipt.revision", language, { n: 1 }), exact: true }).click();
    await expect(page).toHaveURL(new RegExp(id));
    await expect(page.getByRole("link", { name: word("receipt.correct", language) })).toHaveCount(0);
    await page.goto(`/corrections/${id}`);
    await expect(page.getByText(text("old"))).toBeVisible();
  });

  test(`a prefecture reads its rules and sets others from a coming day: ${look.name}`, async ({ page, server }) => {
    await apply(page, look);
    const { language } = look;
    const text = (key: string, values = {}) => word(`access.policies.${key}`, language, values);
    const manager = server.account((account) => account.role === "prefecture" && account.is_manager);
    await page.goto("/sign-in");
    await signIn(page, manager, language);
    await page.getByRole("link", { name: word("home.policies", language), exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: text("heading"), exact: true })).toBeVisible();
    await expect(page.getByRole("heading", { level: 2, name: text("in-force"), exact: true })).toBeVisible();
    const reach = text("days-back", { who: text("by-prefecture"), n: 60 });
    await expect(page.getByText(reach, { exact: true }).first()).toBeVisible();
    await expectAccessible(page, "the rules for corrections");

    await page.getByLabel(text("from"), { exact: true }).fill("2026-11-22");
    await page.getByLabel(text("deadline"), { exact: true }).fill("11:00");
    const save = page.getByRole("button", { name: text("save"), exact: true });
    await save.click();
    await expect(page.getByRole("alert").first()).toContainText(text("from-tomorrow"));
    await expectAccessible(page, "rules with a mistake");
    await page.getByLabel(text("from"), { exact: true }).fill("2027-03-01");
    await page.getByLabel(text("deadline"), { exact: true }).fill("9:30");
    await save.click();
    await expect(page.getByRole("status").filter({ hasText: /2027/ })).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: "9:30" })).toBeVisible();
  });
}

test("a report is corrected by keyboard alone", async ({ page, server, used }) => {
  const { clinic, id } = await reported(server, used);
  await page.goto(`/corrections/${id}`);
  await submitSignIn(page, clinic);
  await expect(page.getByRole("heading", { level: 1, name: word("figures.correct.heading"), exact: true })).toBeVisible();
  const keyboard = new Keyboard(page);
  const cell = page.getByRole("textbox", { name: word("form.cell", "ja", { band: word("band.age_0") }), exact: true });
  await keyboard.to(cell);
  await page.keyboard.type("2");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("heading", { level: 2, name: word("figures.correct.review"), exact: true })).toBeFocused();
  await keyboard.to(page.getByRole("button", { name: word("figures.correct.send"), exact: true }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/reports/(?!${id})`));
});
