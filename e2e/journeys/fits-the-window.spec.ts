import { expect, test } from "../fixtures/test.ts";
import { LANGUAGES } from "../fixtures/words.ts";
import { speak } from "../fixtures/looks.ts";
import { ReportForm } from "../pages/report-form.page.ts";

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
