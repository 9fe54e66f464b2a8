import type { Page } from "@playwright/test";

import { expectAccessible } from "../fixtures/accessibility.ts";
import { apply, type Look, LOOKS } from "../fixtures/looks.ts";
import { type Account, Server } from "../fixtures/server.ts";
import { expect, test, unreported } from "../fixtures/test.ts";
import { type Language, word, wordLike } from "../fixtures/words.ts";
import { ReportForm } from "../pages/report-form.page.ts";
import { signIn, submitSignIn } from "../pages/sign-in.page.ts";

const REPORTING_DAY = "**/api/v1/reporting-day*";
const REPORTS = /\/api\/v1\/reports\?/;

/** A refusal as the service words it, for states that a healthy server doesn't reach. */
function refusal(kind: string, status: number, retry_after?: number) {
  const problem = { type: `/problems/${kind}`, title: kind, status, instance: "01a2133a-9a68-733f-baf8-963079590320", retry_after };
  return { status, contentType: "application/problem+json", body: JSON.stringify(problem) };
}

for (const look of LOOKS) {
  test.describe(look.name, () => {
    test.beforeEach(async ({ page }) => apply(page, look));

    test("the form's dialogs and sections are accessible", async ({ page, clinic }) => {
      test.slow();
      await formStates(await opened(page, clinic, look.language), page, look.language);
    });

    test("loading and its troubles are accessible", async ({ page, clinic }) => {
      test.slow();
      await troubles(page, clinic, look.language);
    });

    test("what becomes of a report on its way is accessible", async ({ page, clinic }) => {
      test.slow();
      await outcomes(await opened(page, clinic, look.language), page, look.language);
    });

    test("a session that ends is accessible", async ({ page, server, clinic }) => {
      test.slow();
      await sessionStates(page, clinic, server, look.language);
    });

    test("every role's home, and the forms of centers, are accessible", async ({ page, server }) => {
      test.slow();
      await roles(page, server, look.language);
    });
  });
}

async function opened(page: Page, account: Account, language: Language): Promise<ReportForm> {
  await page.goto("/sign-in");
  await signIn(page, account, language);
  return new ReportForm(page, language).open();
}

async function formStates(form: ReportForm, page: Page, language: Language): Promise<void> {
  const dialog = page.getByRole("dialog");
  await page.getByText(word("form.counting", language), { exact: true }).click();
  await page.getByRole("button", { name: word("form.adjust-open", language), exact: true }).click();
  await expectAccessible(page, "an adjustment");
  const delta = word("form.delta-cell", language, { n: 1, band: word("band.age_0", language) });
  await page.getByRole("textbox", { name: delta, exact: true }).fill("x");
  await form.button("check").click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expectAccessible(page, "an adjustment with mistakes");
  await form.paste("age_0", "1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\t12\t13\t14\t0");
  await expect(dialog).toBeVisible();
  await expectAccessible(page, "a paste whose total differs");
  await page.keyboard.press("Escape");
  await form.button("closed").click();
  await expect(dialog).toBeVisible();
  await expectAccessible(page, "closing the day");
  await dialog.getByRole("button", { name: word("form.closed-do", language) }).click();
  await expect(page.getByRole("button", { name: word("form.withdraw", language) })).toBeVisible();
  await expectAccessible(page, "a closed day");
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("?");
  await expect(dialog).toBeVisible();
  await expectAccessible(page, "the list of keys");
}

async function troubles(page: Page, clinic: Account, language: Language): Promise<void> {
  await page.goto("/sign-in");
  await signIn(page, clinic, language);
  let answer: () => void = () => undefined;
  const late = new Promise<void>((resolve) => (answer = resolve));
  await page.route(REPORTING_DAY, async (route) => {
    await late;
    await route.continue();
  });
  await page.clock.install();
  await page.goto("/report");
  await page.clock.fastForward(9_000);
  await expect(page.getByText(word("state.slow", language))).toBeVisible();
  await expectAccessible(page, "slow loading");
  answer();
  await expect(new ReportForm(page, language).cell("age_0")).toBeVisible();
  for (const [kind, status, wait] of [["internal-error", 500, undefined], ["busy", 503, 30]] as const) {
    await page.unroute(REPORTING_DAY);
    await page.route(REPORTING_DAY, (route) => route.fulfill(refusal(kind, status, wait)));
    await page.goto("/");
    await expect(page.getByRole("button", { name: word("state.again", language) })).toBeVisible();
    await expectAccessible(page, `home: ${kind}`);
  }
  await page.unroute(REPORTING_DAY);
  await page.goto("/reports/00000000-0000-7000-8000-000000000000");
  await expect(page.getByText(word("state.not-found", language))).toBeVisible();
  await expectAccessible(page, "no such receipt");
  // Ten minutes after it began, the page learns that the service has grown newer.
  await page.clock.install();
  await page.goto("/help");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.route("**/api/v1/site", async (route) => {
    const site = await (await route.fetch()).json();
    const notice = { ja: "21時から点検を行います。", en: "Maintenance begins at 21:00." };
    await route.fulfill({ json: { ...site, version: "another", notices: [notice] } });
  });
  await page.clock.runFor(600_000);
  await page.clock.resume();
  await expect(page.getByText(word("app.new-version", language))).toBeVisible();
  await page.getByRole("searchbox").or(page.getByLabel(word("help.search", language))).first().fill("zzzz");
  await expect(page.getByText(word("help.none", language))).toBeVisible();
  await expectAccessible(page, "help without a match, a notice, a new version");
  await page.goto("/history");
  await page.getByText(word("hist.custom", language)).click();
  await page.getByLabel(word("hist.from", language), { exact: true }).fill("2020-01-01");
  await page.getByRole("button", { name: word("hist.show", language), exact: true }).click();
  await expect(page.getByText(word("hist.bad-range", language)).first()).toBeVisible();
  await expectAccessible(page, "a history of too many days");
}

async function outcomes(form: ReportForm, page: Page, language: Language): Promise<void> {
  await form.fill({ age_0: "1" });
  const check = await form.check();
  await page.context().setOffline(true);
  await check.send().click();
  await expect(page.getByText(word("check.offline", language))).toBeVisible();
  await expectAccessible(page, "sending without network");
  await page.context().setOffline(false);
  await expect(page.getByText(word("state.offline", language))).toHaveCount(0);
  for (const [kind, status, wait] of [["busy", 503, 30], ["internal-error", 500, undefined]] as const) {
    await page.route(REPORTS, (route) => route.fulfill(refusal(kind, status, wait)));
    await check.back().click();
    await form.fill({ age_0: status === 503 ? "2" : "3" });
    await form.check();
    await check.send().click();
    await expect(page.getByText(status === 503 ? wordLike("check.busy", language) : word("check.failed", language)).first()).toBeVisible();
    await expectAccessible(page, `sending: ${kind}`);
    await page.unroute(REPORTS);
  }
  let known: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (known = resolve));
  await page.route(REPORTS, (route) => route.abort("connectionreset"));
  await page.route(REPORTING_DAY, async (route) => {
    await asked;
    await route.continue();
  });
  await check.send().click();
  await expect(page.getByText(word("check.unknown", language))).toBeVisible();
  await expectAccessible(page, "an unknown outcome");
  known();
  await expect(page.getByText(word("check.not-arrived", language))).toBeVisible();
  await expectAccessible(page, "a report that did not arrive");
  await page.unroute(REPORTS);
  await check.report();
}

async function sessionStates(page: Page, clinic: Account, server: Server, language: Language): Promise<void> {
  await page.clock.install();
  const form = await opened(page, clinic, language);
  const dialog = page.getByRole("dialog");
  await page.clock.fastForward("28:30");
  await expect(dialog).toContainText(word("session.soon-heading", language));
  await expectAccessible(page, "a session that is soon over");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await form.fill({ age_0: "1" });
  await page.context().clearCookies();
  await page.clock.runFor(3_000);
  await expect(dialog).toContainText(word("session.expired-heading", language));
  await expectAccessible(page, "a session that is over");
  const other = server.accounts.find(({ role }) => role === "health_center");
  if (!other) throw new Error("the demo has no health center");
  await submitSignIn(dialog, other, language);
  await expect(dialog).toContainText(word("session.other-user-heading", language));
  await expectAccessible(page, "another user");
}

async function roles(page: Page, server: Server, language: Language): Promise<void> {
  const kinds = ["health_center", "follow_up_center", "prefecture", "ministry"];
  for (const kind of kinds) {
    const account = server.accounts.find(({ organization_kind }) => organization_kind === kind);
    if (!account) throw new Error(`the demo has no ${kind}`);
    await page.context().clearCookies();
    await page.goto("/sign-in");
    await signIn(page, account, language);
    await expect(page.getByRole("main").getByRole("link").first()).toBeVisible();
    await expectAccessible(page, `home of a ${kind}`);
    if (kind.endsWith("center")) {
      await page.goto("/report");
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expectAccessible(page, `form of a ${kind}`);
    }
  }
}

/** A server of one's own: three minutes before midnight, whatever ran before. */
const late = test.extend<{ lateServer: Server }>({
  lateServer: async ({}, use) => {
    const server = new Server();
    await server.start("2026-11-22T23:57:00+09:00");
    await use(server);
    await server.remove();
  },
  baseURL: async ({ lateServer }, use) => use(lateServer.origin),
});

for (const look of LOOKS) {
  late(`the other window's draft and the day's end are accessible: ${look.name}`, async ({ page, lateServer }) => {
    late.slow();
    await midnight(page, await unreported(lateServer, new Set()), look);
  });
}

async function midnight(page: Page, clinic: Account, look: Look): Promise<void> {
  await apply(page, look);
  await page.clock.install({ time: new Date("2026-11-22T23:57:00+09:00") });
  const form = await opened(page, clinic, look.language);
  const tab = await page.context().newPage();
  const second = await new ReportForm(tab, look.language).open();
  await second.fill({ age_0: "5" });
  await expect(second.saved()).toBeVisible();
  await form.fill({ age_0: "6" });
  await page.clock.runFor(3_000);
  await expect(page.getByText(word("form.other-heading", look.language))).toBeVisible();
  await expectAccessible(page, "two windows' drafts");
  await page.getByRole("button", { name: word("form.other-mine", look.language) }).click();
  await page.clock.fastForward("05:00");
  await expect(page.getByText(wordLike("form.changed", look.language)).first()).toBeVisible();
  await expectAccessible(page, "the day is over");
}
