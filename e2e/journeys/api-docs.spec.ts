import type { Page } from "@playwright/test";

import { Api } from "../fixtures/api.ts";
import { ClinicSystem } from "../fixtures/clinic-system.ts";
import { Server } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";

const opened = (page: Page, operation: string) => page.locator(`[id$="-${operation}"].opblock`);

/** Opens an operation of Swagger UI, sends its example as it stands or another body, and returns the status of the answer. */
async function execute(page: Page, operation: string, body?: string): Promise<string> {
  const block = opened(page, operation);
  const isOpen = await block.evaluate((element) => element.classList.contains("is-open"));
  if (!isOpen) await block.getByRole("button").first().click();
  const clear = block.getByRole("button", { name: "Clear" });
  if (await clear.isVisible()) await clear.click();
  if (body !== undefined) await block.locator("textarea.body-param__text").fill(body);
  await block.getByRole("button", { name: "Execute" }).click();
  const answer = block.locator(".live-responses-table .response .response-col_status");
  await expect(answer).toBeVisible();
  return (await answer.innerText()).trim();
}

/** What an operation answered, as Swagger UI shows it. */
const answered = (page: Page, operation: string): Promise<string> =>
  opened(page, operation).locator(".live-responses-table .response .response-col_description").innerText();

/** Pastes an access token where Swagger UI asks for one, in place of the last. */
async function authorize(page: Page, token: string): Promise<void> {
  await page.locator(".scheme-container").getByRole("button", { name: "Authorize" }).click();
  const dialog = page.locator(".dialog-ux");
  const client = dialog.locator(".auth-container").filter({ hasText: "Bearer" });
  const last = client.getByRole("button", { name: "Remove authorization" });
  if (await last.isVisible()) await last.click();
  await client.getByRole("textbox").fill(token);
  await client.getByRole("button", { name: "Apply credentials" }).click();
  await expect(last).toBeVisible();
  await dialog.locator(".auth-btn-wrapper").getByRole("button", { name: "Close" }).last().click();
  await expect(dialog).toBeHidden();
}

/**
 * Signs in by the examples, and the code that the demo tells. The code runs out where Swagger UI takes half a minute to draw;
 * after five of those the server wants the password again.
 */
async function signIn(page: Page): Promise<void> {
  await expect(async () => {
    expect(await execute(page, "sign_in")).toMatch(/^200/);
    expect(await execute(page, "get_demo_code")).toMatch(/^200/);
    const code = /"code": "(\d{6})"/.exec(await answered(page, "get_demo_code"))?.[1];
    expect(await execute(page, "show_second_factor", JSON.stringify({ method: "totp", code }))).toMatch(/^200/);
  }).toPass();
}

// A server of its own: the examples are those of the first clinic, which other journeys may have reported for.
test("whoever evaluates the API signs in and reports from Swagger UI by the examples and the code that the demo tells", async ({ page }) => {
  // A country is made first, and Swagger UI takes its time to draw what is opened.
  test.slow();
  const server = new Server();
  try {
    await server.start("2027-02-28T18:20:00+09:00");
    await page.goto(`${server.origin}/api/docs/`);
    await signIn(page);
    expect(await execute(page, "get_reporting_day")).toMatch(/^200/);
    expect(await execute(page, "put_draft")).toMatch(/^200/);
    expect(await execute(page, "submit_report")).toMatch(/^201/);
    expect(await execute(page, "get_report")).toMatch(/^200/);
  } finally {
    await server.remove();
  }
});

test("whoever builds a clinic's system tries its token in Swagger UI, and sees why a wrong one isn't taken", async ({ page }) => {
  test.slow();
  const server = new Server();
  try {
    await server.start("2027-02-28T18:20:00+09:00");
    // Of the clinic that the examples are of; nobody signs in to this browser.
    const [first] = server.accounts;
    const manager = server.account(({ organization_id, is_manager }) => organization_id === first?.organization_id && is_manager);
    const system = new ClinicSystem(server.origin);
    const client = await system.registered(await Api.signedIn(server.origin, manager), "レセコン");
    const answer = await system.token(client.id, client.keys[0]?.kid ?? "", await server.now());
    const { access_token: token } = (await answer.json()) as { access_token: string };

    await page.goto(`${server.origin}/api/docs/`);
    expect(await execute(page, "get_reporting_day")).toMatch(/^401/);
    expect(await answered(page, "get_reporting_day")).toContain("/problems/sign-in-required");
    const [head, claims, signature] = token.split(".");
    await authorize(page, [head, claims, signature?.split("").reverse().join("")].join("."));
    expect(await execute(page, "get_reporting_day")).toMatch(/^401/);
    expect(await answered(page, "get_reporting_day")).toContain("/problems/invalid-token");
    expect(await execute(page, "submit_report")).toMatch(/^401/);

    await authorize(page, token);
    expect(await execute(page, "get_reporting_day")).toMatch(/^200/);
    expect(await answered(page, "get_reporting_day")).toContain(first?.organization_name);
    expect(await execute(page, "submit_report")).toMatch(/^201/);
    expect(await answered(page, "submit_report")).toContain("レセコン");
  } finally {
    await server.remove();
  }
});
