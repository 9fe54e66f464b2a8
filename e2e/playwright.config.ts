import { defineConfig } from "@playwright/test";

// The whole matrix (a middle width, dark, forced colors) takes long: `make verify` asks for it.
const full = process.env.NIPPO_E2E === "full";

export default defineConfig({
  testDir: "journeys",
  globalSetup: "./fixtures/prepared.ts",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  timeout: full ? 180_000 : 90_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    viewport: { width: 1366, height: 768 },
    locale: "ja-JP",
    timezoneId: "Asia/Tokyo",
    // A trace costs a fifth of a journey's time and only its machine has it: `--trace on` for the one that failed.
    trace: "off",
    launchOptions: {
      executablePath: process.env.NIPPO_CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
});
