import type { Page } from "@playwright/test";

import { expectAccessible } from "../fixtures/accessibility.ts";
import { Api, type Day } from "../fixtures/api.ts";
import { Keyboard } from "../fixtures/keyboard.ts";
import { apply, LOOKS } from "../fixtures/looks.ts";
import { type Account, Server } from "../fixtures/server.ts";
import { alone, expect, test } from "../fixtures/test.ts";
import { BANDS, type Language, word, wordLike } from "../fixtures/words.ts";
import { ReportForm } from "../pages/report-form.page.ts";
import { submitSignIn } from "../pages/sign-in.page.ts";

interface Unit {
  unit_id: string;
  name: string;
  telephone: string;
  institution_code: string | null;
  state: string;
}

interface Count {
  name: string;
  count: number;
  is_below: boolean;
}

const TODAY = "2026-11-22";
const CODES = ["same_as_last", "total_far_above", "shifted_by_one", "zero_unusual", "many_unknown", "below_notifications"];
const words = (language: Language) => (key: string, values = {}) => word(`collect.notifications.${key}`, language, values);
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const rowOf = (page: Page, name: string) => page.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });

/** The manager of a center that the demo gives no count of. */
function manager(server: Server): Account {
  const found = server.accounts.filter((account) => account.role === "health_center" && account.is_manager).at(-1);
  if (!found) throw new Error("there is no center");
  return found;
}

// Alone: units of which a count is known are asked about more in other journeys.
for (const at of LOOKS) {
  alone(`a center types and pastes how many were notified, and sees which report says fewer: ${at.name}`, async ({ page, country: server }) => {
    alone.slow();
    await apply(page, at);
    const { language } = at;
    const text = words(language);
    const center = manager(server);
    const api = await Api.signedIn(server.origin, center);
    const units = (await api.read<{ items: Unit[] }>("/coverage/units?limit=200")).items;
    const [first, second, third] = units.filter((unit) => unit.state === "missing" || unit.state === "not_scheduled");
    if (!first || !second || !third) throw new Error("too few units have said nothing");
    // One of 65 and more, where three were notified.
    const counts = Object.fromEntries(BANDS.map((band) => [band, band === "age_70_79" ? 1 : 0]));
    const report = { unit_id: first.unit_id, entry_day: TODAY, counts, channel: "fax", acknowledged_warnings: CODES };
    expect((await api.send("POST", "/reports", report)).status).toBe(201);

    const keys = new Keyboard(page);
    await page.goto("/");
    await submitSignIn(page, center, language);
    await keys.to(page.getByRole("link", { name: word("app.notifications", language), exact: true }));
    await keys.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: text("heading") })).toBeVisible();
    await expect(page.getByText(text("nothing"))).toBeVisible();
    await expectAccessible(page, "nothing was entered");

    // A mistake is said where it is, and above.
    const find = page.getByRole("textbox", { name: text("find") });
    await keys.to(find);
    await keys.type(first.telephone.replaceAll("-", ""));
    const cell = page.getByRole("textbox", { name: text("count-of", { name: first.name }) });
    await keys.to(cell);
    await keys.type("3x");
    await keys.press("Enter");
    await expect(page.getByRole("alert").filter({ hasText: first.name })).toBeFocused();
    await expect(cell).toHaveValue("3x");
    await expect(cell).toHaveAccessibleDescription(text("bad-count"));
    await expectAccessible(page, "a number that can't be read");

    // An answer that never comes loses nothing.
    await cell.fill("3");
    await page.route("**/api/v1/notification-counts", (route) => (route.request().method() === "POST" ? route.abort() : route.fallback()));
    await cell.press("Enter");
    await expect(page.getByText(text("kept"))).toBeVisible();
    await expect(cell).toHaveValue("3");
    await page.unroute("**/api/v1/notification-counts");
    await cell.press("Enter");
    await expect(page.getByText(text("saved", { n: 1 }))).toBeVisible();
    await expect(rowOf(page, first.name)).toContainText(text("below"));
    await expect(cell).toHaveValue("");
    await expectAccessible(page, "a report says fewer");

    // Pasted from a spreadsheet: each row is looked at before anything is sent.
    const field = page.getByRole("textbox", { name: text("rows"), exact: true });
    await keys.to(button(page, text("preview")));
    await keys.press("Enter");
    await expect(page.getByText(text("empty"))).toBeVisible();
    await expect(field).toBeFocused();
    const named = third.institution_code ?? third.name;
    await field.fill(`機関\t人数\n${second.name}\t２\n知らない医院\t1\n${named}\t0\n`);
    await keys.to(button(page, text("preview")));
    await keys.press("Enter");
    await expect(page.getByRole("heading", { name: text("preview-heading", { n: 2 }) })).toBeFocused();
    await expect(page.getByText(text("refused", { n: 1 }))).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: "知らない医院" })).toContainText(text("no-unit"));
    await expectAccessible(page, "a preview");
    await keys.to(button(page, text("save-rows", { n: 2 })));
    await keys.press("Enter");
    await expect(page.getByRole("heading", { name: text("saved", { n: 2 }) })).toBeFocused();
    await expect(page.getByRole("row").filter({ hasText: "知らない医院" })).toContainText(text("no-unit"));
    await expectAccessible(page, "what became of the rows");
    await keys.to(button(page, text("edit")));
    await keys.press("Enter");
    await expect(field).toHaveValue(/知らない医院/);
    await field.fill("");
    await find.fill("");
    for (const unit of [first, second, third]) await expect(rowOf(page, unit.name)).toBeVisible();

    // The list of who is missing shows it, with the way to the report.
    await page.goto("/missing");
    const section = page.getByRole("region", { name: word("figures.missing.fewer-heading", language), exact: true }).first();
    await expect(section.getByRole("row").filter({ hasText: first.name })).toContainText("3");
    await expect(section.getByRole("row").filter({ hasText: second.name })).toHaveCount(0);
    await expectAccessible(page, "reports that say fewer");
    await section.getByRole("link", { name: word("figures.missing.fewer-see", language) }).click();
    await expect(page).toHaveURL(/\/reports\/[0-9a-f-]{36}$/);
  });
}
test("whoever reports fewer than were notified is asked, and sends it or corrects it", async ({ home, server, clinic }) => {
  const own = await Api.signedIn(server.origin, clinic);
  const day = await own.read<Day>("/reporting-day");
  const of = server.accounts.find((account) => account.role === "health_center" && account.organization_name === day.center_name);
  if (!of) throw new Error("the clinic has no center");
  const center = await Api.signedIn(server.origin, of);
  const entered = { counts: [{ unit_id: clinic.organization_id, day: day.day, count: 4 }] };
  expect((await center.send("POST", "/notification-counts", entered)).status).toBe(200);

  const form = await new ReportForm(home).open();
  await form.fill({ age_20_29: "2", age_80_89: "3" });
  const check = await form.check();
  await expect(home.getByText(wordLike("warn.below_notifications"))).toContainText("3");
  await expectAccessible(home, "fewer than were notified");
  await check.back().click();
  await form.fill({ age_80_89: "4" });
  const again = await form.check();
  await expect(home.getByText(wordLike("warn.below_notifications"))).toHaveCount(0);
  await again.report();
});

test("the demo's first center has a report of fewer, and who is no center finds no page", async ({ page, server }) => {
  const center = server.account((account) => account.role === "health_center");
  const api = await Api.signedIn(server.origin, center);
  const { items } = await api.read<{ items: Count[] }>("/notification-counts");
  expect(items.filter((item) => item.is_below)).toHaveLength(1);
  expect(items.length).toBeGreaterThan(1);
  await page.goto("/notifications");
  await submitSignIn(page, server.account((account) => account.role === "prefecture"));
  await expect(page.getByText(words("ja")("only-centers"))).toBeVisible();
  await expectAccessible(page, "not for a prefecture");
});
