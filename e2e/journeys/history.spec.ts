import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { Api, type Day } from "../fixtures/api.ts";
import { speak } from "../fixtures/looks.ts";
import type { Account } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";
import { BANDS, type Language, word } from "../fixtures/words.ts";
import { submitSignIn } from "../pages/sign-in.page.ts";
import { shortDay } from "../pages/under-the-table.page.ts";

/** What a row of a table or a line of its file says of a day. */
interface Line {
  day: string;
  state: string;
  /** The fourteen bands and the total, blank where nothing was reported. */
  numbers: string[];
  /** The total with what later reports changed, where they did. */
  adjusted: string | undefined;
}

/** The rows of the table, numbers without their commas. */
async function shown(page: Page, language: Language): Promise<Line[]> {
  const rows = await page.locator("table.day-table tbody tr").all();
  return Promise.all(
    rows.map(async (row) => {
      const number = (text: string) => (text === "–" ? "" : text.replaceAll(",", ""));
      const adjusted = await row.locator(".adjusted").allInnerTexts();
      const bands = (await row.locator("td.number:not(.total)").allInnerTexts()).map(number);
      const [total] = (await row.locator("td.total").innerText()).split(/\s|調整/);
      const after = new RegExp(word("hist.adjusted", language, { n: "([−0-9,]+)" })).exec(adjusted[0] ?? "")?.[1];
      return {
        day: await row.getByRole("rowheader").innerText(),
        // Beside the icon, which says the same.
        state: await row.locator("td.states .tag").first().evaluate((tag) => tag.lastChild?.textContent ?? ""),
        numbers: [...bands, number(total ?? "")],
        adjusted: after && number(after),
      };
    }),
  );
}

/** A file's lines, as the table says the same. */
function read(bytes: Buffer, encoding: string, language: Language): Line[] {
  const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  const [head, ...lines] = text.trimEnd().split("\r\n").map((line) => line.split(","));
  const bands = BANDS.map((band) => `band.${band}`);
  const columns = ["table.day", "table.state", "table.channel", ...bands, "table.total", "day-state.adjusted"];
  // The older encoding has no dash of this width.
  const said = columns.map((key) => (encoding === "utf-8" ? word(key, language) : word(key, language).replaceAll("–", "-")));
  expect(head).toEqual(said);
  return lines.map(([day, state, , ...numbers]) => {
    const adjusted = numbers.pop();
    expect(numbers).toHaveLength(BANDS.length + 1);
    const date = new Date(`${day}T00:00Z`);
    const english = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
    return {
      day: language === "ja" ? shortDay(day ?? "") : english.format(date).replace(",", ""),
      state: state ?? "",
      numbers,
      adjusted: adjusted === numbers.at(-1) ? undefined : adjusted,
    };
  });
}

/** Takes the table along in both encodings, and finds in both files what the table says. */
async function expectSameAsFiles(page: Page, language: Language, days: number): Promise<Line[]> {
  const table = await shown(page, language);
  expect(table).toHaveLength(days);
  for (const [key, encoding] of [["csv", "utf-8"], ["csv-excel", "shift_jis"]] as const) {
    const waiting = page.waitForEvent("download");
    await page.getByRole("link", { name: word(`hist.${key}`, language), exact: true }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toMatch(/^nippo-2026-\d\d-\d\d-2026-11-22\.csv$/);
    const bytes = await readFile(await download.path());
    expect(bytes.subarray(0, 3).toString("hex") === "efbbbf", "a byte order mark").toBe(encoding === "utf-8");
    expect(read(bytes, encoding, language), `${key}, ${language}`).toEqual(table);
  }
  return table;
}

/** Opens a history in a language, signed in already or now. */
async function opened(page: Page, account: Account | undefined, days: number): Promise<void> {
  await page.goto(`/history?days=${days}`);
  if (account) await submitSignIn(page, account);
  await expect(page.locator("table.day-table tbody tr")).toHaveCount(days);
}

test("a clinic's table is taken along as a file that says the same, in both encodings and languages", async ({ home }) => {
  // Thousands, and a change of an earlier day: both are written otherwise in a table than in a file.
  const api = await Api.inSessionOf(home);
  const { day, recent } = await api.read<Day>("/reporting-day");
  const before = recent.find((item) => item.state === "reported" && item.day !== day);
  if (!before) throw new Error("the clinic has reported on no day");
  const bands = (of: Record<string, number>) => Object.fromEntries(BANDS.map((band) => [band, of[band] ?? 0]));
  const answer = await api.send("POST", "/reports", {
    entry_day: day,
    counts: bands({ age_10_19: 10_000, unknown: 117 }),
    adjustments: [{ target_day: before.day, reason: "found_late", deltas: bands({ age_0: 2_000 }) }],
    acknowledged_warnings: ["band_very_high", "total_far_above", "band_far_above", "many_unknown", "all_one_band", "round_thousands"],
  });
  expect(answer.status, await answer.text()).toBe(201);
  await opened(home, undefined, 28);
  const table = await expectSameAsFiles(home, "ja", 28);
  expect(table[0]).toMatchObject({ day: shortDay(day), state: word("day-state.reported") });
  expect(table[0]?.numbers.at(-1)).toBe("10117");
  const adjusted = table.filter((line) => line.adjusted !== undefined);
  expect(adjusted.map((line) => line.day)).toContain(shortDay(before.day));
  for (const line of adjusted) expect(Number(line.adjusted)).not.toBe(Number(line.numbers.at(-1)));
  await speak(home.context(), "en");
  await opened(home, undefined, 28);
  await expectSameAsFiles(home, "en", 28);
});

test("a center's file has its table's words: a day without a report of its own isn't one of which something is missing", async ({
  page,
  server,
}) => {
  await opened(page, server.accounts.filter((one) => one.role === "health_center").at(-1), 7);
  const table = await expectSameAsFiles(page, "ja", 7);
  expect(table.map((line) => line.state)).toContain(word("day-state.no-report"));
});

test("another range of days is shown in place: the link that was pressed keeps the focus, and Back leads back", async ({ home }) => {
  await home.getByRole("link", { name: word("app.history"), exact: true }).click();
  const rows = home.getByRole("rowheader");
  await expect(rows).toHaveCount(7);
  const fortnight = home.getByRole("link", { name: word("hist.days", "ja", { n: 14 }), exact: true });
  await fortnight.focus();
  await home.keyboard.press("Enter");
  await expect(rows).toHaveCount(14);
  await expect(fortnight).toBeFocused();
  await expect(fortnight).toHaveAttribute("aria-current", "true");
  await home.goBack();
  await expect(rows).toHaveCount(7);
});
