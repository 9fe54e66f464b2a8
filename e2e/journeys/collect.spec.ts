import type { Page } from "@playwright/test";

import { expectAccessible, expectAccessibleInEveryLook } from "../fixtures/accessibility.ts";
import { Api } from "../fixtures/api.ts";
import { compose, Keyboard } from "../fixtures/keyboard.ts";
import { apply, LOOKS } from "../fixtures/looks.ts";
import type { Account, Server } from "../fixtures/server.ts";
import { alone, expect, test } from "../fixtures/test.ts";
import { BANDS, type Language, word, wordLike } from "../fixtures/words.ts";
import { submitSignIn } from "../pages/sign-in.page.ts";

interface Unit {
  unit_id: string;
  name: string;
  telephone: string;
  state: string;
}

/** How long a person at a desk takes for a key, in seconds. */
const SECONDS_A_KEY = 0.28;
const TODAY = "2026-11-22";

const words = (language: Language) => (key: string, values = {}) => word(`collect.entry.${key}`, language, values);
const text = words("ja");
const cell = (row: number, column: number) => `#cell-${row}-${column}`;
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const gridRow = (page: Page, unit: Unit) => page.getByRole("grid").getByRole("row").filter({ hasText: unit.name });

/** A center's two accounts: no two journeys share one, since codes of an app are good once. */
function centerOf(server: Server, place: number): { staff: Account; manager: Account } {
  const staff = server.accounts.filter((account) => account.role === "health_center" && !account.is_manager)[place];
  const manager = server.accounts.find((account) => account.organization_id === staff?.organization_id && account.is_manager);
  if (!staff || !manager) throw new Error("there are too few centers");
  return { staff, manager };
}

/** Adds clinics to a center, which send their numbers by FAX, and returns them as its list knows them. */
async function faxing(server: Server, manager: Account, count: number): Promise<Unit[]> {
  const api = await Api.signedIn(server.origin, manager);
  const telephones = Array.from({ length: count }, (_, place) => `03-5550-${7001 + place}`);
  for (const telephone of telephones) {
    const answer = await api.send("POST", "/organizations", {
      kind: "institution",
      parent_id: manager.organization_id,
      name: `受信${telephone.slice(-4)}医院`,
      kana: `ジュシン${telephone.slice(-4)}イイン`,
      address: "桜町1-2-3",
      telephone,
      open_on: ["sunday"],
    });
    expect(answer.status, await answer.text()).toBe(201);
  }
  const units = (await api.read<{ items: Unit[] }>("/coverage/units?limit=200")).items;
  return telephones.map((telephone) => {
    const unit = units.find((known) => known.telephone === telephone);
    if (!unit) throw new Error(`${telephone} is not on the list`);
    return unit;
  });
}

/** Types who sent it, as it stands on a FAX: the last digits of the number, until the list has it first. */
async function log(page: Page, keys: Keyboard, unit: Unit): Promise<void> {
  const finder = page.getByRole("combobox", { name: text("finder") });
  await keys.to(finder);
  await keys.type(unit.telephone.slice(-4));
  await expect(page.getByRole("option").first()).toContainText(unit.name);
  await keys.press("Enter");
  await expect(finder).toHaveValue("");
  await expect(gridRow(page, unit)).toHaveCount(1);
}

test.describe("the evening of a health center", () => {
  test.describe.configure({ mode: "serial" });

  test("twelve faxes are logged, eleven entered by keyboard, one rejected; a clinic's own report clashes with one", async ({ page, server }) => {
    test.setTimeout(300_000);
    const { staff, manager } = centerOf(server, 1);
    const reported = await ownClinic(server, staff);
    const faxes = [reported.unit, ...(await faxing(server, manager, 11))];
    const unreadable = faxes[11];
    if (!unreadable) throw new Error("too few");
    const keys = new Keyboard(page);
    await page.goto("/collect");
    await submitSignIn(page, staff);
    await expect(page.getByRole("heading", { level: 1, name: text("heading") })).toBeVisible();
    await expect(page.getByText(text("balanced", { r: 0, e: 0, x: 0 }))).toBeVisible();
    await expectAccessibleInEveryLook(page, "an empty inbox");
    for (const unit of faxes) await log(page, keys, unit);
    await expect(page.getByText(text("balance", { r: 12, e: 0, x: 0, o: 12 }))).toBeVisible();
    await expectAccessibleInEveryLook(page, "twelve faxes");
    const filedBefore = await onDesk(server, manager, "by_proxy");
    expect(await onDesk(server, manager, "waiting_arrivals")).toBe(12);
    await expectDesk(page, { waiting: 12, proxy: filedBefore });

    // Meanwhile the first clinic sends its own report.
    const counts = Object.fromEntries(BANDS.map((band) => [band, 1]));
    const codes = ["same_as_last", "total_far_above", "shifted_by_one", "zero_unusual", "many_unknown"];
    const own = await reported.api.send("POST", "/reports", { entry_day: TODAY, counts, acknowledged_warnings: codes });
    expect(own.status).toBe(201);
    await keys.to(page.locator(cell(0, 0)));
    await keys.type("3");
    await keys.press("Alt+s");
    await expect(gridRow(page, reported.unit)).toContainText(text("clash"));
    await expect(page.locator("#row-panel")).toContainText(reported.unit.name);
    await expect(page.locator("#row-panel")).toContainText(wordLike("collect.entry.clash-what"));
    await expectAccessibleInEveryLook(page, "a clash");
    await keys.to(button(page, text("clash-enter")));
    await keys.press("Enter");
    await expect(page.getByText(text("balance", { r: 12, e: 1, x: 0, o: 11 }))).toBeVisible();

    await page.locator(cell(1, 0)).focus();
    for (let row = 1; row < 11; row += 1) await enterRow(page, keys, row);
    await expect(page.getByText(text("balance", { r: 12, e: 11, x: 0, o: 1 }))).toBeVisible();
    await button(page, text("close")).click();
    await expect(page.getByText(text("close-open", { n: 1 }))).toBeVisible();
    await expectAccessibleInEveryLook(page, "something is open");
    await keys.to(button(page, text("reject-for", { name: unreadable.name })));
    await keys.press("Enter");
    await expectAccessibleInEveryLook(page, "a rejection");
    await page.getByLabel(text("reason"), { exact: true }).selectOption("unreadable");
    await keys.to(button(page, text("record")));
    await keys.press("Enter");
    await expect(page.getByText(text("balanced", { r: 12, e: 11, x: 1 }))).toBeVisible();
    await button(page, text("close")).click();
    await expect(page.getByText(wordLike("collect.entry.closed"))).toBeVisible();
    await expectAccessibleInEveryLook(page, "a closed inbox");
    // One of the eleven was the clinic's own.
    await expectDesk(page, { waiting: 0, proxy: filedBefore + 10 });
  });

  test("who is still missing is called and marked closed, until the list is empty and the prefecture's table complete", async ({ page, server }) => {
    test.setTimeout(240_000);
    const missing = (key: string, values = {}) => word(`figures.missing.${key}`, "ja", values);
    const { staff, manager } = centerOf(server, 1);
    const api = await Api.signedIn(server.origin, manager);
    const units = (await api.read<{ items: Unit[] }>("/coverage/units?state=missing&limit=200")).items;
    const [called] = units;
    if (!called) throw new Error("nobody is missing");
    await page.goto("/missing");
    await submitSignIn(page, staff);
    await button(page, missing("called-for", { name: called.name })).click();
    await page.getByLabel(missing("outcome"), { exact: true }).selectOption("will_report");
    await button(page, missing("record")).click();
    await expect(page.getByRole("row").filter({ hasText: called.name })).toContainText(word("figures.outcome.will_report"));
    for (const unit of units) {
      await button(page, missing("closed-for", { name: unit.name })).click();
      await button(page, missing("record")).click();
      await expect(button(page, missing("undo-for", { name: unit.name }))).toBeVisible();
    }
    await expect(page.getByRole("heading", { name: missing("all-in") })).toBeVisible();

    const prefectures = server.accounts.filter((account) => account.role === "prefecture");
    const code = (account: Account) => account.login_id.slice(1, 3);
    const above = prefectures.find((account) => code(account) === code(staff));
    if (!above) throw new Error("the center stands below no prefecture");
    await page.context().clearCookies();
    await page.goto("/");
    await submitSignIn(page, above);
    const row = page.getByRole("main").getByRole("row").filter({ hasText: staff.organization_name });
    await expect(row.getByRole("cell").last()).toHaveText("0");
    await expect(row).toContainText("100");
  });
});

test("thirty faxes are logged and entered in at most five minutes of keys", { tag: "@shipped" }, async ({ page, server }) => {
  test.setTimeout(300_000);
  const { staff, manager } = centerOf(server, 2);
  const faxes = await faxing(server, manager, 30);
  const keys = new Keyboard(page);
  await page.goto("/collect");
  await submitSignIn(page, staff);
  const began = keys.presses;
  for (const unit of faxes) await log(page, keys, unit);
  await keys.to(page.locator(cell(0, 0)));
  for (let row = 0; row < faxes.length; row += 1) await enterRow(page, keys, row);
  await expect(page.getByText(text("balanced", { r: 30, e: 30, x: 0 }))).toBeVisible();
  const seconds = (keys.presses - began) * SECONDS_A_KEY;
  expect(seconds, "seconds for thirty faxes").toBeLessThanOrEqual(300);
});

/** What the coverage of today says of a center's desk. */
async function onDesk(server: Server, account: Account, of: "by_proxy" | "waiting_arrivals"): Promise<number> {
  const api = await Api.signedIn(server.origin, account);
  const { items } = await api.read<{ items: { desk: Record<string, number> }[] }>("/coverage");
  return items[0]?.desk[of] ?? NaN;
}

/** Looks at the home page in a tab of its own. */
async function expectDesk(page: Page, expected: { waiting: number; proxy: number }): Promise<void> {
  const home = await page.context().newPage();
  await home.goto("/");
  for (const [key, number] of Object.entries(expected)) {
    const line = home.getByRole("main").locator("dl > div").filter({ hasText: word(`home.desk-${key}`) });
    await expect(line.getByRole("definition")).toHaveText(String(number));
  }
  await expectAccessible(home, "a center's home");
  await home.close();
}

/** A clinic of a center that has said nothing of today, with its own access. */
async function ownClinic(server: Server, staff: Account): Promise<{ unit: Unit; api: Api }> {
  const center = await Api.signedIn(server.origin, staff);
  const units = (await center.read<{ items: Unit[] }>("/coverage/units?limit=200")).items;
  const silent = units.filter((unit) => ["missing", "not_scheduled"].includes(unit.state));
  for (const unit of silent) {
    const account = server.accounts.find((known) => known.organization_id === unit.unit_id);
    if (account) return { unit, api: await Api.signedIn(server.origin, account) };
  }
  throw new Error("every clinic of the center has reported");
}

/** Types a row as it stands on a FAX, and saves it; where something is unusual, looks at it and confirms. */
async function enterRow(page: Page, keys: Keyboard, row: number): Promise<void> {
  await expect(page.locator(cell(row, 0))).toBeFocused();
  for (let column = 0; column < BANDS.length; column += 1) {
    if ([3, 4, 6].includes(column)) await keys.type(String(((row + column) % 4) + 1));
    await keys.press("Enter");
  }
  await keys.press("Alt+s");
  await expect(page.locator(cell(row, 0))).toHaveAttribute("readonly", "");
}

for (const at of LOOKS) {
  alone(`the grid by keyboard, by input method and by paste: ${at.name}`, async ({ page, country: server }) => {
    alone.slow();
    await apply(page, at);
    const { language } = at;
    const say = words(language);
    const { staff: center } = centerOf(server, 3);
    const keys = new Keyboard(page);
    await page.goto("/missing");
    await submitSignIn(page, center, language);
    // From the list to its row.
    await page.getByRole("link", { name: wordLike("figures.missing.enter-for", language) }).first().click();
    await expect(page.locator(cell(0, 0))).toBeFocused();
    await page.goto("/missing");
    await page.getByRole("link", { name: wordLike("figures.missing.enter-for", language) }).nth(1).click();
    await expect(page.locator(cell(0, 0))).toBeFocused();
    await expectAccessible(page, "a row");

    await keys.press("ArrowRight", "ArrowRight");
    await expect(page.locator(cell(0, 2))).toBeFocused();
    const composing = await compose(page, "１２");
    await composing.confirm();
    await expect(page.locator(cell(0, 2))).toBeFocused();
    await keys.press("Enter");
    await expect(page.locator(cell(0, 3))).toBeFocused();
    await expect(page.getByRole("grid").getByRole("row").nth(1)).toContainText("12");
    await keys.press("End");
    await expect(page.locator(cell(0, 14))).toBeFocused();
    await keys.press("Home");
    await keys.type("x");
    await keys.press("Alt+s");
    await expect(page.locator(cell(0, 0))).toHaveAttribute("aria-invalid", "true");
    await expect(page.locator("#row-panel")).toContainText(word("band.age_0", language));
    await expectAccessible(page, "what can't be read");
    await page.locator(cell(0, 0)).focus();
    await keys.press("Backspace", "7", "Escape");
    await expect(page.locator(cell(0, 0))).toHaveValue("x");

    // A row from a spreadsheet is shown before it is taken, and can be taken back.
    await paste(page, cell(0, 5), [...Array(13).fill("0"), "10000"].join("\t"));
    await expect(page.getByRole("dialog")).toContainText("10000");
    await expectAccessible(page, "a paste");
    await keys.press("Enter");
    await expect(page.locator(cell(0, 13))).toHaveValue("10000");
    await page.locator(cell(0, 0)).focus();
    await keys.press("Control+z");
    await expect(page.locator(cell(0, 2))).toHaveValue(/12|１２/);
    const saved = page.waitForResponse(
      (answer) => answer.request().method() === "PUT" && answer.ok() && (answer.request().postData() ?? "").includes('"10000"'),
    );
    await paste(page, cell(0, 5), [...Array(13).fill("0"), "10000"].join("\t"));
    await expect(page.getByRole("dialog").locator(":focus")).toBeVisible();
    await keys.press("Enter");
    await expect(page.locator(cell(0, 13))).toHaveValue("10000");
    await page.locator(cell(0, 0)).focus();
    await keys.press("Alt+s");
    await expect(page.locator("#row-panel").getByRole("checkbox").first()).toBeVisible();
    await expectAccessible(page, "what is unusual");

    // What was typed is there after a reload, as a draft of the day.
    await saved;
    page.on("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await expect(page.locator(cell(0, 13))).toHaveValue("10000");
    await expect(page.getByText(say("today-tag"), { exact: true }).first()).toBeVisible();
    // So it is where nobody names the unit, and the one to whom nothing was typed has no row.
    await page.goto("/collect");
    await expect(page.locator(cell(0, 13))).toHaveValue("10000");
    await expect(page.locator(cell(1, 0))).toHaveCount(0);

    // Yesterday's rows are kept as well.
    const yesterday = "2026-11-21";
    const api = await Api.inSessionOf(page);
    const units = (await api.read<{ items: Unit[] }>(`/coverage/units?day=${yesterday}&limit=200`)).items;
    const silent = units.find((unit) => unit.state === "missing" || unit.state === "not_scheduled");
    await page.goto(`/collect?day=${yesterday}&unit=${silent?.unit_id}`);
    await expect(page.getByText(say("yesterday-tag"), { exact: true }).first()).toBeVisible();
    await expect(page.locator(cell(0, 0))).toBeFocused();
    const kept = page.waitForResponse((answer) => answer.request().method() === "PUT" && answer.url().includes(yesterday));
    await keys.type("8");
    expect((await kept).ok()).toBe(true);
    await page.goto(`/collect?day=${yesterday}`);
    await expect(page.locator(cell(0, 0))).toHaveValue("8");
    await expectAccessible(page, "yesterday");
  });
}

async function paste(page: Page, into: string, block: string): Promise<void> {
  await page.locator(into).focus();
  await page.locator(into).evaluate((input, data) => {
    const clipboard = new DataTransfer();
    clipboard.setData("text/plain", data);
    input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true }));
  }, block);
}

test("only health centers have an inbox", async ({ page, server }) => {
  await page.goto("/collect");
  await submitSignIn(page, server.account((account) => account.role === "prefecture"));
  await expect(page.getByText(word("state.not-found"))).toBeVisible();
  await expectAccessibleInEveryLook(page, "no inbox");
});
