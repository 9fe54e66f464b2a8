import { expectAccessible } from "../fixtures/accessibility.ts";
import { Keyboard } from "../fixtures/keyboard.ts";
import { apply, LOOKS } from "../fixtures/looks.ts";
import { expect, test } from "../fixtures/test.ts";
import { VirtualAuthenticator } from "../fixtures/virtual-authenticator.ts";
import { word } from "../fixtures/words.ts";
import { CheckPage, expectReceipt, ReportForm } from "../pages/report-form.page.ts";
import { codeField, submitPassword } from "../pages/sign-in.page.ts";
import { chooseMethod, issueSlip } from "../pages/slip.page.ts";

const PASSWORD = "seven herons beside a quiet pond";

for (const look of LOOKS) {
  test(`a clinic activates with a passkey, signs in by it and reports, without a mouse: ${look.name}`, async ({
    page,
    server,
    browser,
    clinic: silent,
  }) => {
    test.slow();
    const { id, code } = await issueSlip(page, server, silent, "高橋 翼");
    const context = await browser.newContext({ baseURL: server.origin });
    const clinic = await context.newPage();
    await apply(clinic, look);
    const authenticator = await VirtualAuthenticator.of(clinic);
    const keyboard = new Keyboard(clinic);
    const text = (key: string, values = {}) => word(key, look.language, values);
    const button = (key: string) => clinic.getByRole("button", { name: text(key), exact: true });

    await clinic.goto(`/activate#i=${id}&c=${code.replaceAll("-", "")}`);
    await keyboard.to(clinic.getByLabel(text("access.activate.code"), { exact: true }));
    await keyboard.press("Enter");
    // The passkey is the first to be offered.
    const first = clinic.locator("#factor-kinds li").first();
    await expect(first).toContainText(text("access.enroll.passkey"));
    await expect(first).toContainText(text("access.enroll.recommended"));
    await expectAccessible(clinic, "activation: the kinds of second factor");
    await keyboard.to(chooseMethod(clinic, "passkey", look.language));
    await keyboard.press("Enter");
    await keyboard.to(clinic.getByLabel(text("access.enroll.passkey-name"), { exact: true }));
    await keyboard.type("PC-1");
    await expectAccessible(clinic, "activation: a passkey");

    // Whoever cancels is told so, and tries again.
    await authenticator.confirms(false);
    await keyboard.press("Enter");
    await expect(clinic.getByRole("alert")).toContainText(text("access.enroll.passkey-cancelled"));
    await expectAccessible(clinic, "activation: a passkey, cancelled");
    expect(await authenticator.held()).toBe(0);
    await authenticator.confirms(true);
    await keyboard.to(button("access.enroll.passkey-make"));
    await keyboard.press("Enter");
    await keyboard.to(clinic.getByLabel(text("access.pw.new"), { exact: true }));
    expect(await authenticator.held()).toBe(1);
    await keyboard.type(PASSWORD);
    await keyboard.press("Enter");
    await keyboard.to(button("access.activate.recovery-make"));
    await keyboard.press("Enter");
    await keyboard.to(clinic.getByLabel(text("access.activate.recovery-kept"), { exact: true }));
    await keyboard.press("Space");
    await keyboard.to(button("access.activate.finish"));
    await keyboard.press("Enter");
    await keyboard.to(button("app.sign-out"));
    await keyboard.press("Enter");

    await submitPassword(clinic, { ...silent, login_id: id, password: PASSWORD }, look.language);
    // The button has the focus: one more key, and the browser asks.
    await expect(button("signin.passkey-go")).toBeFocused();
    await expectAccessible(clinic, "a passkey may be shown");
    await authenticator.confirms(false);
    await keyboard.press("Enter");
    await expect(clinic.getByRole("alert")).toContainText(text("signin.passkey-cancelled"));
    await expect(button("signin.passkey-again")).toBeFocused();
    await expect(button("signin.use-recovery")).toBeVisible();
    await expectAccessible(clinic, "a passkey, cancelled");
    await authenticator.confirms(true);
    await keyboard.press("Enter");
    await keyboard.to(clinic.getByRole("link", { name: text("home.write"), exact: true }));
    await keyboard.press("Enter");
    await expect(new ReportForm(clinic, look.language).cell("age_0")).toBeFocused();
    await keyboard.press("2", "Control+Enter");
    await keyboard.to((await new CheckPage(clinic, look.language).shown()).send());
    await keyboard.press("Enter");
    await expectReceipt(clinic, look.language);

    // Own security knows it by its name; to add another, this one is shown again.
    await clinic.goto("/security");
    const own = clinic.locator(".card").filter({ hasText: "PC-1" });
    await expect(own).toContainText(text("access.enroll.passkey"));
    await expectAccessible(clinic, "own security with a passkey");
    await keyboard.to(button("access.security.add"));
    await keyboard.press("Enter");
    await expect(button("signin.passkey-go")).toBeFocused();
    await expectAccessible(clinic, "a passkey once more");
    await keyboard.press("Enter");
    await expect(clinic.getByRole("dialog")).toBeHidden();
    await keyboard.to(chooseMethod(clinic, "passkey", look.language));
    await keyboard.press("Enter");
    await keyboard.to(button("access.enroll.passkey-make"));
    await keyboard.press("Enter");
    await expect(clinic.getByRole("alert")).toContainText(text("access.enroll.passkey-known"));
    await expectAccessible(clinic, "a passkey of this device is there already");
    await context.close();
  });
}

test("a browser that knows no passkeys offers the other ways", async ({ page, server, clinic }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, "PublicKeyCredential"));
  const { id, code } = await issueSlip(page, server, clinic, "田中 恵");
  await page.goto(`/activate#i=${id}&c=${code.replaceAll("-", "")}`);
  await page.getByRole("button", { name: word("access.activate.next") }).click();
  await expect(chooseMethod(page, "totp")).toBeVisible();
  await expect(chooseMethod(page, "passkey")).toHaveCount(0);
  await page.route("**/api/v1/auth/sign-in", (route) =>
    route.fulfill({ json: { next: "second_factor", methods: [{ method: "passkey" }, { method: "totp" }] } }),
  );
  await page.goto("/sign-in");
  await submitPassword(page, clinic);
  await expect(codeField(page)).toBeFocused();
  await expect(page.getByRole("button", { name: word("signin.use-passkey") })).toHaveCount(0);
});
