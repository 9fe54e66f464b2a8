import { Api } from "../fixtures/api.ts";
import { Server } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";
import { word } from "../fixtures/words.ts";
import { NewPassword } from "../pages/new-password.page.ts";
import { codeField, fillCode, signIn, submitPassword, submitSignIn } from "../pages/sign-in.page.ts";

test("a wrong password and an unknown ID get the same answer; the ID stays, the password goes", async ({ page, clinic }) => {
  await page.goto("/sign-in");
  for (const login_id of [clinic.login_id, "P99-9999-Z"]) {
    await submitPassword(page, { ...clinic, login_id, password: "not the password" });
    await expect(page.getByText(word("signin.failed"))).toBeVisible();
    await expect(page.getByRole("textbox", { name: word("signin.id"), exact: true })).toHaveValue(login_id);
    await expect(page.getByLabel(word("signin.password"), { exact: true })).toHaveValue("");
  }
});

test("who opens the form without a session signs in and lands on the form", async ({ page, clinic }) => {
  await page.goto("/report");
  await submitSignIn(page, clinic);
  await expect(page).toHaveURL(/\/report$/);
});

test("a wrong code can be tried again, in any width, and how often is told; the fifth ends the attempt, with a way back", async ({ page, clinic }) => {
  await page.goto("/sign-in");
  await submitPassword(page, clinic);
  const send = page.getByRole("button", { name: word("signin.submit"), exact: true });
  await expect(codeField(page)).toBeFocused();
  for (const left of [4, 3, 2, 1]) {
    await codeField(page).fill("not a code");
    await send.click();
    const refusal = page.getByRole("alert").filter({ hasText: word("signin.code-failed") });
    await expect(refusal).toContainText(word("signin.tries-left", "ja", { n: left }));
    await expect(codeField(page)).toHaveValue("");
    await expect(codeField(page)).toBeFocused();
  }
  // Nothing that is typed takes no try.
  await send.click();
  await expect(page.getByRole("alert").filter({ hasText: word("signin.code-missing") })).toBeVisible();
  await codeField(page).fill("000000");
  await send.click();
  await expect(page.getByText(word("signin.over"))).toBeVisible();
  await submitPassword(page, clinic);
  await fillCode(page);
  const code = await codeField(page).inputValue();
  await codeField(page).fill(` ${[...code].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join("")}`);
  await send.click();
  await expect(page.getByRole("heading", { level: 1, name: word("home.heading") })).toBeVisible();
  expect(page.url()).not.toContain(code);
});

test("who has lost the app shows a recovery code", { tag: "@shipped" }, async ({ page, server, clinic }) => {
  const api = await Api.signedIn(server.origin, clinic);
  const made = (await (await api.send("POST", "/auth/recovery-codes")).json()) as { recovery_codes: string[] };
  await page.goto("/sign-in");
  await submitPassword(page, clinic);
  await page.getByRole("button", { name: word("signin.use-recovery"), exact: true }).click();
  const field = page.getByRole("textbox", { name: word("signin.recovery"), exact: true });
  await expect(field).toBeFocused();
  await field.fill(made.recovery_codes[0]?.toLowerCase() ?? "");
  await page.getByRole("button", { name: word("signin.submit"), exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: word("home.heading") })).toBeVisible();
});

test("signing out ends the session on the server too", async ({ home, server }) => {
  const cookies = await home.context().cookies();
  await home.getByRole("button", { name: word("app.sign-out"), exact: true }).click();
  await expect(home.getByRole("heading", { level: 1, name: word("signin.heading") })).toBeVisible();
  const Cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  expect((await fetch(`${server.origin}/api/v1/auth/session`, { headers: { Cookie } })).status).toBe(401);
});

for (const role of ["prefecture", "ministry"] as const) {
  test(`staff of a ${role} are told what they are, and where the API is`, async ({ page, server }) => {
    const staff = server.account((account) => account.role === role);
    await page.goto("/sign-in");
    await signIn(page, staff);
    await expect(page.getByText(word(`home.${role}`, "ja", { name: staff.organization_name }))).toBeVisible();
    await expect(page.getByRole("link", { name: word("app.api-docs") })).toBeVisible();
  });
}

test("the language of the screens changes in place and is remembered", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: word("app.other-language"), exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: word("signin.heading", "en") })).toBeVisible();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

test("without a network the other language is missed in words, and what was typed stays", async ({ page, context }) => {
  await page.goto("/sign-in");
  const id = page.getByRole("textbox", { name: word("signin.id"), exact: true });
  await id.fill("P13-0001");
  await context.setOffline(true);
  await page.getByRole("button", { name: word("app.other-language"), exact: true }).click();
  await expect(page.getByText(word("app.no-words"))).toBeVisible();
  await expect(id).toHaveValue("P13-0001");
  await context.setOffline(false);
  await page.getByRole("button", { name: word("app.other-language"), exact: true }).click();
  await expect(page.getByRole("textbox", { name: word("signin.id", "en"), exact: true })).toHaveValue("P13-0001");
  await expect(page.getByText(word("app.no-words", "en"))).toHaveCount(0);
});

test("a password that was changed is the one that works", async ({ home, server, clinic }) => {
  const fresh = "a quiet pond with seven herons";
  await home.getByRole("link", { name: word("app.password"), exact: true }).click();
  await home.getByLabel(word("access.pw.current"), { exact: true }).fill(clinic.password);
  await home.getByLabel(word("access.pw.new"), { exact: true }).fill(fresh);
  await home.getByRole("button", { name: word("access.pw.submit"), exact: true }).click();
  await expect(home.getByText(word("access.pw.done-heading")).first()).toBeVisible();
  await Api.signedIn(server.origin, { ...clinic, password: fresh });
  await expect(Api.signedIn(server.origin, clinic)).rejects.toThrow(/401/);
});

test("a first password must be changed before anything else can be seen", async ({ page, server }) => {
  const newcomer = server.account((account) => account.password.startsWith("hajimete"));
  await page.goto("/history");
  await submitSignIn(page, newcomer);
  await expect(page).toHaveURL(/\/password\?because=first$/);
  await expect(page.getByText(word("access.pw.first"))).toBeVisible();
  await page.reload();
  await expect(page.getByText(word("access.pw.first"))).toBeVisible();
  // Whoever comes another way is told no reason rather than a wrong one.
  await page.goto("/history");
  await expect(page).toHaveURL(/\/password$/);
  await expect(page.getByText(word("access.pw.must"))).toBeVisible();
  await page.getByLabel(word("access.pw.current"), { exact: true }).fill(newcomer.password);
  await page.getByLabel(word("access.pw.new"), { exact: true }).fill("short");
  await page.getByRole("button", { name: word("access.pw.submit"), exact: true }).click();
  await expect(page.getByRole("alert").first()).toBeVisible();
  const password = new NewPassword(page);
  await password.field.fill("password12345");
  await password.field.press("Enter");
  await password.expectRefused("common_password", "sequence");
  await page.getByRole("button", { name: word("access.pw.make"), exact: true }).click();
  await page.getByRole("button", { name: word("access.pw.submit"), exact: true }).click();
  await expect(page.getByText(word("access.pw.done-heading")).first()).toBeVisible();
});

test.describe("where passwords grow too old", () => {
  // The demo's have never been changed.
  const server = new Server({ NIPPO_PASSWORD_DAYS: "90" });
  test.use({ baseURL: async ({}, use) => use(server.origin) });
  test.beforeAll(() => server.start());
  test.afterAll(() => server.remove());

  test("one that is too old must be changed first, and the page says why", async ({ page }) => {
    const clinic = server.account(
      (account) => account.organization_kind === "institution" && !account.password.startsWith("hajimete"),
    );
    await page.goto("/sign-in");
    await submitSignIn(page, clinic);
    await expect(page).toHaveURL(/\/password\?because=expired$/);
    await expect(page.getByText(word("access.pw.expired"))).toBeVisible();
    await page.getByLabel(word("access.pw.current"), { exact: true }).fill(clinic.password);
    await page.getByRole("button", { name: word("access.pw.make"), exact: true }).click();
    await page.getByRole("button", { name: word("access.pw.submit"), exact: true }).click();
    await expect(page.getByText(word("access.pw.done-heading")).first()).toBeVisible();
    await page.getByRole("link", { name: word("app.back-home"), exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: word("home.heading") })).toBeVisible();
  });
});
