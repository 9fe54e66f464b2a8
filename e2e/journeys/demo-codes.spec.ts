import type { Page } from "@playwright/test";

import { expectAccessible } from "../fixtures/accessibility.ts";
import { Api } from "../fixtures/api.ts";
import type { Account, Server } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";
import { word, wordLike } from "../fixtures/words.ts";
import { codeField, submitPassword } from "../pages/sign-in.page.ts";

const CODE = /^\d{6}$/;
const LISTED = "GET /api/v1/demo/listed-codes";

/** What the list says of an account beside its name. */
function listed(page: Page, account: Account) {
  return page.getByRole("listitem").filter({ hasText: account.login_id }).locator(".demo-code");
}

/** What the demo tells of an account's next code. */
async function told(server: Server, account: Account): Promise<{ code?: string; seconds: number }> {
  const answer = await fetch(`${server.origin}/api/v1/demo/codes?login_id=${account.login_id}`);
  return (await answer.json()) as { code?: string; seconds: number };
}

/** The seconds that the second step counts down. */
async function seconds(page: Page): Promise<number> {
  const [number] = /\d+(?=\D*$)/.exec(await page.getByRole("timer").innerText()) ?? [];
  return Number(number);
}

test("a newcomer signs in by the code beside the account, which is another one from then on", async ({ page, clinic }) => {
  test.slow();
  await page.goto("/sign-in");
  await page.getByText(wordLike("signin.demo-more")).click();
  const code = listed(page, clinic);
  await expect(code).toHaveText(CODE);
  await expectAccessible(page, "sign-in with the codes of the demo");
  const shown = await code.innerText();
  await submitPassword(page, clinic);

  // The second step has it too, and for how long it is good.
  await expect(page.getByRole("timer")).toContainText(shown);
  const first = await seconds(page);
  await expect.poll(() => seconds(page)).toBeLessThan(first);
  await codeField(page).fill(shown);
  await page.getByRole("button", { name: word("signin.submit"), exact: true }).click();
  await page.getByRole("button", { name: word("app.sign-out"), exact: true }).click();
  await page.getByText(wordLike("signin.demo-more")).click();
  await expect(code).toHaveText(CODE, { timeout: 40_000 });
  expect(await code.innerText()).not.toBe(shown);
});

test("who has used every code up sees for how long to wait, and then the next code, asked for no oftener than it changes", async ({
  page,
  server,
  clinic,
  requests,
}) => {
  test.slow();
  while ((await told(server, clinic)).code) await Api.signedIn(server.origin, clinic);
  await page.goto("/sign-in");
  await page.getByText(wordLike("signin.demo-more")).click();
  const waits = listed(page, clinic);
  await expect(waits).toHaveText(wordLike("signin.demo-after"));
  const before = parseInt(await waits.innerText());
  await expect.poll(async () => parseInt(await waits.innerText())).toBeLessThan(before);
  await expect(waits).toHaveText(CODE, { timeout: 40_000 });
  expect(await waits.innerText()).toBe((await told(server, clinic)).code);
  expect(requests.take().filter((request) => request === LISTED).length).toBeLessThanOrEqual(3);

  // In the second step likewise: once the code is used elsewhere, a press says so, and what comes next.
  while ((await told(server, clinic)).code) await Api.signedIn(server.origin, clinic);
  await submitPassword(page, clinic);
  await expect(page.getByRole("timer")).toHaveText(wordLike("signin.demo-wait"));
  await expect(page.getByRole("timer")).toHaveText(wordLike("signin.demo-now"), { timeout: 40_000 });
  await page.getByRole("button", { name: word("signin.demo-code"), exact: true }).click();
  await expect(codeField(page)).toHaveValue(CODE);
  await page.getByRole("button", { name: word("signin.submit"), exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: word("home.heading") })).toBeVisible();
});
