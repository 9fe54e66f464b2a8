import type { Page } from "@playwright/test";

import { Api } from "../fixtures/api.ts";
import type { Account, Server } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";
import { word, wordLike } from "../fixtures/words.ts";
import { signIn } from "../pages/sign-in.page.ts";

const OUTSIDE = ["/sign-in", "/activate", "/help", "/help/fax-form", "/problems/already-reported", "/demo/gateway", "/no-such-page"];
const OF_CLINICS = ["/", "/report", "/history", "/password", "/security", "/audit", "/accounts", "/accounts/new", "/clients", "/clients/new"];
const OF_CENTERS = ["/", "/report", "/missing", "/collect", "/notifications", "/figures", "/organizations", "/organizations/new"];
const OF_PREFECTURES = ["/", "/missing", "/figures", "/figures/carried-forward", "/policies", "/accounts/batch"];

/** Nobody takes a page for the real service, however narrow the window is. */
async function expectMarked(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  const mark = page.getByRole("banner").getByText(word("app.demo-words"), { exact: true });
  for (const width of [320, 1366]) {
    await page.setViewportSize({ width, height: 768 });
    await expect(mark, `${path}, ${width} px`).toBeVisible();
  }
}

/** Signs in as a manager of a kind: the last one, since other journeys begin with the first. */
async function manager(page: Page, server: Server, kind: string): Promise<Account> {
  const account = server.accounts.filter((one) => one.organization_kind === kind && one.is_manager).at(-1);
  if (!account) throw new Error(`the demo has no manager of a ${kind}`);
  await page.context().clearCookies();
  await page.goto("/sign-in");
  await signIn(page, account);
  return account;
}

test("every page of the demo says that it is one", async ({ page, server }) => {
  test.slow();
  for (const path of OUTSIDE) await expectMarked(page, path);

  const clinic = await manager(page, server, "institution");
  const { items } = await (await Api.inSessionOf(page)).read<{ items: { receipt_id?: string }[] }>("/history?days=36");
  const receipt = items.find((item) => item.receipt_id)?.receipt_id;
  if (!receipt) throw new Error("the clinic has never reported");
  for (const path of [...OF_CLINICS, `/reports/${receipt}`]) await expectMarked(page, path);

  await manager(page, server, "health_center");
  for (const path of [...OF_CENTERS, `/organizations/${clinic.organization_id}`]) await expectMarked(page, path);

  await manager(page, server, "prefecture");
  for (const path of [...OF_PREFECTURES, `/corrections/${receipt}`]) await expectMarked(page, path);
});

test("the sign-in page lists every account with its organization, its kind and who manages, the service its role too, and one press fills it in", async ({
  page,
  server,
}) => {
  const site = (await (await fetch(`${server.origin}/api/v1/site`)).json()) as { demo: boolean; demo_accounts: object[] };
  expect(site.demo).toBe(true);
  // The seeds of the authenticator apps are for the command line alone.
  expect(site.demo_accounts).toEqual(server.accounts.map(({ totp_secret: _, ...told }) => told));
  expect(new Set(server.accounts.map(({ role }) => role)).size).toBe(4);

  await page.goto("/sign-in");
  await page.getByText(wordLike("signin.demo-more")).click();
  const listed = page.getByRole("button").filter({ hasText: /[PHKM]\d\d-\d{4}-[0-9A-Z]/ });
  await expect(listed).toHaveCount(server.accounts.length);
  const shown = await listed.evaluateAll((all) => all.map((one) => Array.from(one.children, (part) => part.textContent)));
  const told = server.accounts.map((one) => {
    const marks = [word(`org.${one.organization_kind}`), ...(one.is_manager ? [word("role.manager")] : [])];
    return [one.login_id, one.organization_name, marks.join(" · ")];
  });
  expect(shown.sort()).toEqual(told.sort());

  const minister = server.account((account) => account.role === "ministry");
  await listed.filter({ hasText: minister.login_id }).click();
  await expect(page.getByText(word("signin.demo-filled", "ja", { id: minister.login_id }))).toBeVisible();
  await expect(page.getByRole("textbox", { name: word("signin.id"), exact: true })).toHaveValue(minister.login_id);
  await expect(page.getByLabel(word("signin.password"), { exact: true })).toHaveValue(minister.password);
});
