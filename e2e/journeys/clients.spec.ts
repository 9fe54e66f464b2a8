import type { Page } from "@playwright/test";

import { expectAccessible } from "../fixtures/accessibility.ts";
import { ClinicSystem } from "../fixtures/clinic-system.ts";
import { apply, LOOKS } from "../fixtures/looks.ts";
import { expect, test } from "../fixtures/test.ts";
import { word } from "../fixtures/words.ts";
import { submitSignIn } from "../pages/sign-in.page.ts";

/** What stands beside each `kid` on a client's page. */
const kids = (page: Page) => page.locator("dt", { hasText: /^kid$/ }).locator("xpath=following-sibling::dd");

for (const look of LOOKS) {
  test(`a manager registers the clinic's own system and disables it: ${look.name}`, async ({ page, server }) => {
    test.slow();
    await apply(page, look);
    const { language } = look;
    const text = (key: string, values = {}) => word(`office.clients.${key}`, language, values);
    const manager = server.account((account) => account.organization_kind === "institution" && account.is_manager);
    const system = new ClinicSystem(server.origin);
    const name = `レセコン ${look.name}`;

    await page.goto("/clients/new");
    await submitSignIn(page, manager, language);
    await expect(page.getByRole("heading", { level: 1, name: text("add") })).toBeVisible();
    await expectAccessible(page, "register a key");
    await page.getByLabel(text("name"), { exact: true }).fill(name);
    await page.getByLabel(text("vendor"), { exact: true }).fill("青葉システム");

    // A private key never leaves the browser.
    const sent: string[] = [];
    page.on("request", (request) => sent.push(request.postData() ?? ""));
    await page.getByLabel(text("public-key"), { exact: true }).fill(system.privateKey);
    await page.getByRole("button", { name: text("save"), exact: true }).click();
    await expect(page.getByText(text("private")).first()).toBeVisible();
    await expectAccessible(page, "a private key refused");
    expect(sent.some((body) => body.includes("PRIVATE"))).toBe(false);

    await page.getByLabel(text("public-key"), { exact: true }).fill(system.publicKey);
    await page.getByRole("button", { name: text("save"), exact: true }).click();
    await expect(page.getByText(text("compare"))).toBeVisible();
    await expect(page.getByText(text("no-results"))).toBeVisible();
    await expectAccessible(page, "a key registered");
    const clientId = new URL(page.url()).pathname.split("/").pop() ?? "";
    const kid = await kids(page).innerText();

    const answer = await system.token(clientId, kid, await server.now());
    expect(answer.status).toBe(200);
    const { access_token: token } = (await answer.json()) as { access_token: string };
    expect((await system.call(token, "/reporting-day")).status).toBe(200);

    // What it did is there to be seen a moment later.
    await expect(async () => {
      await page.reload();
      await expect(page.getByRole("cell", { name: "GET /api/v1/reporting-day" })).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
    await expectAccessible(page, "a key used");
    await page.getByText(text("disable"), { exact: true }).first().click();
    await page.getByLabel(text("disable-confirm")).check();
    await page.getByRole("button", { name: text("disable"), exact: true }).click();
    await expect(page.locator("[data-state=disabled]")).toBeVisible();
    expect((await system.call(token, "/reporting-day")).status).toBe(401);
    await page.getByRole("link", { name: text("back") }).click();
    await expect(page.getByRole("row").filter({ hasText: name }).locator("[data-state=disabled]")).toBeVisible();
    await expectAccessible(page, "integration keys");
  });
}

test("a key gives way to the next without a day in between, and why an assertion was refused can be read", async ({ page, server }) => {
  test.slow();
  const text = (key: string, values = {}) => word(`office.clients.${key}`, "ja", values);
  // The first clinic's manager is busy above: codes of an app are good once.
  const [, manager] = server.accounts.filter((account) => account.organization_kind === "institution" && account.is_manager);
  if (!manager) throw new Error("there are too few managers");
  const [old, next] = [new ClinicSystem(server.origin), new ClinicSystem(server.origin)];
  const paste = async (system: ClinicSystem) => {
    await page.getByLabel(text("public-key"), { exact: true }).fill(system.publicKey);
    await page.getByRole("button", { name: text("save"), exact: true }).click();
  };
  await page.goto("/clients/new");
  await submitSignIn(page, manager);
  await page.getByLabel(text("name"), { exact: true }).fill("レセコン");
  await paste(old);
  await expect(kids(page)).toHaveCount(1);
  const oldKid = await kids(page).innerText();
  const clientId = new URL(page.url()).pathname.split("/").pop() ?? "";
  const asked = async (system: ClinicSystem, kid: string, audience?: string) =>
    (await system.token(clientId, kid, await server.now(), audience)).status;

  // The only key stays; with the next one beside it, both are good and either may go.
  const remove = page.getByRole("button", { name: text("remove-key"), exact: true });
  await expect(remove).toHaveCount(0);
  await page.getByText(text("add-key"), { exact: true }).click();
  await paste(next);
  await expect(kids(page)).toHaveCount(2);
  await expectAccessible(page, "two keys");
  const nextKid = (await kids(page).allInnerTexts()).find((kid) => kid !== oldKid) ?? "";
  expect([await asked(old, oldKid), await asked(next, nextKid)]).toEqual([200, 200]);
  await page.locator(".card").filter({ hasText: oldKid }).getByRole("button", { name: text("remove-key"), exact: true }).click();
  await expect(kids(page)).toHaveText([nextKid]);
  await expect(remove).toHaveCount(0);
  expect([await asked(old, oldKid), await asked(next, nextKid)]).toEqual([401, 200]);

  // The address of the endpoint is what systems take for the issuer. The answer doesn't say what is wrong, the list does.
  expect(await asked(next, nextKid, `${server.origin}/oauth2/token`)).toBe(401);
  const results = page.getByRole("region", { name: text("results"), exact: true }).locator("tbody tr");
  const flaw = "assertion-signature-or-claims";
  await expect(async () => {
    await page.reload();
    await expect(results.first()).toContainText(flaw, { timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await expect(results.first()).toContainText("POST /oauth2/token");
  await expect(results.first()).toContainText("401");
  await expect(results.first()).toContainText(word(`office.token-problem.${flaw}`));
  await expect(results.nth(2)).toContainText(word("office.token-problem.assertion-key-unknown"));
  await expectAccessible(page, "why an assertion was refused");
});
