import { compose, Keyboard } from "../fixtures/keyboard.ts";
import { expect, test } from "../fixtures/test.ts";
import { word, wordLike } from "../fixtures/words.ts";
import { CheckPage, expectReceipt, ReportForm } from "../pages/report-form.page.ts";

/** The row that the source system shows as its example: its 10,000 is a slip of the hand that nobody questioned. */
const SOURCE_ROW = [0, 0, 0, 10000, 2, 2, 2, 3, 0, 0, 7, 1, 0, 100];

test("the form opens with one request, which brings the draft along", async ({ home, requests }) => {
  await home.clock.install();
  const form = await new ReportForm(home).open();
  await form.fill({ age_0: "3" });
  await home.clock.runFor(3_000);
  await expect(form.saved()).toBeVisible();
  await home.goto("/");
  const resume = home.getByRole("link", { name: word("home.resume"), exact: true });
  await expect(resume).toBeVisible();
  // What asks later than at once, as a draft does that is to be saved, has asked by then.
  const rested = () => home.clock.runFor(10_000);
  await rested();
  requests.take();
  await resume.click();
  await expect(form.cell("age_0")).toHaveValue("3");
  await rested();
  expect(requests.take()).toEqual(["GET /api/v1/reporting-day"]);

  // By its address the form is opened by a program that starts. That asks two things more, whichever its page is: who is
  // signed in, and what everybody is told (notices, help desk, version), which a browser gets that isn't signed in, too.
  await home.goto("/report");
  await expect(form.cell("age_0")).toHaveValue("3");
  await rested();
  expect(requests.take().sort()).toEqual(["GET /api/v1/auth/session", "GET /api/v1/reporting-day", "GET /api/v1/site"]);
});

test("a clinic reports its day with full-width digits and finds it in its history", { tag: "@shipped" }, async ({ home, requests }) => {
  const form = await new ReportForm(home).open();
  await form.fill({ age_10_19: "１２", age_20_29: "3人" });
  await expect(form.total()).toHaveText(/15/);
  const check = await form.check();
  await expect(home.getByRole("main")).toContainText("15");
  requests.take();
  await check.report();
  // The answer is the receipt, its QR code included.
  await expect(home.getByRole("img", { name: word("receipt.qr") })).toHaveJSProperty("complete", true);
  expect(requests.take()).toEqual(["POST /api/v1/reports"]);

  const receipt = home.url();
  await home.reload();
  await expectReceipt(home);
  expect(home.url()).toBe(receipt);

  await home.goto("/report");
  await expect(home.getByText("本日(2026/11/22)の報告は完了しています。").first()).toBeVisible();
  await expect(home.getByRole("textbox")).toHaveCount(0);

  await home.getByRole("link", { name: word("app.history"), exact: true }).first().click();
  const today = home.getByRole("row").filter({ hasText: "22" }).first();
  await expect(today).toContainText("15");
  await expect(today.getByRole("link")).toHaveAttribute("href", new URL(receipt).pathname);
});

test("the source's row, pasted from Excel, gives 10,117 and its 10,000 is questioned", async ({ home }) => {
  const form = await new ReportForm(home).open();
  await form.paste("age_0", SOURCE_ROW.join("\t"));
  const question = home.getByRole("dialog");
  await expect(question).toContainText("14");
  await question.getByRole("button", { name: word("form.paste-do") }).click();
  await form.expectCounts(SOURCE_ROW);
  await expect(form.total()).toHaveText(/10,117/);

  const check = await form.check();
  await expect(home.getByText(wordLike("warn.band_very_high"))).toContainText("10,000");
  await check.send().click();
  await expect(home).toHaveURL(/\/report\/check$/);
  await check.report();
  await expect(home.getByRole("main")).toContainText("10,117");
  await home.goto("/history");
  await expect(home.getByRole("row").filter({ hasText: "10,117" })).toHaveCount(1);
});

test("confirming 「１２」 with Enter stays in the cell; the next Enter leaves it", async ({ home }) => {
  const form = await new ReportForm(home).open();
  await form.cell("age_1_4").focus();
  const composition = await compose(home, "１２");
  await home.keyboard.down("Shift");
  await home.keyboard.up("Shift");
  await composition.confirm();
  await expect(form.cell("age_1_4")).toBeFocused();
  await home.keyboard.press("Enter");
  await expect(form.cell("age_5_9")).toBeFocused();
  await expect(form.cell("age_1_4")).toHaveValue("12");
});

test("four one-digit bands take 19 keys to the check page and 3 more to send", async ({ home }) => {
  const form = await new ReportForm(home).open();
  const keyboard = new Keyboard(home);
  await expect(form.cell("age_0")).toBeFocused();
  for (let band = 0; band < 14; band += 1) {
    if (band < 4) await keyboard.press(String(band + 1));
    if (band < 13) await keyboard.press("Enter");
  }
  await keyboard.press("Control+Enter");
  await new CheckPage(home).shown();
  expect(keyboard.presses).toBeLessThanOrEqual(19);
  const before = keyboard.presses;
  await keyboard.press("Tab", "Enter", "Enter");
  await expectReceipt(home);
  expect(keyboard.presses - before).toBeLessThanOrEqual(3);
});

test("a day without cases is one tap and the check page", async ({ home }) => {
  const form = await new ReportForm(home).open();
  await form.button("zero").click();
  await (await new CheckPage(home).shown()).report();
  await home.goto("/history");
  await expect(home.getByRole("row").filter({ hasText: word("day-state.zero") }).first()).toContainText("0");
});

test("a closed day is one tap and a confirmation", async ({ home }) => {
  const form = await new ReportForm(home).open();
  await form.button("closed").click();
  await home.getByRole("dialog").getByRole("button", { name: word("form.closed-do") }).click();
  await expect(home.getByRole("main")).toContainText(word("day-state.closed"));
  await home.goto("/history");
  await expect(home.getByRole("row").filter({ hasText: word("day-state.closed") }).first()).toBeVisible();
});

test("going back from the check page finds everything typed", async ({ home }) => {
  const form = await new ReportForm(home).open();
  await form.fill({ age_0: "1", unknown: "4" });
  const check = await form.check();
  await check.back().click();
  await expect(form.cell("age_0")).toHaveValue("1");
  await expect(form.cell("unknown")).toHaveValue("4");
});

test("what isn't a number is said at its cell and in the summary, and keeps the form", async ({ home }) => {
  const form = await new ReportForm(home).open();
  await form.fill({ age_30_39: "abc", age_40_49: "100000" });
  await form.button("check").click();
  await expect(home.getByRole("alert")).toContainText(word("field.summary", "ja", { n: 2 }));
  await expect(form.cell("age_30_39")).toHaveAttribute("aria-invalid", "true");
  await expect(form.cell("age_30_39")).toHaveValue("abc");
  await expect(home).toHaveURL(/\/report$/);
});

test("an English speaker reports from sign-in to receipt", { tag: "@shipped" }, async ({ home }) => {
  await home.getByRole("button", { name: word("app.other-language"), exact: true }).click();
  await expect(home.locator("html")).toHaveAttribute("lang", "en");
  const form = await new ReportForm(home, "en").open();
  await form.fill({ age_60_64: "2" });
  await (await form.check()).report();
  await home.goto("/history");
  await expect(home.getByRole("heading", { level: 1 })).toContainText("History");
});

test("a receipt prints on exactly one page", async ({ home }) => {
  const form = await new ReportForm(home).open();
  await form.fill({ age_70_79: "1" });
  await (await form.check()).report();
  const pdf = (await home.pdf({ format: "A4" })).toString("latin1");
  expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
});
