import type { Page } from "@playwright/test";

import { Api } from "../fixtures/api.ts";
import { Server } from "../fixtures/server.ts";
import { expect, test, unreported } from "../fixtures/test.ts";
import { BANDS, word, wordLike } from "../fixtures/words.ts";
import { expectReceipt, ReportForm } from "../pages/report-form.page.ts";
import { signIn, submitSignIn } from "../pages/sign-in.page.ts";

test("a draft survives a reload and shows in a second tab", async ({ home, context }) => {
  const form = await new ReportForm(home).open();
  await form.fill({ age_0: "3", age_50_59: "8" });
  await expect(form.saved()).toBeVisible();
  await home.reload();
  await expect(form.cell("age_0")).toHaveValue("3");

  const tab = await context.newPage();
  const second = await new ReportForm(tab).open();
  await expect(second.cell("age_50_59")).toHaveValue("8");
});

test("who closes the window right after the last key is asked, and finds the draft saved", async ({ home, context }) => {
  const form = await new ReportForm(home).open();
  await home.keyboard.type("9");
  const question = home.waitForEvent("dialog");
  await home.close({ runBeforeUnload: true });
  const dialog = await question;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();
  await expect(form.saved()).toBeVisible();
  const again = await new ReportForm(await context.newPage()).open();
  await expect(again.cell("age_0")).toHaveValue("9");
});

test("of two windows' drafts the other one is chosen, and is what is reported", async ({ home, context }) => {
  const form = await new ReportForm(home).open();
  await form.fill({ age_0: "6", age_1_4: "2" });
  await expect(form.saved()).toBeVisible();
  const tab = await context.newPage();
  const second = await new ReportForm(tab).open();
  await second.fill({ age_0: "5", age_1_4: "" });
  await expect(second.saved()).toBeVisible();
  await form.fill({ age_80_89: "1" });
  const choice = home.getByRole("status").filter({ hasText: word("form.other-heading") });
  await expect(choice).toContainText("合計 5）");
  await expect(choice).toContainText("合計 9です");
  await choice.getByRole("button", { name: word("form.other-theirs"), exact: true }).click();
  await expect(choice).toHaveCount(0);
  await form.expectCounts([5, ...BANDS.slice(1).map(() => "")]);
  // The two are one draft again: what is typed now is kept, and a reload finds it.
  await form.fill({ age_5_9: "4" });
  await expect(form.saved()).toBeVisible();
  await home.reload();
  await form.expectCounts([5, "", 4]);
  await (await form.check()).report();
  await expect(home.getByRole("row").filter({ hasText: word("form.total") })).toContainText("9");
});

test("a colleague's draft is named with who saved it, and is taken over", async ({ page, server, used }) => {
  // A clinic in which two people have an account.
  const pairs = server.accounts.filter((one) => one.is_manager && one.organization_kind === "institution");
  const manager = pairs.find((one) => !used.has(one.organization_id));
  const colleague = server.accounts.find((one) => one.organization_id === manager?.organization_id && !one.is_manager);
  if (!manager || !colleague) throw new Error("no clinic has two people");
  used.add(manager.organization_id);
  await page.goto("/sign-in");
  await signIn(page, manager);
  const form = await new ReportForm(page).open();
  const api = await Api.signedIn(server.origin, colleague);
  const { day, draft } = await api.read<{ day: string; draft?: { version: number } }>("/reporting-day");
  const content = { cells: BANDS.map((band) => (band === "unknown" ? "8" : "")) };
  const kept = await api.send("PUT", `/drafts/${colleague.organization_id}/${day}`, { base_version: draft?.version ?? 0, content });
  expect(kept.status).toBe(200);
  const { saved_by: who } = (await kept.json()) as { saved_by: string };
  await form.fill({ age_0: "1" });
  const choice = page.getByRole("status").filter({ hasText: word("form.other-heading") });
  await expect(choice).toContainText(who);
  await choice.getByRole("button", { name: word("form.other-theirs"), exact: true }).click();
  await form.expectCounts([...BANDS.slice(1).map(() => ""), 8]);
});

test("a second report from another tab is refused with the first one shown", async ({ home, context }) => {
  const first = await new ReportForm(home).open();
  await first.fill({ age_0: "1" });
  const tab = await context.newPage();
  const second = await new ReportForm(tab).open();
  await second.fill({ age_0: "2" });
  const checkSecond = await second.check();
  await (await first.check()).report();
  await checkSecond.send().click();
  await expectAlreadyReported(tab);
});

test("a report that the clinic's own system made meanwhile closes the form", async ({ home, server, clinic }) => {
  const form = await new ReportForm(home).open();
  await form.fill({ age_0: "1" });
  const check = await form.check();
  const api = await Api.signedIn(server.origin, clinic);
  const { day } = await api.read<{ day: string }>("/reporting-day");
  const counts = Object.fromEntries(BANDS.map((band) => [band, 0]));
  const acknowledged_warnings = ["zero_unusual"];
  expect((await api.send("POST", "/reports", { entry_day: day, counts, acknowledged_warnings })).status).toBe(201);
  await check.send().click();
  await expectAlreadyReported(home);
});

test("offline, typing goes on and sending waits for the network", async ({ home, context }) => {
  const form = await new ReportForm(home).open();
  await form.fill({ age_0: "4" });
  await context.setOffline(true);
  await expect(home.getByText(word("state.offline")).first()).toBeVisible();
  await form.fill({ age_1_4: "5" });
  await context.setOffline(false);
  await expect(home.getByText(word("state.offline"))).toHaveCount(0);
  const check = await form.check();
  await check.report();
  await expect(home.getByRole("main")).toContainText("9");
});

test("an answer that never came is asked for, and the receipt appears without a second report", async ({ home }) => {
  const form = await new ReportForm(home).open();
  await form.fill({ age_0: "6" });
  const check = await form.check();
  let posts = 0;
  await home.route(/\/api\/v1\/reports\?/, async (route) => {
    posts += 1;
    if (posts > 1) return route.continue();
    await route.fetch();
    await route.abort("connectionreset");
  });
  for (const box of await check.warnings().all()) await box.check();
  await check.send().click();
  await expectReceipt(home);
});

test("a session that ends asks for the sign-in over the page, and nothing typed is lost", async ({ home, context, clinic }) => {
  const form = await new ReportForm(home).open();
  await form.fill({ age_0: "7" });
  await expect(form.saved()).toBeVisible();
  await context.clearCookies();
  await form.fill({ age_1_4: "2" });
  const dialog = home.getByRole("dialog", { name: word("session.expired-heading") });
  await expect(dialog).toBeVisible();
  await submitSignIn(dialog, clinic);
  await expect(dialog).toBeHidden();
  await expect(form.cell("age_0")).toHaveValue("7");
  await expect(form.cell("age_1_4")).toHaveValue("2");
  await (await form.check()).report();
});

test.describe("with a server that stops or sees midnight", () => {
  const server = new Server();
  test.use({ baseURL: async ({}, use) => use(server.origin) });
  test.beforeAll(() => server.start("2026-11-22T23:50:00+09:00"));
  test.afterAll(() => server.remove());

  test("a draft survives a crash of the server, and the day's change is never silent", async ({ page }) => {
    const clinic = await unreported(server, new Set());
    await page.clock.install({ time: new Date("2026-11-22T23:50:00+09:00") });
    await page.goto("/sign-in");
    await signIn(page, clinic);
    const form = await new ReportForm(page).open();
    await form.fill({ age_0: "5" });
    await page.clock.runFor(3_000);
    await expect(form.saved()).toBeVisible();

    await server.stop("SIGKILL");
    await server.start("2026-11-22T23:52:00+09:00");
    await page.reload();
    await expect(form.cell("age_0")).toHaveValue("5");
    const check = await form.check();

    await server.stop();
    await server.start("2026-11-23T00:00:30+09:00");
    await page.clock.fastForward("09:00");
    await expect(page.getByText(wordLike("form.changed")).first()).toBeVisible();
    await expect(check.send()).toBeDisabled();
  });
});

async function expectAlreadyReported(page: Page): Promise<void> {
  await expect(page.getByText("本日(2026/11/22)の報告は完了しています。").first()).toBeVisible();
}
