import type { Page } from "@playwright/test";

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

/**
 * Signs in by the examples, and the code that the demo tells. The code runs out where Swagger UI takes half a minute to draw;
 * after five of those the server wants the password again.
 */
async function signIn(page: Page): Promise<void> {
  await expect(async () => {
    expect(await execute(page, "sign_in")).toMatch(/^200/);
    expect(await execute(page, "get_demo_code")).toMatch(/^200/);
    const told = await opened(page, "get_demo_code").locator(".live-responses-table .response .response-col_description").innerText();
    const code = /"code": "(\d{6})"/.exec(told)?.[1];
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
