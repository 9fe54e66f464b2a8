import { expect, type Locator, type Page } from "@playwright/test";

import { BANDS, type Language, word, wordLike } from "../fixtures/words.ts";

/** S6: the fourteen cells. */
export class ReportForm {
  constructor(
    private readonly page: Page,
    private readonly language: Language = "ja",
  ) {}

  async open(): Promise<this> {
    await this.page.goto("/report");
    await expect(this.cell("age_0")).toBeVisible();
    return this;
  }

  /** The input of a band. */
  cell(band: string): Locator {
    const name = word("form.cell", this.language, { band: word(`band.${band}`, this.language) });
    return this.page.getByRole("textbox", { name, exact: true });
  }

  async fill(counts: Record<string, string>): Promise<void> {
    for (const [band, count] of Object.entries(counts)) await this.cell(band).fill(count);
  }

  /** Pastes into a cell what another program put on the clipboard. */
  async paste(band: string, text: string): Promise<void> {
    const cell = this.cell(band);
    await cell.focus();
    await cell.evaluate((element, data) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", data);
      element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, text);
  }

  async expectCounts(counts: readonly (number | string)[]): Promise<void> {
    for (const [index, count] of counts.entries()) {
      await expect(this.cell(BANDS[index] ?? "unknown")).toHaveValue(String(count));
    }
  }

  total(): Locator {
    return this.page.getByRole("status", { name: word("form.total", this.language) });
  }

  saved(): Locator {
    return this.page.getByText(wordLike("form.draft-saved", this.language));
  }

  button(key: "check" | "zero" | "closed"): Locator {
    return this.page.getByRole("button", { name: word(`form.${key}`, this.language) });
  }

  async check(): Promise<CheckPage> {
    await this.button("check").click();
    return new CheckPage(this.page, this.language).shown();
  }
}

/** S7: check and send. */
export class CheckPage {
  constructor(
    private readonly page: Page,
    private readonly language: Language = "ja",
  ) {}

  async shown(): Promise<this> {
    await expect(this.page.getByRole("heading", { level: 1, name: word("check.heading", this.language) })).toBeVisible();
    return this;
  }

  warnings(): Locator {
    return this.page.getByRole("checkbox");
  }

  send(): Locator {
    return this.page.getByRole("button", { name: word("check.send", this.language) });
  }

  back(): Locator {
    return this.page.getByRole("button", { name: word("check.back", this.language) }).or(this.page.getByRole("link", { name: word("check.back", this.language) }));
  }

  /** Confirms whatever is asked, and sends. */
  async report(): Promise<void> {
    for (const box of await this.warnings().all()) await box.check();
    await this.send().click();
    await expectReceipt(this.page, this.language);
  }
}

/** S8: the receipt, on its own address. */
export async function expectReceipt(page: Page, language: Language = "ja"): Promise<void> {
  await expect(page).toHaveURL(/\/reports\/[0-9a-f-]{36}$/);
  await expect(page.getByText(word("receipt.done", language)).first()).toBeVisible();
  await expect(page.getByText(/26112[23]-\d\d-\d{5}-[0-9A-Z]/).first()).toBeVisible();
}
