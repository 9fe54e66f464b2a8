import { readFile } from "node:fs/promises";

import { expectAccessible, expectAccessibleInEveryLook } from "../fixtures/accessibility.ts";
import { apply, LOOKS } from "../fixtures/looks.ts";
import { expect, test } from "../fixtures/test.ts";
import { word, wordLike } from "../fixtures/words.ts";
import { submitSignIn } from "../pages/sign-in.page.ts";

for (const look of LOOKS) {
  test(`a center reads what was done, narrows it down and takes it along: ${look.name}`, async ({ page, server }) => {
    test.slow();
    await apply(page, look);
    const { language } = look;
    const text = (key: string, values = {}) => word(`access.${key}`, language, values);
    const center = server.account((account) => account.role === "health_center" && account.is_manager);

    await page.goto("/audit");
    await submitSignIn(page, center, language);
    await expect(page.getByRole("heading", { level: 1, name: text("audit.heading") })).toBeVisible();
    await expect(page.getByText(text("audit.what-all"))).toBeVisible();
    await expect(page.getByText(wordLike("access.audit.ok", language)).first()).toBeVisible();
    await expectAccessible(page, "the audit log");

    // The own sign-in is the newest; its sentence names the person and says what happened.
    const first = page.locator("tbody tr").first();
    await expect(first).toContainText(text("audit-did.sign_in"));
    await first.locator("summary").click();
    await expect(first.locator("pre")).toContainText("{");
    await expectAccessible(page, "an event with its details");

    await page.getByLabel(text("audit.action"), { exact: true }).selectOption("sign_in");
    await page.getByLabel(text("audit.outcome"), { exact: true }).selectOption("ok");
    await page.getByRole("button", { name: word("hist.show", language), exact: true }).click();
    await expect(page).toHaveURL(/\/audit\?from=.*&action=sign_in&outcome=ok$/);
    const rows = page.locator("tbody tr");
    await expect(rows.filter({ hasNotText: text("audit-did.sign_in") })).toHaveCount(0);
    await expect(first).toContainText(text("audit-did.sign_in"));
    await first.locator("td a").first().click();
    await expect(page).toHaveURL(/\/audit\?user=/);
    await expect(page.getByText(text("audit.only-this"))).toBeVisible();

    for (const format of ["csv", "json"] as const) {
      const waiting = page.waitForEvent("download");
      await page.getByRole("link", { name: text(`audit.${format}`), exact: true }).click();
      const download = await waiting;
      expect(download.suggestedFilename()).toBe(`nippo-audit.${format}`);
      const file = await readFile(await download.path(), "utf8");
      expect(file).toContain("sign_in");
      if (format === "csv") expect(file.startsWith("\u{feff}seq,recorded_at,")).toBe(true);
      else expect((JSON.parse(file) as { items: unknown[] }).items.length).toBeGreaterThan(0);
    }

    // Going back finds the earlier search again; a day that isn't one is named; nothing found is said.
    await page.getByRole("link", { name: text("audit.all-again") }).click();
    await expect(page.getByText(text("audit.only-how"))).toBeVisible();
    await page.getByLabel(word("hist.from", language), { exact: true }).fill("");
    await page.getByRole("button", { name: word("hist.show", language), exact: true }).click();
    await expect(page.getByRole("alert").first()).toContainText(word("hist.bad-day", language));
    await expectAccessible(page, "the audit log with a mistake");
    await page.goto("/audit?from=2026-01-01&to=2026-01-02");
    await expect(page.getByRole("heading", { name: text("audit.nothing") })).toBeVisible();
    await expectAccessible(page, "an empty audit log");
  });
}

test("one page follows another until all is there", async ({ page, server }) => {
  test.slow();
  const ministry = server.account((account) => account.role === "ministry" && account.is_manager);
  await page.goto("/audit");
  await submitSignIn(page, ministry);
  const rows = page.locator("tbody tr");
  await expect(rows).toHaveCount(50);
  await page.getByRole("button", { name: word("access.list.more"), exact: true }).click();
  await expect(rows).toHaveCount(100);
  const numbers = await rows.locator("dd:first-of-type").allTextContents();
  const read = numbers.map((number) => Number(number.replaceAll(",", "")));
  expect(read).toEqual([...read].sort((one, other) => other - one));
  expect(new Set(read).size).toBe(100);
});

test("plain staff see their own acts, and on their security page their recent sign-ins", async ({ page, home: _, clinic }) => {
  await page.goto("/security");
  const sign_ins = page.getByRole("region", { name: word("access.security.sign-ins") });
  await expect(sign_ins.locator("tbody tr").first()).toContainText(word("access.security.succeeded"));
  await expectAccessibleInEveryLook(page, "one's own security");
  await page.getByRole("link", { name: word("access.security.own-acts") }).click();
  await expect(page.getByText(word("access.audit.what-own"))).toBeVisible();
  await expect(page.locator("tbody tr").first()).toContainText(word("access.audit-did.sign_in"));
  const links = page.locator("tbody td a[href^='/audit?organization=']");
  await expect(links.first()).toHaveText(clinic.organization_name);
  expect(new Set(await links.allTextContents()).size).toBe(1);
});
