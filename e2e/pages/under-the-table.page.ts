import { expect, type Locator, type Page } from "@playwright/test";

import type { Correction, Count, Row } from "../fixtures/figures.ts";
import { BANDS, word } from "../fixtures/words.ts";

/** The words of the program of figures. */
export const figures = (key: string, values = {}) => word(`figures.${key}`, "ja", values);
const number = (value: number) => (value < 0 ? "−" : "") + Math.abs(value).toLocaleString("en-US");
const change = (value: number) => (value > 0 ? "+" : "") + number(value);

/** 11月22日（日） */
export function shortDay(day: string): string {
  const date = new Date(`${day}T00:00Z`);
  return `${date.getUTCMonth() + 1}月${date.getUTCDate()}日（${"日月火水木金土"[date.getUTCDay()]}）`;
}

/** The part of a page below a heading. The box of its table is called the same, and stands within. */
export const section = (page: Page, heading: string) => page.getByRole("region", { name: figures(heading), exact: true }).first();

/** The cells of a correction as a person reads them. */
export function corrected(one: Correction): string[] {
  const changed = BANDS.filter((band) => one.deltas[band]).map((band) => `${word(`band.${band}`)} ${change(one.deltas[band] ?? NaN)}`);
  return [
    one.organization.name,
    figures(`corrections.kind.${one.kind}`) + (one.sendings > 1 ? figures("corrections.sendings", { n: one.sendings }) : ""),
    shortDay(one.target_day),
    shortDay(one.entry_day),
    change(one.total) + changed.join(" · "),
    (one.reason ? word(`reason.${one.reason}`) : "") + (one.note ?? ""),
  ];
}

/** The cells of a unit that has said too few. */
export const fewer = (one: Count): string[] => [
  ...[one.name, one.telephone, one.area.name, number(one.reported_65_plus), number(one.count)],
  figures("missing.fewer-see"),
];

/** The cells of a prefecture that isn't complete. */
export function late({ organization, coverage, percent }: Row): string[] {
  const { reported, zero, late, scheduled, closed, missing } = coverage;
  const covered = { a: reported + zero + late, b: scheduled - closed, p: percent ?? NaN };
  return [organization.name, figures("late.units", { n: missing }), figures("table.covered", covered)];
}

/** A list says this and no more, cell by cell. */
export async function expectRows(list: Locator, rows: string[][]): Promise<void> {
  expect(rows.length, "there is something to compare").toBeGreaterThan(0);
  const shown = list.locator("tbody tr");
  await expect(shown).toHaveCount(rows.length);
  for (const [place, cells] of rows.entries()) await expect(shown.nth(place).locator("th, td")).toHaveText(cells);
}

