import type { Page } from "@playwright/test";

import { expectAccessible } from "../fixtures/accessibility.ts";
import { Api } from "../fixtures/api.ts";
import { Keyboard } from "../fixtures/keyboard.ts";
import { apply, LOOKS } from "../fixtures/looks.ts";
import type { Account } from "../fixtures/server.ts";
import { alone, expect, test } from "../fixtures/test.ts";
import { type Language, word } from "../fixtures/words.ts";
import { submitSignIn } from "../pages/sign-in.page.ts";

interface Unit {
  unit_id: string;
  name: string;
  telephone: string;
}

const words = (language: Language) => (key: string, values = {}) => word(`figures.missing.${key}`, language, values);

/** Who is missing today, as the service ranks them. */
const missing = async (api: Api): Promise<Unit[]> =>
  (await api.read<{ items: Unit[] }>("/coverage/units?state=missing&limit=200")).items;

/** The staff of a center: the last ones, since the clinics of the first report in other journeys. */
function centerOf(accounts: readonly Account[], place: number): Account {
  const staff = accounts.filter((account) => account.role === "health_center" && !account.is_manager);
  const found = staff[place % staff.length];
  if (!found) throw new Error("there is no center");
  return found;
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const rowOf = (page: Page, unit: Unit) => page.getByRole("row").filter({ hasText: unit.name });

for (const at of LOOKS) {
  alone(`a center telephones through its list by keyboard: ${at.name}`, async ({ page, country: server }) => {
    alone.slow();
    await apply(page, at);
    const { language } = at;
    const text = words(language);
    const center = centerOf(server.accounts, 7);
    const api = await Api.signedIn(server.origin, center);
    const [first, second, ...others] = await missing(api);
    if (!first || !second) throw new Error("nobody is missing");
    const keys = new Keyboard(page);

    await page.goto("/");
    await submitSignIn(page, center, language);
    await keys.to(page.getByRole("main").getByRole("link", { name: word("app.missing", language) }));
    await keys.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: text("heading") })).toBeVisible();
    await expect(page.getByRole("rowheader").first()).toContainText(first.name);
    await expect(page.getByRole("link", { name: first.telephone, exact: true }).first()).toHaveAttribute("href", /^tel:/);
    await expectAccessible(page, "who is missing");

    // A call that led to nothing is noted, and the focus is where it was.
    const called = button(page, text("called-for", { name: first.name }));
    await keys.to(called);
    await keys.press("Enter");
    await expect(page.getByRole("heading", { name: text("call-heading", { name: first.name }) })).toBeFocused();
    await expectAccessible(page, "a call");
    await keys.to(button(page, text("record")));
    await keys.press("Enter");
    await expect(page.getByText(text("outcome-missing"))).toBeVisible();
    const outcome = page.getByLabel(text("outcome"), { exact: true });
    await expect(outcome).toBeFocused();
    await outcome.selectOption("other");
    await keys.press("Tab");
    await page.keyboard.insertText("担当者が不在");
    await keys.press("Enter");
    await expect(called).toBeFocused();
    await expect(rowOf(page, first)).toContainText("担当者が不在");

    // What is said of the day shows at once, and can be undone.
    await keys.to(button(page, text("closed-for", { name: first.name })));
    await keys.press("Enter");
    await expectAccessible(page, "was closed");
    await keys.to(button(page, text("record")));
    await keys.press("Enter");
    await expect(rowOf(page, first)).toContainText(word("day-state.closed", language));
    await expect(page.getByRole("rowheader").first()).toBeFocused();
    await expectAccessible(page, "a unit that was closed");
    await keys.to(button(page, text("undo-for", { name: first.name })));
    await keys.press("Enter");
    await expect(called).toBeVisible();

    await keys.to(button(page, text("zero-for", { name: second.name })));
    await keys.press("Enter");
    await keys.press("Escape");
    await expect(button(page, text("zero-for", { name: second.name }))).toBeFocused();
    await keys.press("Enter");
    await keys.to(button(page, text("record")));
    await keys.press("Enter");
    await expect(rowOf(page, second)).toContainText(word("day-state.zero", language));
    await keys.to(button(page, text("again")));
    await keys.press("Enter");
    await expect(rowOf(page, second)).toHaveCount(0);
    await expect(page.getByRole("rowheader")).toHaveCount(others.length + 1);

    // The journeys after this one begin with the same list.
    const day = "2026-11-22";
    const stated = await api.read<{ items: { id: string }[] }>(
      `/day-statements?unit_id=${second.unit_id}&from=${day}&to=${day}`,
    );
    for (const { id } of stated.items) await api.send("DELETE", `/day-statements/${id}`);
  });
}

test("when the last is accounted for, the list says that all are in", async ({ page, server }) => {
  const text = words("ja");
  const center = centerOf(server.accounts, 7);
  const api = await Api.signedIn(server.origin, center);
  await page.goto("/missing");
  await submitSignIn(page, center);
  for (const unit of await missing(api)) {
    await button(page, text("closed-for", { name: unit.name })).click();
    await button(page, text("record")).click();
    await expect(button(page, text("undo-for", { name: unit.name }))).toBeVisible();
  }
  await expect(page.getByRole("heading", { name: text("all-in") })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: text("all-in") })).toBeVisible();
  await expect(page.getByRole("rowheader")).toHaveCount(0);
  await expectAccessible(page, "all are in");
  await page.goto("/missing?state=closed");
  await expect(page.getByRole("rowheader").first()).toBeVisible();
  await page.goto("/");
  await expect(page.getByRole("main")).toContainText(word("home.complete"));
});

test("a prefecture reads the list of each center, and who may not see units finds nothing", async ({ page, server }) => {
  const text = words("ja");
  const prefecture = server.account((account) => account.role === "prefecture");
  await page.goto("/");
  await submitSignIn(page, prefecture);
  await page.getByRole("main").getByRole("table").getByRole("link").first().click();
  await expect(page.getByRole("rowheader").first()).toBeVisible();
  await expect(button(page, text("again"))).toBeVisible();
  await expect(page.getByRole("button", { name: text("closed"), exact: false })).toHaveCount(0);
  await page.getByRole("link", { name: text("every-area") }).click();
  const list = page.getByRole("region", { name: text("heading"), exact: true });
  await expect(list.getByRole("columnheader", { name: text("area"), exact: true })).toBeVisible();
  // The demo's first center has been notified of more than a clinic says.
  await expect(page.getByRole("heading", { name: text("fewer-heading") })).toBeVisible();
  await page.emulateMedia({ media: "print" });
  await expect(list.getByRole("columnheader", { name: text("telephone"), exact: true })).toBeVisible();
  await expect(page.getByRole("search")).toBeHidden();
  await page.emulateMedia({ media: "screen" });
  await page.context().clearCookies();
  await page.goto("/missing");
  await submitSignIn(page, server.account((account) => account.role === "ministry"));
  await expect(page.getByText(word("state.not-found"))).toBeVisible();
});
