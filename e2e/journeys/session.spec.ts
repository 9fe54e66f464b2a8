import type { Page } from "@playwright/test";

import { expectAccessible } from "../fixtures/accessibility.ts";
import { Api } from "../fixtures/api.ts";
import { speak } from "../fixtures/looks.ts";
import { Server } from "../fixtures/server.ts";
import { expect, test, unreported } from "../fixtures/test.ts";
import { type Language, word, wordLike } from "../fixtures/words.ts";
import { ReportForm } from "../pages/report-form.page.ts";
import { signIn, submitSignIn } from "../pages/sign-in.page.ts";

const MINUTE = 60_000;

/** The part of `GET /auth/session` that journeys look at. */
interface View {
  now: string;
  idle_ends_at: string;
  ends_at: string;
}

interface Sessions {
  items: { last_seen_at: string; is_current: boolean }[];
}

/** Puts a page's clock on, to so long after a moment. */
async function fastForward(page: Page, since: number, span: number): Promise<void> {
  await page.clock.fastForward(since + span - (await page.evaluate(() => Date.now())));
}

test.describe("with a clock that is put on", () => {
  const server = new Server();
  test.use({ baseURL: async ({}, use) => use(server.origin) });
  test.beforeAll(() => server.start());
  test.afterAll(() => server.remove());

  /** Starts the server anew at another moment; sessions outlive that. */
  async function restart(moment: number): Promise<void> {
    await server.stop();
    await server.start(new Date(moment).toISOString());
  }

  test("two minutes before the end one key keeps the session, and past that end it is still good", async ({ page }) => {
    test.slow();
    const clinic = await unreported(server, new Set());
    const idle = server.account(({ role }) => role === "prefecture");
    await page.clock.install();
    await page.goto("/sign-in");
    const entered = page.waitForResponse("**/api/v1/auth/second-factor");
    await signIn(page, clinic);
    const end = Date.parse(((await (await entered).json()) as { session: View }).session.idle_ends_at);
    const since = await page.evaluate(() => Date.now());
    // Beside it, somebody who presses nothing.
    const other = await Api.signedIn(server.origin, idle);

    const dialog = page.getByRole("dialog", { name: word("session.soon-heading") });
    await fastForward(page, since, 27 * MINUTE);
    await expect(dialog).toBeHidden();
    await restart(end - 1.5 * MINUTE);
    await fastForward(page, since, 28.2 * MINUTE);
    await expect(dialog).toContainText(wordLike("session.soon"));
    await expect(dialog.getByRole("button", { name: word("session.extend"), exact: true })).toBeFocused();
    const asked = page.waitForResponse("**/api/v1/auth/session");
    await page.keyboard.press("Enter");
    const extended = (await (await asked).json()) as View;
    await expect(dialog).toBeHidden();
    expect(Date.parse(extended.idle_ends_at)).toBeGreaterThan(end + 25 * MINUTE);
    expect(Date.parse(extended.idle_ends_at) - Date.parse(extended.now)).toBeGreaterThan(29 * MINUTE);

    // It is written down within a moment, so that another process knows it too.
    const api = await Api.inSessionOf(page);
    const seen = async () => (await api.read<Sessions>("/auth/sessions")).items.find(({ is_current }) => is_current)?.last_seen_at;
    await expect.poll(async () => Date.parse((await seen()) ?? "")).toBeGreaterThan(end - 2 * MINUTE);
    await restart(end + 3 * MINUTE);
    expect((await other.send("GET", "/auth/session")).status).toBe(401);
    await fastForward(page, since, 34 * MINUTE);
    await page.getByRole("link", { name: word("app.history"), exact: true }).first().click();
    await expect(page.getByRole("heading", { level: 1, name: word("hist.heading") })).toBeVisible();
    await expect(page.getByRole("row").nth(1)).toBeVisible();
    await expect(page.getByRole("dialog")).toBeHidden();
  });
});

/** Twelve hours after the sign-in are five minutes after a page is opened: no journey waits so long. */
async function nearLimit(page: Page): Promise<() => Promise<void>> {
  const session = "**/api/v1/auth/session";
  await page.route(session, async (route) => {
    const answer = await route.fetch();
    const view = (await answer.json()) as View;
    const ends_at = new Date(Date.parse(view.now) + 5 * MINUTE).toISOString();
    await route.fulfill({ response: answer, json: { ...view, ends_at, idle_ends_at: ends_at } });
  });
  return () => page.unroute(session);
}

/** A form with something typed, a minute and a half before the session ends for good. */
async function nearlyOver(page: Page, language: Language): Promise<ReportForm> {
  await page.clock.install();
  const pass = await nearLimit(page);
  const form = await new ReportForm(page, language).open();
  const since = await page.evaluate(() => Date.now());
  await form.fill({ age_0: "7" });
  await expect(form.saved()).toBeVisible();
  await pass();
  await fastForward(page, since, 3.4 * MINUTE);
  const dialog = page.getByRole("dialog", { name: word("session.soon-heading", language) });
  await expect(dialog).toContainText(word("session.limit", language));
  await expect(dialog.getByRole("button", { name: word("session.extend", language) })).toHaveCount(0);
  await expect(dialog.getByRole("button", { name: word("session.again", language), exact: true })).toBeFocused();
  await expectAccessible(page, `a session that can't be extended, ${language}`);
  return form;
}

test("twelve hours after the sign-in nothing extends: the last minutes may be used, and the sign-in over the page keeps the input", async ({
  home,
  clinic,
}) => {
  test.slow();
  const form = await nearlyOver(home, "ja");
  const since = await home.evaluate(() => Date.now());
  await home.keyboard.press("Escape");
  await expect(home.getByRole("dialog")).toBeHidden();
  await form.fill({ age_1_4: "2" });
  await expect(form.saved()).toBeVisible();
  await fastForward(home, since, 2 * MINUTE);
  const again = home.getByRole("dialog", { name: word("session.expired-heading") });
  await expect(again).toContainText(word("session.expired"));
  await submitSignIn(again, clinic);
  await expect(again).toBeHidden();
  await form.expectCounts(["7", "2"]);
  await (await form.check()).report();
});

test("who would rather not wait for the limit signs in again at once, by one key", async ({ page, clinic }) => {
  test.slow();
  await speak(page.context(), "en");
  await page.goto("/sign-in");
  await signIn(page, clinic, "en");
  const form = await nearlyOver(page, "en");
  await page.keyboard.press("Enter");
  const again = page.getByRole("dialog", { name: word("session.expired-heading", "en") });
  await submitSignIn(again, clinic, "en");
  await expect(again).toBeHidden();
  await form.expectCounts(["7"]);
  // The new session has its twelve hours: nothing is announced where the old one ended.
  await fastForward(page, await page.evaluate(() => Date.now()), 3 * MINUTE);
  await expect(page.getByRole("dialog")).toBeHidden();
  await (await form.check()).report();
});
