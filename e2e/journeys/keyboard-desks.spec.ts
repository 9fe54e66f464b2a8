import type { Locator, Page } from "@playwright/test";

import { Api } from "../fixtures/api.ts";
import { ClinicSystem } from "../fixtures/clinic-system.ts";
import { Keyboard } from "../fixtures/keyboard.ts";
import type { Account, Server } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";
import { BANDS, word } from "../fixtures/words.ts";
import { CheckPage, expectReceipt, ReportForm } from "../pages/report-form.page.ts";
import { typeSignIn } from "../pages/sign-in.page.ts";

const button = (page: Page | Locator, key: string) => page.getByRole("button", { name: word(key), exact: true });
const link = (page: Page | Locator, key: string) => page.getByRole("link", { name: word(key), exact: true });
const field = (page: Page | Locator, key: string) => page.getByLabel(word(key), { exact: true });
const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name, exact: true });

/** The managers of centers that other journeys leave alone: codes of an app are good once. */
function manager(server: Server, place: number): Account {
  const found = server.accounts.filter((one) => one.role === "health_center" && one.is_manager).at(-1 - place);
  if (!found) throw new Error("there are too few centers");
  return found;
}

/** Opens a page by its address and signs in, without a mouse. */
async function opened(page: Page, server: Server, account: Account, path: string, name: string): Promise<Keyboard> {
  const keys = new Keyboard(page);
  await page.goto(path);
  await typeSignIn(keys, page, server.origin, account);
  await expect(heading(page, name)).toBeVisible();
  return keys;
}

test("a report that somebody else made meanwhile is found and read without a mouse", async ({ home, clinic }) => {
  const keys = new Keyboard(home);
  await keys.on(link(home, "home.write"));
  await expect(new ReportForm(home).cell("age_0")).toBeFocused();
  await keys.press("6", "Control+Enter");
  const check = await new CheckPage(home).shown();
  const api = await Api.inSessionOf(home);
  const { day } = await api.read<{ day: string }>("/reporting-day");
  const counts = Object.fromEntries(BANDS.map((band) => [band, band === "age_0" ? 2 : 0]));
  const acknowledged_warnings = ["same_as_last", "shifted_by_one", "all_one_band", "total_far_above", "band_far_above"];
  const made = await api.send("POST", "/reports", { entry_day: day, counts, acknowledged_warnings });
  expect(made.status, await made.clone().text()).toBe(201);
  const { id } = (await made.json()) as { id: string };

  for (const box of await check.warnings().all()) await keys.on(box, "Space");
  await keys.on(check.send());
  await expect(home.getByText(word("form.already", "ja", { date: "2026/11/22" })).first()).toBeVisible();
  await expect(home.getByText(word("form.already-typed"))).toBeVisible();
  await expect(home.getByRole("main")).toContainText(clinic.organization_name);
  await keys.on(link(home, "form.receipt"));
  await expect(home).toHaveURL(new RegExp(`/reports/${id}$`));
  await expect(home.getByRole("heading", { level: 1 })).toBeFocused();
  await expectReceipt(home);
});

test("who is signed out over the form signs in again, goes on in the same cell and reports, without a mouse", async ({
  home,
  context,
  server,
  clinic,
}) => {
  const keys = new Keyboard(home);
  await keys.on(link(home, "home.write"));
  const form = new ReportForm(home);
  await expect(form.cell("age_0")).toBeFocused();
  await keys.press("7");
  await expect(form.saved()).toBeVisible();
  await context.clearCookies();
  await keys.press("Enter", "2");
  const dialog = home.getByRole("dialog", { name: word("session.expired-heading") });
  await expect(dialog.getByRole("heading", { name: word("session.expired-heading") })).toBeFocused();
  // Esc is no way past it.
  await keys.press("Escape");
  await expect(dialog).toBeVisible();
  await typeSignIn(keys, dialog, server.origin, clinic);
  await expect(dialog).toBeHidden();
  await expect(form.cell("age_1_4")).toBeFocused();
  await form.expectCounts([7, 2]);
  await keys.press("Enter", "1", "Control+Enter");
  const check = await new CheckPage(home).shown();
  for (const box of await check.warnings().all()) await keys.on(box, "Space");
  await keys.on(check.send());
  await expectReceipt(home);
  await expect(home.getByRole("row").filter({ hasText: word("form.total") })).toContainText("10");
});

test("a center finds a clinic, issues an account, resets it and disables it without a mouse", async ({ page, server }) => {
  test.slow();
  const center = manager(server, 0);
  const person = "大塚 みのり";
  const keys = await opened(page, server, center, "/organizations?kind=institution", word("office.register.heading"));
  const clinic = page.locator("tbody th a").first();
  const name = await clinic.innerText();
  await keys.on(clinic);
  await expect(heading(page, name)).toBeVisible();
  await keys.on(link(page, "office.accounts.issue"));
  const who = field(page, "office.issue.person");
  await keys.on(button(page, "office.issue.next"));
  await expect(page.getByRole("alert").first()).toBeFocused();
  await keys.on(page.getByRole("alert").getByRole("link"));
  await expect(who).toBeFocused();
  await keys.write(person);
  await keys.press("Enter");
  await keys.on(button(page, "office.issue.submit"));
  const slip = page.locator(".slip");
  await expect(slip).toContainText(person);
  const code = await slip.locator(".slip-code").innerText();
  await keys.on(link(page, "office.slip.done"));

  const search = field(page, "office.accounts.search-label");
  await keys.to(search);
  await keys.write(person);
  await keys.press("Enter");
  const row = page.locator("tbody tr");
  await expect(row).toHaveCount(1);
  await keys.on(row.getByRole("link").first());
  await expect(heading(page, person)).toBeFocused();

  const renew = page.locator("details", { hasText: word("office.accounts.renew") });
  await keys.on(renew.locator("summary"));
  await keys.choose(field(renew, "office.accounts.reason"), "reprint");
  await keys.on(button(renew, "office.accounts.renew-button"));
  await expect(slip).toHaveCount(1);
  expect(await slip.locator(".slip-code").innerText()).not.toBe(code);
  await keys.on(link(page, "office.slip.done"));
  await keys.to(search);
  await keys.write(person);
  await keys.press("Enter");
  await expect(row).toHaveCount(1);
  await keys.on(row.getByRole("link").first());
  await expect(heading(page, person)).toBeFocused();

  const disable = page.locator("details", { hasText: word("office.accounts.disable-button") });
  await keys.on(disable.locator("summary"));
  await keys.choose(field(disable, "office.accounts.reason"), "person_left");
  await keys.on(button(disable, "office.accounts.disable-button"));
  await expect(page.locator("dd [data-state=disabled]")).toBeVisible();
  await keys.on(button(page, "office.accounts.enable-button"));
  await expect(page.locator("dd [data-state=expired]")).toBeVisible();
});

test("many accounts are issued from a pasted table without a mouse", async ({ page, server }) => {
  const keys = await opened(page, server, manager(server, 1), "/accounts/batch", word("office.batch.heading"));
  await keys.to(field(page, "office.batch.rows"));
  await keys.paste("\t小川 光\t管理者\n0000000\t鈴木 一\t\n\t平野 実\t");
  await keys.on(button(page, "office.batch.preview"));
  await expect(page.getByText(word("office.batch.preview-heading", "ja", { n: 2 }))).toBeVisible();
  await keys.on(page.getByRole("button", { name: word("office.batch.issue", "ja", { n: 2 }), exact: true }));
  await expect(page.locator(".slip")).toHaveCount(2);
});

test("a clinic's manager registers its own system, is refused a private key, and disables it without a mouse", async ({ page, server }) => {
  test.slow();
  const clinics = server.accounts.filter((one) => one.organization_kind === "institution" && one.is_manager);
  const system = new ClinicSystem(server.origin);
  const keys = await opened(page, server, clinics.at(-1)!, "/clients", word("office.clients.heading"));
  await keys.on(link(page, "office.clients.add").first());
  await expect(heading(page, word("office.clients.add"))).toBeFocused();
  await keys.to(field(page, "office.clients.name"));
  await keys.write("レセコン（鍵盤）");
  const key = field(page, "office.clients.public-key");
  await keys.to(key);
  await keys.paste(system.privateKey);
  await keys.on(button(page, "office.clients.save"));
  await expect(page.getByRole("alert").first()).toBeFocused();
  await keys.on(page.getByRole("alert").getByRole("link"));
  await expect(key).toBeFocused();
  await keys.press("Control+A");
  await keys.paste(system.publicKey);
  await keys.on(button(page, "office.clients.save"));
  await expect(page.getByText(word("office.clients.compare"))).toBeVisible();

  const disable = page.locator("details", { hasText: word("office.clients.disable-confirm") });
  await keys.on(disable.locator("summary"));
  await keys.on(field(disable, "office.clients.disable-confirm"), "Space");
  await keys.on(button(disable, "office.clients.disable"));
  await expect(page.locator("[data-state=disabled]")).toBeVisible();
  await keys.on(link(page, "office.clients.back"));
  await expect(page.getByRole("row").filter({ hasText: "レセコン（鍵盤）" }).locator("[data-state=disabled]")).toBeVisible();
});

test("a center adds a clinic to the register, changes it and its opening days without a mouse", async ({ page, server }) => {
  test.slow();
  const text = (key: string) => `office.register.${key}`;
  const name = "せせらぎ内科";
  const keys = await opened(page, server, manager(server, 0), "/organizations", word(text("heading")));
  await keys.on(link(page, text("add")).first());
  await expect(heading(page, word(text("add")))).toBeFocused();
  await keys.to(field(page, text("search-label")));
  await keys.write(name);
  await keys.press("Enter");
  await keys.on(button(page, text("add-new")));
  await expect(field(page, text("name"))).toBeFocused();
  await expect(field(page, text("name"))).toHaveValue(name);
  await keys.press("Enter");
  await expect(page.getByRole("alert")).toBeFocused();
  await keys.on(page.getByRole("alert").getByRole("link").first());
  await expect(field(page, text("kana"))).toBeFocused();
  await keys.write("せせらぎないか");
  await keys.to(field(page, text("telephone")));
  await keys.write("03-5550-0188");
  await keys.on(field(page, "office.kind-of-day.sunday"), "Space");
  await keys.on(button(page, text("add-submit")));
  await expect(page.getByText(word(text("added"), "ja", { name }))).toBeVisible();

  await page.goto("/organizations");
  await keys.to(field(page, text("search-label")));
  await keys.write(name);
  await keys.press("Enter");
  await keys.on(page.getByRole("link", { name, exact: true }));
  await expect(heading(page, name)).toBeVisible();
  const change = page.locator("details", { hasText: word(text("change")) });
  await keys.on(change.locator("summary"));
  await keys.to(field(change, text("place")));
  await keys.write("桜町7-8-9");
  await keys.press("Enter");
  await expect(page.getByText(word(text("changed")))).toBeVisible();
  await expect(page.getByRole("main")).toContainText("桜町7-8-9");

  const opening = page.locator("details", { hasText: word(text("opening-change")) });
  await keys.on(opening.locator("summary"));
  await keys.on(field(opening, "office.kind-of-day.tuesday"), "Space");
  await keys.on(button(opening, "office.accounts.save"));
  await expect(page.getByText(word(text("opening-set")))).toBeVisible();
  await expect(page.getByText(word(text("opening-coming")), { exact: true })).toBeVisible();
});

test("the audit log is narrowed down, read in detail and taken along without a mouse", async ({ page, server }) => {
  const keys = await opened(page, server, manager(server, 2), "/audit", word("access.audit.heading"));
  const first = page.locator("tbody tr").first();
  await expect(first).toContainText(word("access.audit-did.sign_in"));
  await keys.on(first.locator("summary"));
  await expect(first.locator("pre")).toContainText("{");
  await keys.to(field(page, "access.audit.action"), "Shift+Tab");
  await keys.choose(field(page, "access.audit.action"), "sign_in");
  await keys.choose(field(page, "access.audit.outcome"), "ok");
  await keys.on(button(page, "hist.show"));
  await expect(page).toHaveURL(/\/audit\?from=.*&action=sign_in&outcome=ok$/);
  await expect(page.locator("tbody tr").filter({ hasNotText: word("access.audit-did.sign_in") })).toHaveCount(0);
  const waiting = page.waitForEvent("download");
  await keys.on(link(page, "access.audit.csv"));
  expect((await waiting).suggestedFilename()).toBe("nippo-audit.csv");
  await keys.on(first.locator("td a").first());
  await expect(page).toHaveURL(/\/audit\?user=/);
  await expect(page.getByText(word("access.audit.only-this"))).toBeVisible();
  await keys.on(link(page, "access.audit.all-again"));
  await expect(page.getByText(word("access.audit.only-how"))).toBeVisible();
});
