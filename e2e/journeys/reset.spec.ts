import { expectAccessible } from "../fixtures/accessibility.ts";
import { Api, type Day } from "../fixtures/api.ts";
import { expect, test } from "../fixtures/test.ts";
import { type Language, LANGUAGES, word } from "../fixtures/words.ts";
import { Activation } from "../pages/activation.page.ts";
import { issueSlip } from "../pages/slip.page.ts";

const PASSWORD = "seven herons beside a quiet pond";
const reset = (key: string, language: Language, values = {}) => word(`access.reset.${key}`, language, values);

test("whoever holds a first slip is told of no reset", async ({ page, server, browser, clinic }) => {
  test.slow();
  const slip = await issueSlip(page, server, clinic, "森 千尋");
  const context = await browser.newContext({ baseURL: server.origin });
  const newcomer = await context.newPage();
  const asked = newcomer.waitForResponse("**/api/v1/auth/resets");
  await new Activation(newcomer, server).open(slip);
  expect(await (await asked).json()).toMatchObject({ items: [] });
  await expect(newcomer.getByText(word("access.enroll.which"))).toBeVisible();
  await expect(newcomer.getByText(reset("heading", "ja"))).toHaveCount(0);
  await context.close();
});

test("whose account was reset learns at the slip by whom, when and why, and finds it listed later, in both languages", async ({
  page,
  server,
  clinic,
}) => {
  test.slow();
  const own = await Api.signedIn(server.origin, clinic);
  const { center_name } = await own.read<Day>("/reporting-day");
  const { account_id } = await own.read<{ account_id: string }>("/auth/session");
  const manager = server.account((account) => account.is_manager && account.organization_name === center_name);
  const center = await Api.signedIn(server.origin, manager);
  const answer = await center.send("POST", `/accounts/${account_id}/activation-slip`, { reason: "lost_factor" });
  expect(answer.status).toBe(201);
  const { account, code } = (await answer.json()) as { account: { slip: { issued_at: string } }; code: string };

  /** What is said of the reset; the time as people in Japan read it. */
  const time = new Date(account.slip.issued_at).toLocaleTimeString("ja-JP", { timeZone: "Asia/Tokyo", timeStyle: "short" });
  const at = { ja: `2026年11月22日（日） ${time}`, en: `Sunday 22 November 2026, ${time}` };
  const line = (language: Language) => {
    const reason = word("access.reset-reason.lost_factor", language);
    return reset("line", language, { by: center_name, at: at[language], reason });
  };

  const activation = await new Activation(page, server).open({ id: clinic.login_id, code });
  const notice = (language: Language) => page.getByRole("status").filter({ hasText: reset("heading", language) });
  for (const language of LANGUAGES) {
    await expect(notice(language)).toContainText(line(language));
    await expect(notice(language)).toContainText(reset("unknown", language));
    await expectAccessible(page, `activation after a reset: ${language}`);
    await page.getByRole("button", { name: word("app.other-language", language), exact: true }).click();
  }
  // Whoever leaves midway and comes back is told again.
  await page.reload();
  await expect(notice("ja")).toContainText(line("ja"));
  await activation.byApp();
  await expect(notice("ja")).toBeVisible();
  // Of who left midway the code is asked for once more.
  await page.getByLabel(word("access.activate.code"), { exact: true }).fill(code);
  await activation.finish(PASSWORD);

  await page.goto("/security");
  for (const language of LANGUAGES) {
    await expect(page.getByRole("heading", { name: reset("list", language), exact: true })).toBeVisible();
    await expect(page.getByRole("listitem").filter({ hasText: line(language) })).toHaveCount(1);
    await page.getByRole("button", { name: word("app.other-language", language), exact: true }).click();
  }
  await expectAccessible(page, "own security after a reset");
});
