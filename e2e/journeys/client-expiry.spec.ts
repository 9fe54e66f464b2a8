import type { Locator, Page } from "@playwright/test";

import { expectAccessible } from "../fixtures/accessibility.ts";
import { Api } from "../fixtures/api.ts";
import { type Client, ClinicSystem } from "../fixtures/clinic-system.ts";
import { type Account, Server } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";
import { type Language, LANGUAGES, word } from "../fixtures/words.ts";
import { signIn } from "../pages/sign-in.page.ts";

const NAME = "レセコン";
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** 2027年12月27日（月） 18:20 · Monday 27 December 2027, 18:20 */
function told(instant: string, language: Language): string {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Date(instant).toLocaleString(language, { timeZone: "Asia/Tokyo", hourCycle: "h23", ...options });
  const time = part({ hour: "numeric", minute: "2-digit" });
  return language === "ja"
    ? `${part({ dateStyle: "long" })}（${part({ weekday: "short" })}） ${time}`
    : `${part({ weekday: "long" })} ${part({ day: "numeric" })} ${part({ month: "long" })} ${part({ year: "numeric" })}, ${time}`;
}

/** Looks at a page in both languages, and leaves it in the first. */
async function inBothLanguages(page: Page, look: (language: Language) => Promise<void>): Promise<void> {
  for (const language of LANGUAGES) {
    await look(language);
    await page.getByRole("button", { name: word("app.other-language", language), exact: true }).click();
  }
}

const banner = (page: Page, heading: string): Locator => page.locator(".banner").filter({ hasText: heading });

/** What the manager of a clinic is told of its system's key, at home and where the keys are. */
class Notices {
  constructor(
    private readonly page: Page,
    private readonly server: Server,
    private readonly manager: Account,
    private readonly client: Client,
  ) {}

  /** Puts the server's clock to a while before the client's end (or after it, by a negative one), and signs in. */
  async before(end: string, span: number): Promise<void> {
    await this.server.stop();
    await this.server.start(new Date(Date.parse(end) - span).toISOString());
    await this.page.goto("/sign-in");
    await signIn(this.page, this.manager);
  }

  /** Home and the list say that it ends in so many days or has ended, in a tone; home leads to the list. */
  async expectTold(days: number | undefined, tone: "warning" | "error", heading: string, end = this.client.expires_at): Promise<void> {
    const over = days === undefined;
    const soon = (language: Language) =>
      over ? word("office.clients.expired", language) : word("office.clients.soon", language, { n: days });
    const atHome = over ? "home.client-expired" : "home.client-expires";
    await inBothLanguages(this.page, async (language) => {
      const home = banner(this.page, word(atHome, language, { date: told(end, language) }));
      await expect(home).toHaveAttribute("data-tone", tone);
      await expect(home.getByRole("link", { name: word("home.client-expires-what", language), exact: true })).toBeVisible();
      await expectAccessible(this.page, `home: ${soon(language)}`);
    });
    await this.page.getByRole("link", { name: word("home.client-expires-what"), exact: true }).click();
    await inBothLanguages(this.page, async (language) => {
      const list = banner(this.page, word(heading, language));
      await expect(list).toHaveAttribute("data-tone", tone);
      await expect(list.getByRole("listitem")).toHaveText(`${NAME} – ${soon(language)}`);
      await expect(this.row()).toContainText(soon(language));
      await expectAccessible(this.page, `integration keys: ${soon(language)}`);
    });
  }

  /** Neither home nor the list announces anything, and the list says how it stands. */
  async expectNone(state: string): Promise<void> {
    await expect(this.page.getByRole("main").getByRole("link").first()).toBeVisible();
    await expect(this.page.getByRole("link", { name: word("home.client-expires-what"), exact: true })).toHaveCount(0);
    await this.page.goto("/clients");
    await expect(this.row()).toContainText(word(state));
    await expect(this.page.locator(".banner")).toHaveCount(0);
  }

  /** Its line of the list. */
  row(): Locator {
    return this.page.getByRole("row").filter({ hasText: NAME });
  }
}

test.describe("with a clock that is put on", () => {
  const server = new Server();
  test.use({ baseURL: async ({}, use) => use(server.origin) });
  test.beforeAll(() => server.start());
  test.afterAll(() => server.remove());

  test("the end of a key is announced 60 days before, louder 14 days before; the next key moves it; past it none is taken", async ({ page }) => {
    test.slow();
    // The first clinic's system is there in every demo, and its key ends at another time.
    const [, manager] = server.accounts.filter((account) => account.organization_kind === "institution" && account.is_manager);
    if (!manager) throw new Error("there are too few managers");
    const [system, next] = [new ClinicSystem(server.origin), new ClinicSystem(server.origin)];
    const client = await system.registered(await Api.signedIn(server.origin, manager), NAME);
    const notices = new Notices(page, server, manager, client);

    await notices.before(client.expires_at, 60 * DAY + HOUR);
    await notices.expectNone("office.clients.good");
    await notices.before(client.expires_at, 60 * DAY - HOUR);
    await notices.expectTold(59, "warning", "office.clients.expiring");
    await notices.before(client.expires_at, 14 * DAY - HOUR);
    await notices.expectTold(13, "error", "office.clients.expiring-urgent");

    // As the notice says: the next key is added, and the end is 400 days away again.
    await page.locator(".banner").getByRole("link", { name: NAME }).click();
    await page.getByText(word("office.clients.add-key"), { exact: true }).click();
    await page.getByLabel(word("office.clients.public-key"), { exact: true }).fill(next.publicKey);
    await page.getByRole("button", { name: word("office.clients.save"), exact: true }).click();
    await expect(page.locator(".card").filter({ hasText: "kid" })).toHaveCount(2);
    await page.goto("/");
    await notices.expectNone("office.clients.good");
    const api = await Api.inSessionOf(page);
    const later = await api.read<Client>(`/api-clients/${client.id}`);
    expect(Date.parse(later.expires_at) - (await server.now())).toBeGreaterThan(399 * DAY);
    const kid = later.keys.at(-1)?.kid ?? "";
    expect((await next.token(client.id, kid, await server.now())).status).toBe(200);

    await notices.before(later.expires_at, -HOUR);
    await notices.expectTold(undefined, "error", "office.clients.expiring-over", later.expires_at);
    expect((await next.token(client.id, kid, await server.now())).status).toBe(401);
    await notices.row().getByRole("link", { name: NAME }).click();
    const result = (language: Language) =>
      page.getByRole("region", { name: word("office.clients.results", language), exact: true }).locator("tbody tr").first();
    await expect(async () => {
      await page.reload();
      await expect(result("ja")).toContainText(word("office.token-problem.client-not-good"), { timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
    await inBothLanguages(page, async (language) => {
      await expect(page.locator("dd [data-state=expired]")).toContainText(word("office.clients.expired", language));
      await expect(result(language)).toContainText(word("office.token-problem.client-not-good", language));
      await expectAccessible(page, `a client that has expired, ${language}`);
    });
  });
});
