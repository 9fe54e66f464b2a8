import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { expectAccessible } from "../fixtures/accessibility.ts";
import { Api, type Day } from "../fixtures/api.ts";
import {
  below,
  correct,
  corrections,
  type Count,
  incomplete,
  known,
  type Named,
  reported,
  type Unit,
  WARNINGS,
} from "../fixtures/figures.ts";
import { type Account, Server } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";
import { BANDS, word } from "../fixtures/words.ts";
import { submitSignIn } from "../pages/sign-in.page.ts";
import {
  corrected,
  expectRows,
  fewer,
  figures,
  late,
  section,
  shortDay,
} from "../pages/under-the-table.page.ts";

const TODAY = "2026-11-22";
const YESTERDAY = "2026-11-21";
/** A Monday past its deadline: the demo's silent clinic has been silent since, so its prefecture isn't complete. */
const INCOMPLETE = "2026-11-16";
const ofDay = (day: string, level?: string) => `/figures?from=${day}&to=${day}${level ? `&level=${level}` : ""}`;
/** So many days before today. */
const daysAgo = (back: number) => new Date(Date.parse(`${TODAY}T00:00Z`) - back * 86_400_000).toISOString().slice(0, 10);

async function expectTwoPages(page: Page, what: string): Promise<void> {
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g), what).toHaveLength(2);
}

/** Opens a page as somebody, in a browser that may have been another's. */
async function opened(page: Page, account: Account, path: string, heading = "page.heading"): Promise<Api> {
  await page.context().clearCookies();
  await page.goto(path);
  await submitSignIn(page, account);
  await expect(page.getByRole("heading", { level: 1, name: figures(heading), exact: true })).toBeVisible();
  return Api.inSessionOf(page);
}

// A server of its own: what is corrected and notified here would stand in the lists of other journeys.
test.describe("under the tables", () => {
  const server = new Server();
  test.use({ baseURL: async ({}, use) => use(server.origin) });
  test.beforeAll(() => server.start());
  test.afterAll(() => server.remove());

  /** Somebody of a role in a prefecture, by its code. */
  const of = (role: Account["role"], code: string, isManager = false) =>
    server.account((one) => one.role === role && one.is_manager === isManager && one.login_id.slice(1, 3) === code);

  /** Two silent clinics of one center that may replace what they sent: the second prefecture lets them. */
  async function neighbors(): Promise<{ center: string; clinics: Api[] }> {
    const found = new Map<string, Api[]>();
    const seen = new Set<string>();
    for (const account of server.accounts) {
      if (account.organization_kind !== "institution" || !account.login_id.startsWith("P27") || seen.has(account.organization_id)) continue;
      seen.add(account.organization_id);
      const api = await Api.signedIn(server.origin, account);
      const day = await api.read<Day & { correction: string }>("/reporting-day");
      if (day.correction !== "same_day_replacement" || !["missing", "not_scheduled"].includes(day.state)) continue;
      const center = day.center_name ?? "";
      const clinics = [...(found.get(center) ?? []), api];
      if (clinics.length === 2) return { center, clinics };
      found.set(center, clinics);
    }
    throw new Error("no two clinics of one center may replace their reports");
  }

  test("what two clinics replaced stands under their center's table, and added up under their prefecture's", async ({ page }) => {
    test.slow();
    const { center, clinics } = await neighbors();
    const notes = ["年代を取り違えた", "用紙を読み違えた"];
    const made: string[] = [];
    for (const [place, clinic] of clinics.entries()) {
      const counts = Object.fromEntries(BANDS.map((band) => [band, band === "age_30_39" ? 2 : 1]));
      const sent = await clinic.send("POST", "/reports", { entry_day: TODAY, counts, acknowledged_warnings: WARNINGS });
      expect(sent.status).toBe(201);
      const { id } = (await sent.json()) as { id: string };
      made.push(await correct(clinic, id, { age_0: 3, age_30_39: -2 }, { reason: "wrong_band", note: notes[place] ?? "" }));
    }

    const staff = server.account((one) => one.role === "health_center" && !one.is_manager && one.organization_name === center);
    const own = await opened(page, staff, "/figures");
    const ofUnits = await corrections(own, "level=unit");
    const list = section(page, "corrections.heading");
    await expectRows(list, ofUnits.map(corrected));
    for (const [place, id] of made.entries()) {
      const one = ofUnits.find(({ report_id }) => report_id === id);
      expect(one).toMatchObject({ kind: "replacement", total: 1, reason: "wrong_band", note: notes[place], sendings: 1 });
      const row = list.getByRole("row").filter({ hasText: notes[place] ?? "" });
      const changed = `+1${word("band.age_0")} +3 · ${word("band.age_30_39")} −2`;
      await expect(row.getByRole("cell").nth(3)).toHaveText(changed);
      await expect(row.getByRole("link")).toHaveAttribute("href", `/reports/${id}`);
    }
    await expectAccessible(page, "corrections of a center's units", { dark: true });

    const above = await opened(page, of("prefecture", staff.login_id.slice(1, 3)), "/figures");
    const ofCenters = await corrections(above, "level=health_center");
    await expectRows(list, ofCenters.map(corrected));
    const together = ofCenters.find((one) => one.organization.name === center && one.kind === "replacement");
    expect(together).toMatchObject({ total: 2, sendings: 2, note: null, report_id: null });
    const row = list.getByRole("row").filter({ hasText: center }).filter({ hasText: figures("corrections.kind.replacement") });
    await expect(row).toContainText(figures("corrections.sendings", { n: 2 }));
    await expect(row.getByRole("link")).toHaveCount(0);
    await expect(list).not.toContainText(notes[0] ?? "");
    await expectAccessible(page, "corrections of a prefecture's centers", { dark: true });
  });

  test("what a prefecture corrects of an earlier day stands under that day, with its reason", async ({ page }) => {
    const note = "カルテと照らし合わせた";
    const api = await opened(page, of("prefecture", "13", true), ofDay(YESTERDAY));
    const unit = await reported(api, YESTERDAY);
    const id = await correct(api, unit.report, { age_40_49: 2 }, { reason: "other", note });
    for (const level of ["health_center", "unit"]) {
      await page.goto(ofDay(YESTERDAY, level));
      const items = await corrections(api, `day=${YESTERDAY}&level=${level}`);
      expect(items.filter((one) => one.kind === "authority").map((one) => one.total)).toEqual([2]);
      await expectRows(section(page, "corrections.heading"), items.map(corrected));
    }
    const row = section(page, "corrections.heading").getByRole("row").filter({ hasText: note });
    await expect(row.getByRole("cell")).toHaveText([
      figures("corrections.kind.authority"),
      shortDay(YESTERDAY),
      shortDay(YESTERDAY),
      `+2${word("band.age_40_49")} +2`,
      word("reason.other") + note,
    ]);
    await expect(row.getByRole("rowheader")).toHaveText(unit.name);
    await expect(row.getByRole("link")).toHaveAttribute("href", `/reports/${id}`);
  });

  test("a day on which nothing was corrected says so, and several days together have no list", async ({ page }) => {
    const api = await opened(page, of("health_center", "35"), "/figures");
    let quiet: string | undefined;
    for (let back = 1; back < 30 && !quiet; back += 1) {
      if ((await corrections(api, `level=unit&day=${daysAgo(back)}`)).length === 0) quiet = daysAgo(back);
    }
    if (!quiet) throw new Error("something was corrected on every day");
    await page.goto(ofDay(quiet));
    const list = section(page, "corrections.heading");
    const said = figures("corrections.none", { day: `${quiet.slice(0, 4)}年${shortDay(quiet)}` });
    await expect(list.getByText(said, { exact: true })).toBeVisible();
    await expect(list.getByRole("table")).toHaveCount(0);
    await expectAccessible(page, "nothing was corrected", { dark: true });
    await page.goto(`/figures?from=${YESTERDAY}&to=${TODAY}`);
    await expect(page.locator("table.figure-table")).toBeVisible();
    await expect(list).toHaveCount(0);
  });

  test("under who is missing stand the reports of fewer than were notified, the newest after a press", async ({ page }) => {
    const center = server.account((one) => one.role === "health_center" && !one.is_manager);
    const api = await opened(page, center, "/missing", "missing.heading");
    const list = section(page, "missing.fewer-heading");
    const before = await below(api, TODAY);
    await expectRows(list, before.map(fewer));
    const see = list.getByRole("link", { name: figures("missing.fewer-see"), exact: true });
    for (const [place, one] of before.entries()) await expect(see.nth(place)).toHaveAttribute("href", `/reports/${one.report_id}`);
    // A clinic's fax says one of 65 and more, where many were notified.
    const [another] = await known(api, "state=missing");
    if (!another) throw new Error("nobody is missing");
    const counts = Object.fromEntries(BANDS.map((band) => [band, band === "age_70_79" ? 1 : 0]));
    const report = { unit_id: another.unit_id, entry_day: TODAY, counts, channel: "fax", acknowledged_warnings: WARNINGS };
    expect((await api.send("POST", "/reports", report)).status).toBe(201);
    const notified = { counts: [{ unit_id: another.unit_id, day: TODAY, count: 1_234 }] };
    expect((await api.send("POST", "/notification-counts", notified)).status).toBe(200);
    await page.getByRole("button", { name: figures("missing.again"), exact: true }).click();
    const after = await below(api, TODAY);
    expect(after).toHaveLength(before.length + 1);
    await expectRows(list, after.map(fewer));
    const row = list.getByRole("row").filter({ hasText: another.name });
    await expect(row.getByRole("cell")).toHaveText([another.telephone, another.area.name, "1", "1,234", figures("missing.fewer-see")]);
    await expectAccessible(page, "fewer than were notified", { dark: true });
  });

  test("figures say at which centers too few were reported, and lead to the units", async ({ page }) => {
    const api = await opened(page, of("prefecture", "13"), "/figures");
    const areas = (await api.read<{ items: { area: Named; below_notifications: number }[] }>(`/coverage?day=${TODAY}`)).items;
    const concerned = areas.filter((one) => one.below_notifications > 0);
    const lines = section(page, "missing.fewer-heading").getByRole("listitem");
    expect(concerned.length).toBeGreaterThan(0);
    const units = (n: number) => figures("late.units", { n });
    await expect(lines).toHaveText(concerned.map(({ area, below_notifications: n }) => `${area.name} ${units(n)}`));
    await lines.getByRole("link").first().click();
    await expect(page).toHaveURL(new RegExp(`/missing\\?day=${TODAY}&area=${concerned[0]?.area.id}$`));
    const here = (await below(api, TODAY)).filter((one) => one.area.id === concerned[0]?.area.id);
    await expectRows(section(page, "missing.fewer-heading"), here.map(fewer));
    // Of a center of which nobody said too few, no unit of another is listed.
    const other = areas.find((one) => one.area.kind === "health_center" && one.below_notifications === 0);
    const answered = page.waitForResponse((answer) => answer.url().includes("/notification-counts"));
    await page.goto(`/missing?area=${other?.area.id}`);
    expect(((await (await answered).json()) as { items: Count[] }).items.length).toBeGreaterThan(0);
    const main = page.getByRole("region", { name: figures("missing.heading"), exact: true });
    await expect(main.getByRole("rowheader").first()).toBeVisible();
    await page.waitForLoadState("networkidle");
    await expect(section(page, "missing.fewer-heading")).toHaveCount(0);
  });

  test("after the deadline the ministry reads which prefectures are late, and goes on to their centers", async ({ page }) => {
    const api = await opened(page, of("ministry", "00", true), ofDay(INCOMPLETE));
    const expected = await incomplete(api, INCOMPLETE);
    const list = section(page, "late.heading");
    await expectRows(list, expected.map(late));
    const silent = of("prefecture", "13").organization_name;
    expect(expected.map(({ organization }) => organization.name)).toContain(silent);
    for (const { organization } of expected) {
      const link = list.getByRole("link", { name: organization.name, exact: true });
      await expect(link).toHaveAttribute("href", `/organizations/${organization.id}`);
    }
    await expectAccessible(page, "late prefectures", { dark: true });
    await list.getByRole("link", { name: figures("late.centers"), exact: true }).click();
    await expect(page).toHaveURL(/&level=health_center$/);
    await expect(page.locator("table.figure-table")).toContainText(of("health_center", "13").organization_name);
    await expect(list).toHaveCount(0);
  });

  test("before the deadline nobody is late, and who may not read the register gets names without links", async ({ page }) => {
    const api = await opened(page, of("ministry", "00"), "/figures");
    const list = section(page, "late.heading");
    await expect(list.getByText(figures("late.before", { time: "24:00" }), { exact: true })).toBeVisible();
    await expect(list.getByRole("table")).toHaveCount(0);
    await expectAccessible(page, "nobody is late yet", { dark: true });
    await page.goto(ofDay(INCOMPLETE));
    await expectRows(list, (await incomplete(api, INCOMPLETE)).map(late));
    await expect(list.getByRole("rowheader").getByRole("link")).toHaveCount(0);
  });

  test("the list of who is missing is taken along as a file in both encodings", async ({ page }) => {
    const api = await opened(page, of("prefecture", "27"), "/missing", "missing.heading");
    const list = page.getByRole("region", { name: figures("missing.heading"), exact: true });
    const facts = (unit: Unit) => [unit.institution_code ?? "", unit.name, unit.kana, unit.kind, unit.telephone, unit.area.name, unit.state];
    // The usual list, and another that was searched for.
    const searches = [
      { day: TODAY, query: `day=${TODAY}&state=missing`, path: "/missing" },
      { day: YESTERDAY, query: `day=${YESTERDAY}`, path: `/missing?state=all&day=${YESTERDAY}` },
    ];
    for (const { day, query, path } of searches) {
      await page.goto(path);
      const items = await known(api, query);
      const heads = list.getByRole("rowheader").getByRole("link");
      expect(items.length).toBeGreaterThan(1);
      await expect(heads).toHaveText(items.map(({ name }) => name));
      const kept: Buffer[] = [];
      for (const [key, encoding] of [["csv", "utf-8"], ["csv-excel", "shift_jis"]] as const) {
        const waiting = page.waitForEvent("download");
        await page.getByRole("link", { name: figures(`page.${key}`), exact: true }).click();
        const download = await waiting;
        expect(download.suggestedFilename()).toBe("unit-coverage.csv");
        const bytes = await readFile(await download.path());
        kept.push(bytes);
        const [head, ...lines] = new TextDecoder(encoding, { fatal: true }).decode(bytes).trimEnd().split("\r\n");
        expect(head).toMatch(/^day,institution_code,name,kana,kind,telephone,area,state,/);
        expect(lines.map((line) => line.split(",").slice(0, 8))).toEqual(items.map((unit) => [day, ...facts(unit)]));
      }
      const [utf8, cp932] = kept;
      expect(utf8?.subarray(0, 3).toString("hex"), "the byte order mark").toBe("efbbbf");
      expect(() => new TextDecoder("utf-8", { fatal: true }).decode(cp932), "another encoding").toThrow();
    }
  });

  test("with all that stands under a table the sheet is printed on two pages", async ({ page }) => {
    test.slow();
    const manager = of("prefecture", "13", true);
    const api = await opened(page, manager, "/figures");
    for (const day of [TODAY, INCOMPLETE]) {
      const unit = await reported(api, day);
      await correct(api, unit.report, { age_50_59: 1 }, { reason: "found_late" });
    }
    const made = section(page, "corrections.heading").getByRole("row").filter({ hasText: figures("corrections.kind.authority") });
    await page.reload();
    await expect(made.first()).toBeVisible();
    await expect(section(page, "missing.fewer-heading").getByRole("listitem").first()).toBeVisible();
    await expectTwoPages(page, "a prefecture's sheet");

    await opened(page, of("ministry", "00"), ofDay(INCOMPLETE));
    await expect(made.filter({ hasText: manager.organization_name })).toBeVisible();
    await expect(section(page, "late.heading").getByRole("rowheader").first()).toBeVisible();
    await expectTwoPages(page, "the ministry's sheet");
    await page.emulateMedia({ media: "print" });
    for (const heading of ["corrections.heading", "late.heading"]) await expect(section(page, heading).getByRole("table")).toBeVisible();
    await expect(page.getByText(figures("late.centers"), { exact: true })).toBeHidden();
  });

  test("the list of keys has those of a search and of the grid of proxy reports, where there are such", async ({ page }) => {
    const everywhere: [string, string][] = [
      ["Enter · ↓ · Tab", "next"],
      ["Shift+Enter · ↑ · Shift+Tab", "previous"],
      ["Ctrl+Enter", "check"],
      ["Alt+0", "zero"],
      ["Ctrl+V", "paste"],
      ["Ctrl+Z", "undo"],
      ["?", "list"],
      ["Esc", "escape"],
    ];
    const search: [string, string] = ["/", "search"];
    const grid: [string, string][] = [
      search,
      ["← → ↑ ↓", "move"],
      ["Enter · Shift+Enter", "next"],
      ["Home · End", "row"],
      ["Ctrl+Home · Ctrl+End", "table"],
      ["PageUp · PageDown", "page"],
      ["F2", "edit"],
      ["Esc", "revert"],
      ["Alt+S", "save"],
      ["Ctrl+V", "paste"],
      ["Ctrl+Z", "undo"],
    ];
    const dialog = page.getByRole("dialog", { name: word("keys.heading"), exact: true });
    const expectKeys = async (own: [string, string][]) => {
      await expect(dialog.getByRole("term")).toHaveText([...everywhere, ...own].map(([key]) => key));
      const what = [...everywhere.map(([, key]) => word(`keys.${key}`)), ...own.map(([, key]) => word(`collect.keys.${key}`))];
      await expect(dialog.getByRole("definition")).toHaveText(what);
    };
    await page.goto("/collect");
    await submitSignIn(page, of("health_center", "27"));
    const heading = page.getByRole("heading", { level: 1, name: word("collect.entry.heading"), exact: true });
    await heading.click();
    await page.keyboard.press("?");
    await expectKeys(grid);
    await expectAccessible(page, "the keys of the grid", { dark: true });
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await page.goto("/figures");
    await page.getByRole("button", { name: word("app.keys"), exact: true }).click();
    await expectKeys([search]);
  });
});
