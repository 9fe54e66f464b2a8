import type { Page } from "@playwright/test";

import { Api, type Day } from "../fixtures/api.ts";
import { Keyboard } from "../fixtures/keyboard.ts";
import { type Account, Server } from "../fixtures/server.ts";
import { expect, test, unreported } from "../fixtures/test.ts";
import { BANDS, word } from "../fixtures/words.ts";
import { ReportForm } from "../pages/report-form.page.ts";
import { signIn } from "../pages/sign-in.page.ts";

const BEFORE = "2026-11-22T23:57:00+09:00";
const AFTER = "2026-11-23T00:00:30+09:00";
const OLD = "11月22日（日）";
const NEW = "11月23日（月）";

/** Each journey has a server of its own, whose clock starts three minutes before midnight. */
const late = test.extend<{ night: Server; someone: Account }>({
  night: async ({}, use) => {
    const server = new Server();
    await server.start(BEFORE);
    await use(server);
    await server.remove();
  },
  baseURL: async ({ night }, use) => use(night.origin),
  someone: async ({ night }, use) => use(await unreported(night, new Set())),
});

/** The clinic's form before midnight, with five patients in the first band, of which the server knows. */
async function typed(page: Page, clinic: Account): Promise<ReportForm> {
  await page.clock.install({ time: new Date(BEFORE) });
  await page.goto("/sign-in");
  await signIn(page, clinic);
  const form = await new ReportForm(page).open();
  await form.fill({ age_0: "5" });
  await page.clock.runFor(3_000);
  await expect(form.saved()).toBeVisible();
  return form;
}

/** Midnight passes at the server. */
async function pass(server: Server): Promise<void> {
  await server.stop();
  await server.start(AFTER);
}

const anew = (page: Page) => page.getByRole("button", { name: word("form.changed-new", "ja", { today: NEW }), exact: true });

/** What the page says after midnight: the day that ended, both choices, and whom to call. */
async function expectChoices(page: Page, center: { name: string; telephone: string }): Promise<void> {
  const banner = page.getByRole("alert").filter({ hasText: word("form.changed", "ja", { today: NEW, date: OLD }) });
  await expect(banner).toContainText(word("form.changed-what"));
  const contact = word("form.changed-contact-tel", "ja", { date: OLD, who: center.name, tel: center.telephone });
  await expect(banner.getByRole("listitem")).toHaveText([word("form.changed-new", "ja", { today: NEW }), contact]);
}

/** The center that a clinic is told to contact, as the server knows it. */
async function centerOf(page: Page): Promise<{ name: string; telephone: string }> {
  const api = await Api.inSessionOf(page);
  const day = await api.read<Day & { center_telephone?: string }>("/reporting-day");
  return { name: day.center_name ?? "", telephone: day.center_telephone ?? "" };
}

/** The days for which a report leaves the browser from now on. */
function sentDays(page: Page): string[] {
  const days: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && new URL(request.url()).pathname === "/api/v1/reports") {
      days.push((request.postDataJSON() as { entry_day: string }).entry_day);
    }
  });
  return days;
}

/** Takes the new day and reports it. */
async function reportNewDay(page: Page, form: ReportForm): Promise<void> {
  await expect(page.getByRole("heading", { level: 1, name: word("form.heading", "ja", { date: NEW }), exact: true })).toBeVisible();
  // What was typed was of the day before.
  await form.expectCounts(BANDS.map(() => ""));
  await form.fill({ age_1_4: "2" });
  const check = await form.check();
  await expect(page.getByRole("main")).toContainText("2026年11月23日（月）");
  await check.report();
  await expect(page.getByText(/261123-\d\d-\d{5}-[0-9A-Z]/).first()).toBeVisible();
}

late("who types over midnight is given two choices, and takes the new day by keyboard", async ({ page, night, someone }) => {
  late.slow();
  const form = await typed(page, someone);
  const center = await centerOf(page);
  await pass(night);
  await page.clock.fastForward("04:00");
  await expectChoices(page, center);
  // Seen but no more to be changed.
  await expect(form.cell("age_0")).toHaveValue("5");
  await expect(form.cell("age_0")).toBeDisabled();
  await expect(form.button("check")).toBeDisabled();
  const sent = sentDays(page);
  await new Keyboard(page).on(anew(page));
  await reportNewDay(page, form);
  expect(sent).toEqual(["2026-11-23"]);
});

late("a report that leaves before midnight and arrives after it is refused, and the check page gives both choices", async ({
  page,
  night,
  someone,
}) => {
  late.slow();
  const form = await typed(page, someone);
  const center = await centerOf(page);
  const check = await form.check();
  await pass(night);
  // The browser's clock is still before midnight: only the answer says that the day is over.
  const sent = sentDays(page);
  const answered = page.waitForResponse((answer) => answer.request().method() === "POST" && new URL(answer.url()).pathname.endsWith("/reports"));
  for (const box of await check.warnings().all()) await box.check();
  await check.send().click();
  expect((await answered).ok()).toBe(false);
  await expectChoices(page, center);
  await expect(check.send()).toBeDisabled();
  await anew(page).click();
  await expect(page).toHaveURL(/\/report$/);
  await reportNewDay(page, form);
  expect(sent).toEqual(["2026-11-22", "2026-11-23"]);
});
