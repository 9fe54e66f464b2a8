import { Server } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";
import { LANGUAGES, word } from "../fixtures/words.ts";
import { speak } from "../fixtures/looks.ts";
import { ReportForm } from "../pages/report-form.page.ts";
import { signIn } from "../pages/sign-in.page.ts";

// A browser on the clinics' usual 1366 × 768 leaves a page about 640 px.
test.use({ viewport: { width: 1366, height: 640 } });

for (const language of LANGUAGES) {
  test(`heading, form, total and buttons of the daily report fit the usual window: ${language}`, async ({ home }) => {
    await speak(home.context(), language);
    const form = await new ReportForm(home, language).open();
    for (const key of ["check", "zero", "closed"] as const) await expect(form.button(key)).toBeInViewport({ ratio: 1 });
    await expect(home.locator("#live-total")).toBeInViewport({ ratio: 1 });
    await expect(home.getByRole("heading", { level: 1 })).toBeInViewport({ ratio: 1 });
    await expect(form.cell("unknown")).toBeInViewport({ ratio: 1 });
  });

  test(`what is wrong is said below the heading, over the whole width: ${language}`, async ({ home }) => {
    await speak(home.context(), language);
    const form = await new ReportForm(home, language).open();
    await form.fill({ age_0: "x" });
    await form.button("check").click();
    const heading = await home.getByRole("heading", { level: 1 }).boundingBox();
    const summary = await home.getByRole("alert").boundingBox();
    if (!heading || !summary) throw new Error("both are seen");
    expect(summary.y).toBeGreaterThanOrEqual(heading.y + heading.height);
    expect(summary.x).toBeLessThanOrEqual(heading.x);
  });
}

test.describe("of the clinic with the longest name", () => {
  // A server of its own: elsewhere another journey may have reported for it.
  const server = new Server();
  test.use({ baseURL: async ({}, use) => use(server.origin) });
  test.beforeAll(() => server.start());
  test.afterAll(() => server.remove());

  for (const language of LANGUAGES) {
    test(`the form fits as well: ${language}`, async ({ page }) => {
      const [longest] = [...server.accounts].sort((one, other) => other.organization_name.length - one.organization_name.length);
      if (!longest) throw new Error("the demo lists nobody");
      expect(longest.organization_name.length).toBeGreaterThan(45);
      await page.goto("/sign-in");
      await signIn(page, longest);
      await speak(page.context(), language);
      const form = await new ReportForm(page, language).open();
      for (const key of ["check", "zero", "closed"] as const) await expect(form.button(key)).toBeInViewport({ ratio: 1 });
      await expect(page.getByRole("button", { name: word("app.sign-out", language), exact: true })).toBeInViewport({ ratio: 1 });
    });
  }
});
