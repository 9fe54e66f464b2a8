import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { Api } from "../fixtures/api.ts";
import { expectAccessible } from "../fixtures/accessibility.ts";
import { Keyboard } from "../fixtures/keyboard.ts";
import { apply, LOOKS } from "../fixtures/looks.ts";
import type { Server } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";
import { BANDS, type Language, word, wordLike } from "../fixtures/words.ts";
import { submitSignIn } from "../pages/sign-in.page.ts";

interface Row {
  kind: string;
  organization?: { name: string };
  counts: Record<string, number>;
  total: number;
  coverage: { reported: number; zero: number; late: number; scheduled: number; closed: number };
  percent?: number;
  cumulative?: number;
}

interface Summary {
  to: string;
  as_of: string;
  state: string;
  rows: Row[];
  sentence: { today: number; same_weekday_last_week: number };
}

const text = (key: string, language: Language = "ja", values = {}) => word(`figures.${key}`, language, values);
const number = (value: number) => (value < 0 ? "−" : "") + Math.abs(value).toLocaleString("en-US");

/** Opens the figures as one of those who have a role; several, since a code of an account is good once. */
async function opened(page: Page, server: Server, role: string, path: string, nth: number, language: Language = "ja"): Promise<Api> {
  const known = server.accounts.filter((account) => account.role === role && (account.is_manager || role === "ministry"));
  const account = known[nth % known.length];
  if (!account) throw new Error(`the demo has nobody of ${role}`);
  await page.goto(path);
  await submitSignIn(page, account, language);
  await expect(page.getByRole("heading", { level: 1, name: text("page.heading", language), exact: true })).toBeVisible();
  await expect(page.locator("table.figure-table")).toBeVisible();
  return Api.inSessionOf(page);
}

for (const look of LOOKS) {
  test(`a prefecture reads the day, and the ministry the nation: ${look.name}`, async ({ page, server }) => {
    test.slow();
    await apply(page, look);
    const { language } = look;
    await opened(page, server, "prefecture", "/figures", LOOKS.indexOf(look), language);
    await expectAccessible(page, "figures of a prefecture");
    for (const summary of await page.getByText(text("chart.as-table", language), { exact: true }).all()) await summary.click();
    await expectAccessible(page, "figures with the tables of their charts");
    await page.getByLabel(word("hist.from", language), { exact: true }).fill("2026-01-01");
    await page.getByRole("button", { name: text("page.show", language), exact: true }).click();
    await expect(page.getByRole("alert").first()).toBeVisible();
    await expectAccessible(page, "figures with a mistake");
    await page.goto("/figures/carried-forward");
    await expect(page.getByRole("button", { name: text("carried.set", language), exact: true })).toBeVisible();
    await page.getByRole("button", { name: text("carried.set", language), exact: true }).click();
    await expect(page.getByRole("alert").first()).toBeVisible();
    await expectAccessible(page, "carrying forward with mistakes");
    await page.getByRole("button", { name: word("app.sign-out", language) }).click();
    await expect(page).toHaveURL(/\/sign-in/);
    await opened(page, server, "ministry", "/figures", LOOKS.indexOf(look), language);
    await expect(page.getByRole("img", { name: text("chart.map-what", language) })).toBeVisible();
    await expectAccessible(page, "figures of the nation");
  });
}

test("a prefecture publishes: table, files and press sheet say what the service says", { tag: "@shipped" }, async ({ page, server }) => {
  test.slow();
  const api = await opened(page, server, "prefecture", "/figures", 1);
  const view = await api.read<Summary>("/summaries");
  const rows = page.locator("table.figure-table tbody tr");
  await expect(rows).toHaveCount(view.rows.length);
  for (const [place, row] of view.rows.entries()) {
    const cells = await rows.nth(place).locator("td").allTextContents();
    expect(cells.slice(0, 14)).toEqual(BANDS.map((band) => number(row.counts[band] ?? NaN)));
    expect(cells[14]).toBe(number(row.total));
    const { reported, zero, late, scheduled, closed } = row.coverage;
    if (row.percent !== undefined && row.percent !== null) {
      const values = { a: reported + zero + late, b: scheduled - closed, p: row.percent };
      expect(cells[15]).toBe(text("table.covered", "ja", values));
    }
    if (row.organization) await expect(rows.nth(place).locator("th")).toHaveText(row.organization.name);
  }
  const change = view.sentence.today - view.sentence.same_weekday_last_week;
  await expect(page.locator("#sentence")).toContainText(`新たに${number(view.sentence.today)}人`);
  await expect(page.locator("#sentence")).toContainText(`${change > 0 ? "+" : ""}${number(change)}人`);
  await expect(page.getByText(text(`state.${view.state}`), { exact: true })).toBeVisible();

  for (const [key, encoding] of [["csv", "utf-8"], ["csv-excel", "shift_jis"]] as const) {
    const waiting = page.waitForEvent("download");
    await page.getByRole("link", { name: text(`page.${key}`), exact: true }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe("summary.csv");
    const bytes = await readFile(await download.path());
    const lines = new TextDecoder(encoding).decode(bytes).trim().split("\r\n");
    expect(lines).toHaveLength(view.rows.length + 1);
    const named = view.rows.find((row) => row.organization);
    expect(lines[1]).toContain(named?.organization?.name);
    expect(lines.at(-1)).toContain(`,total,,,${BANDS.map((band) => view.rows.at(-1)?.counts[band]).join(",")},`);
  }

  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g), "the press sheet").toHaveLength(2);
});

test("figures of an earlier moment and of other days are asked for by keyboard alone", async ({ page, server }) => {
  test.slow();
  const api = await opened(page, server, "prefecture", "/figures", 2);
  const now = await api.read<Summary>("/summaries");
  const keyboard = new Keyboard(page);
  await keyboard.to(page.getByLabel(text("page.level"), { exact: true }));
  await keyboard.press("ArrowDown");
  await keyboard.to(page.getByLabel(text("page.series"), { exact: true }));
  await keyboard.press("ArrowDown");
  await keyboard.to(page.getByRole("button", { name: text("page.show"), exact: true }));
  await keyboard.press("Enter");
  await expect(page).toHaveURL(/series=by_target_day&.*level=unit/);
  const units = await api.read<Summary>("/summaries?level=unit&series=by_target_day");
  await expect(page.locator("table.figure-table tbody tr")).toHaveCount(units.rows.length);
  await keyboard.to(page.getByRole("region", { name: wordLike("figures.table.one-day") }));
  await keyboard.to(page.getByText(text("chart.as-table"), { exact: true }).first());
  await keyboard.press("Enter");
  await expect(page.getByRole("region", { name: text("chart.weeks"), exact: true })).toBeVisible();

  // As of noon less was there than now, and the page says of when it is.
  const at = `${now.to}T12:00`;
  await page.goto(`/figures?at=${at}`);
  const noon = await api.read<Summary>(`/summaries?as_of=${encodeURIComponent(`${at}:00+09:00`)}`);
  await expect(page.locator("#sentence")).toContainText(`新たに${number(noon.sentence.today)}人`);
  expect(noon.sentence.today).toBeLessThan(now.sentence.today);
  await expect(page.getByText("12:00 時点の値")).toBeVisible();
  await page.getByRole("link", { name: text("page.again"), exact: true }).click();
  await expect(page.locator("#sentence")).toContainText(`新たに${number(now.sentence.today)}人`);
});

test("what is carried forward goes into the cumulative number", async ({ page, server }) => {
  test.slow();
  const api = await opened(page, server, "prefecture", "/figures", 0);
  const before = await api.read<Summary>("/summaries");
  await page.getByRole("link", { name: text("page.carry"), exact: true }).click();
  await page.getByLabel(text("carried.organization"), { exact: true }).selectOption({ index: 2 });
  await page.getByLabel(text("carried.until"), { exact: true }).fill("2026-09-25");
  await page.getByLabel(text("carried.source"), { exact: true }).fill("報道提供資料 第1報");
  await page.getByLabel(word("band.age_10_19"), { exact: true }).fill("１２，０００");
  await page.getByRole("button", { name: text("carried.set"), exact: true }).click();
  await expect(page.getByText(wordLike("figures.carried.done"))).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "報道提供資料 第1報" })).toContainText("12,000");
  const after = await api.read<Summary>("/summaries");
  expect((after.rows.at(-1)?.cumulative ?? 0) - (before.rows.at(-1)?.cumulative ?? 0)).toBe(12_000);
  await page.getByRole("link", { name: text("carried.back"), exact: true }).click();
  await expect(page.locator(".figure-facts")).toContainText(number(after.rows.at(-1)?.cumulative ?? NaN));
});

test("rows are put in order by how many patients and by how much is missing", async ({ page, server }) => {
  const api = await opened(page, server, "ministry", "/figures?level=health_center", 0);
  const view = await api.read<Summary>("/summaries?level=health_center");
  const centers = view.rows.filter((row) => row.kind === "organization");
  const names = page.locator("table.figure-table tbody th");
  await page.getByLabel(text("table.order"), { exact: true }).selectOption("total");
  const most = [...centers].sort((one, other) => other.total - one.total)[0];
  await expect(names.first()).toHaveText(most?.organization?.name ?? "");
  await page.getByLabel(text("table.order"), { exact: true }).selectOption("coverage");
  const least = [...centers].sort((one, other) => (one.percent ?? 100) - (other.percent ?? 100))[0];
  await expect(names.first()).toHaveText(least?.organization?.name ?? "");
  await expect(names.last()).toHaveText(text("table.sum"));
});
