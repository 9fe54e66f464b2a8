import { expectAccessible } from "../fixtures/accessibility.ts";
import { expect, test } from "../fixtures/test.ts";
import { LANGUAGES, word } from "../fixtures/words.ts";
import { Activation } from "../pages/activation.page.ts";
import { NewPassword } from "../pages/new-password.page.ts";
import { issueSlip } from "../pages/slip.page.ts";

test("why a password is refused stands at the field, in either language", async ({ home, clinic }) => {
  await home.getByRole("link", { name: word("app.password"), exact: true }).click();
  for (const language of LANGUAGES) {
    const password = new NewPassword(home, language);
    await home.getByLabel(word("access.pw.current", language), { exact: true }).fill(clinic.password);
    await password.field.fill("password12345");
    await password.field.press("Enter");
    await password.expectRefused("common_password", "sequence");
    await password.field.fill("p@$$w0rdp@$$w0rd");
    await password.field.press("Enter");
    await password.expectRefused("common_password", "repeats", "disguised");
    await expectAccessible(home, `a password that is refused (${language})`);
    await home.getByRole("button", { name: word("app.other-language", language), exact: true }).click();
  }
});

test("what is said while one types promises nothing that the service refuses", async ({ home, clinic }) => {
  await home.getByRole("link", { name: word("app.password"), exact: true }).click();
  const password = new NewPassword(home);
  await home.getByLabel(word("access.pw.current"), { exact: true }).fill(clinic.password);

  // One's own ID and one's clinic are known to the page; its words go again with what they are about.
  for (const known of [clinic.login_id, clinic.organization_name]) {
    await password.field.fill(`kumo-${known}-hebi`);
    await expect(password.said("signs")).toBeVisible();
    await expect(password.said("weak.known_word")).toBeVisible();
    await expect(password.said("long-enough")).toHaveCount(0);
  }
  // Which clubs there are in England is not; so it says that more will be looked at.
  await password.field.fill("liverpoolarsenal");
  await expect(password.said("weak.known_word")).toHaveCount(0);
  await expect(password.said("long-enough")).toBeVisible();
  await password.field.press("Enter");
  await password.expectRefused("common_password");

  await password.field.fill("a quiet pond with seven herons");
  await password.field.press("Enter");
  await expect(home.getByText(word("access.pw.done-heading")).first()).toBeVisible();
});

test("whoever sets an account up is told the same", async ({ page, server, browser, clinic }) => {
  const slip = await issueSlip(page, server, clinic, "小林 恵");
  const context = await browser.newContext({ baseURL: server.origin });
  const newcomer = await context.newPage();
  const activation = await new Activation(newcomer, server).open(slip);
  await activation.byApp();
  const password = new NewPassword(newcomer);
  // The slip's ID is known since it was typed; that somebody is called 小林 恵 the service alone knows by now.
  await password.field.fill(`kumo-${slip.id}-hebi`);
  await expect(password.said("weak.known_word")).toBeVisible();
  await password.field.fill("小林 恵小林 恵小林 恵小林 恵");
  await password.field.press("Enter");
  await password.expectRefused("repeats", "known_word");
  await activation.finish("seven herons beside a quiet pond");
  await context.close();
});
