import { expectAccessible } from "../fixtures/accessibility.ts";
import { ClinicSystem } from "../fixtures/clinic-system.ts";
import { apply, LOOKS } from "../fixtures/looks.ts";
import { expect, test } from "../fixtures/test.ts";
import { word } from "../fixtures/words.ts";
import { submitSignIn } from "../pages/sign-in.page.ts";

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
    const kid = await page.locator("dt", { hasText: /^kid$/ }).locator("xpath=following-sibling::dd").innerText();

    const { now } = (await (await fetch(`${server.origin}/api/v1/site`)).json()) as { now: string };
    const answer = await system.token(clientId, kid, Math.floor(Date.parse(now) / 1000));
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
