import { expect, type Locator, type Page } from "@playwright/test";

import { type Language, word } from "../fixtures/words.ts";

/** The fewest characters that the demo asks for. */
const LEAST = 13;

/** Where a new password is chosen: by choice, when it must be, and when an account is set up. */
export class NewPassword {
  constructor(
    private readonly page: Page,
    private readonly language: Language = "ja",
  ) {}

  get field(): Locator {
    return this.page.getByLabel(word("access.pw.new", this.language), { exact: true });
  }

  /** What is said below the field while one types. */
  said(key: string): Locator {
    return this.page.getByText(word(`access.pw.${key}`, this.language));
  }

  /** The field says to everybody that its password is easy to guess, and why: in this language, and no further reason. */
  async expectRefused(...reasons: string[]): Promise<void> {
    const text = (key: string, values = {}) => word(key, this.language, values);
    const sentences = [text("rule.password_too_weak"), ...reasons.map((reason) => text(`access.pw.weak.${reason}`))];
    const refusal = `${text("state.error")}: ${sentences.join(this.language === "ja" ? "" : " ")}`;
    await expect(this.field).toHaveAccessibleDescription(`${text("access.pw.rule", { n: LEAST })} ${refusal}`);
    await expect(this.field).toHaveAttribute("aria-invalid", "true");
  }
}
