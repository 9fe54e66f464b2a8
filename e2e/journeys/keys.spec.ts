import type { Locator } from "@playwright/test";

import { Api } from "../fixtures/api.ts";
import { Keyboard } from "../fixtures/keyboard.ts";
import { type Account, Server } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";
import { BANDS, word } from "../fixtures/words.ts";
import { CheckPage, ReportForm } from "../pages/report-form.page.ts";
import { signIn, submitSignIn } from "../pages/sign-in.page.ts";

const TODAY = "2026-11-22";

test("in the fourteen cells every key does what the list of keys says", async ({ home }) => {
  const form = await new ReportForm(home).open();
  const keys = new Keyboard(home);
  await expect(form.cell("age_0")).toBeFocused();
  // Upwards from the first cell leads nowhere.
  await keys.press("ArrowUp");
  await expect(form.cell("age_0")).toBeFocused();
  await keys.press("4", "ArrowDown");
  await expect(form.cell("age_1_4")).toBeFocused();
  await keys.press("ArrowUp");
  await expect(form.cell("age_0")).toBeFocused();
  await keys.press("Tab", "Tab", "Shift+Tab");
  await expect(form.cell("age_1_4")).toBeFocused();
  // The keys for the caret stay in the cell.
  await keys.press("1", "2", "ArrowLeft", "0", "Home", "3");
  await expect(form.cell("age_1_4")).toHaveValue("3102");
  await keys.press("Control+A", "Delete");

  // From the last cell Enter leads to the button, and doesn't press it.
  await form.cell("unknown").focus();
  await keys.press("Enter");
  await expect(form.button("check")).toBeFocused();
  await expect(home).toHaveURL(/\/report$/);
  await keys.press("Enter");
  const check = await new CheckPage(home).shown();

  // Sending wants the button: Ctrl+Enter, pressed once too often, sends nothing.
  const sent: string[] = [];
  home.on("request", (request) => {
    if (request.method() === "POST") sent.push(request.url());
  });
  await keys.press("Control+Enter", "Meta+Enter", "Alt+0");
  await keys.to(check.back());
  await expect(home).toHaveURL(/\/report\/check$/);
  expect(sent).toEqual([]);
  await keys.press("Enter");

  // With a Mac's key it leads to the check page, too.
  await form.expectCounts([4]);
  await expect(form.cell("age_0")).toBeFocused();
  await keys.press("Meta+Enter");
  await check.shown();
  await expect(home.getByRole("row").filter({ hasText: word("form.total") })).toContainText("4");
});

test("Alt+0 reports a day without cases, and changes nothing that was typed", async ({ home }) => {
  const form = await new ReportForm(home).open();
  const keys = new Keyboard(home);
  await expect(form.cell("age_0")).toBeFocused();
  await keys.press("7", "Enter", "Alt+0");
  const check = await new CheckPage(home).shown();
  const total = home.getByRole("row").filter({ hasText: word("form.total") });
  await expect(total).toHaveText(new RegExp(`^${word("form.total")}\\s*0$`));
  await keys.on(check.back());
  await form.expectCounts([7, ""]);
  await keys.press("Alt+0");
  for (const box of await (await check.shown()).warnings().all()) await keys.on(box, "Space");
  await keys.on(check.send());
  await expect(home.getByText(word("receipt.done")).first()).toBeVisible();
  await home.goto("/");
  await expect(home.locator("section.today")).toHaveAttribute("data-state", "zero");
});

// A server of its own: a grid of twelve rows would stand on a center's desk in other journeys.
test.describe("at the desks of centers", () => {
  const server = new Server();
  test.use({ baseURL: async ({}, use) => use(server.origin) });
  test.beforeAll(() => server.start());
  test.afterAll(() => server.remove());

  /** Clinics for which somebody has begun to enter a report: a row for each. */
  async function begun(manager: Account, count: number): Promise<void> {
    const api = await Api.signedIn(server.origin, manager);
    const content = { cells: BANDS.map((_, place) => (place === 0 ? "1" : "")) };
    for (let place = 0; place < count; place += 1) {
      const added = await api.send("POST", "/organizations", {
        kind: "institution",
        parent_id: manager.organization_id,
        name: `格子${place}医院`,
        kana: "コウシイイン",
        address: "桜町1-2-3",
        telephone: `03-5550-72${10 + place}`,
        open_on: ["sunday"],
      });
      expect(added.status, await added.clone().text()).toBe(201);
      const { id } = (await added.json()) as { id: string };
      expect((await api.send("PUT", `/drafts/${id}/${TODAY}`, { base_version: 0, content })).status).toBe(200);
    }
  }

  test("in the grid of proxy reports every key does what the list of keys says", async ({ page }) => {
    test.slow();
    const staff = server.accounts.filter((one) => one.role === "health_center" && !one.is_manager)[1]!;
    await begun(server.account((one) => one.is_manager && one.organization_id === staff.organization_id), 12);
    await page.goto("/collect");
    await submitSignIn(page, staff);
    const keys = new Keyboard(page);
    const cell = (row: number, column: number): Locator => page.locator(`#cell-${row}-${column}`);
    const expectAt = (row: number, column: number) => expect(cell(row, column)).toBeFocused();
    await expect(cell(11, 0)).toBeVisible();
    await keys.to(cell(0, 0));

    const steps: [string, number, number][] = [
      ["ArrowRight", 0, 1],
      ["ArrowDown", 1, 1],
      ["ArrowLeft", 1, 0],
      ["ArrowUp", 0, 0],
      ["Enter", 0, 1],
      ["Shift+Enter", 0, 0],
      ["PageDown", 10, 0],
      ["PageDown", 11, 0],
      ["PageUp", 1, 0],
      ["End", 1, 14],
      ["Home", 1, 0],
      ["Control+End", 11, 14],
      ["Control+Home", 0, 0],
    ];
    for (const [key, row, column] of steps) {
      await keys.press(key);
      await expectAt(row, column);
    }

    // In a cell that is edited the arrows move the caret; Esc puts back what stood there.
    await keys.press("F2", "5", "ArrowLeft", "9", "ArrowRight");
    await expectAt(0, 0);
    await expect(cell(0, 0)).toHaveValue("195");
    await keys.press("Escape");
    await expect(cell(0, 0)).toHaveValue("1");
    // Otherwise a digit takes the place of what stood there, and an arrow goes on.
    await keys.press("ArrowRight", "ArrowLeft", "8", "ArrowRight");
    await expectAt(0, 1);
    await expect(cell(0, 0)).toHaveValue("8");

    // A block of two rows from the clipboard, looked at before it is taken, and taken back.
    await keys.paste("2\t3\n4\t5");
    await expect(page.getByRole("dialog")).toContainText("4");
    await expect(page.getByRole("dialog").locator(":focus")).toBeVisible();
    await keys.press("Enter");
    await expect(cell(1, 2)).toHaveValue("5");
    await keys.to(cell(0, 1));
    await keys.press("Control+Z");
    for (const [row, column] of [[0, 1], [0, 2], [1, 1], [1, 2]] as const) await expect(cell(row, column)).toHaveValue("");

    // A clinic that has never reported is asked nothing about its numbers.
    await keys.press("6", "Alt+S");
    await expect(cell(0, 0)).toHaveAttribute("readonly", "");
    await expect(page.getByRole("grid").getByRole("row").nth(1)).toContainText("14");
  });

  test("/ leads to the search of every list, unless such keys are switched off", async ({ page }) => {
    test.slow();
    const keys = new Keyboard(page);
    const labelled = (key: string) => page.getByLabel(word(key), { exact: true });
    const find = labelled("collect.notifications.find");
    // By its address, with the field to which `/` leads.
    const lists: [string, Locator][] = [
      ["/organizations", labelled("office.register.search-label")],
      ["/organizations/new", labelled("office.register.search-label")],
      ["/accounts", labelled("office.accounts.search-label")],
      ["/audit", labelled("hist.from")],
      ["/missing", labelled("figures.missing.day")],
      ["/figures", labelled("hist.from")],
      ["/collect", page.getByRole("combobox", { name: word("collect.entry.finder") })],
      ["/notifications", find],
    ];
    await page.goto("/sign-in");
    await signIn(page, server.account((one) => one.role === "health_center" && one.is_manager));
    for (const [path, field] of lists) {
      await page.goto(path);
      await expect(field, path).toBeVisible();
      await expect(field, path).not.toBeFocused();
      await keys.press("/");
      await expect(field, path).toBeFocused();
    }
    // In a field it is a character like any other.
    await expect(find).toHaveValue("");
    await keys.press("1", "/", "2");
    await expect(find).toHaveValue("1/2");

    // The list of keys names it, and switches it off for this browser.
    await page.goto("/accounts");
    const search = labelled("office.accounts.search-label");
    await expect(search).toBeVisible();
    await keys.press("?");
    const dialog = page.getByRole("dialog", { name: word("keys.heading"), exact: true });
    await expect(dialog.getByRole("definition").filter({ hasText: word("office.keys.search") })).toHaveCount(1);
    await keys.on(dialog.getByLabel(word("keys.single"), { exact: true }), "Space");
    await keys.press("Escape");
    await expect(dialog).toBeHidden();
    await keys.press("/", "?");
    await expect(search).not.toBeFocused();
    await page.reload();
    await expect(search).toBeVisible();
    await keys.press("/", "?");
    await keys.press("Tab");
    await expect(page.locator(".skip-link"), "nothing else had the focus").toBeFocused();
    await expect(dialog).toBeHidden();
  });
});
