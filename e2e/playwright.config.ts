import { existsSync } from "node:fs";
import { defineConfig, type Project } from "@playwright/test";

// Debian's; nothing is downloaded. The shell is the same engine without the browser's own windows, which nobody sees here:
// half the work on a small machine.
const programs = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

const chromium = {
  browserName: "chromium" as const,
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? programs.find((path) => existsSync(path)),
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Pages that tests make up come from no address, and such may not ask this machine for anything. Playwright's own
      // list ends here: storage is partitioned, as it is for shoppers.
      "--disable-features=LocalNetworkAccessChecks,HttpsUpgrades,MediaRouter,OptimizationHints,PaintHolding,Translate",
    ],
  },
};

const desktop: Project = { name: "desktop", use: { ...chromium, viewport: { width: 1280, height: 800 } } };
const phone: Project = {
  name: "phone",
  use: { ...chromium, viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

export default defineConfig({
  testDir: "browser",
  globalSetup: "./support/global.ts",
  outputDir: "results/tests",
  reporter: [["list"], ["json", { outputFile: process.env.PEERS ? "results/peers.json" : "results/browser.json" }]],
  // Each file of the peers starts both engines: one after the other.
  workers: process.env.PEERS ? 1 : 2,
  // A test that passes at the second try has found something all the same.
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: !!process.env.CI,
  use: {
    // A trace doubles the time of a run, and the page as it was at the failure is kept anyway: TRACE=1 when in need.
    trace: process.env.TRACE ? "retain-on-failure" : "off",
    colorScheme: "light",
    locale: "en-GB",
    timezoneId: "Europe/London",
  },
  // Real commerce engines take both cores for a while: a run of their own, so that nobody's patience is measured then.
  projects: process.env.PEERS ? [{ ...desktop, name: "peers", testMatch: process.env.LONG ? /peers.*\.spec/ : /peers\.spec/ }] : [
    { ...desktop, testIgnore: /(shots|peers).*\.spec/ },
    { ...phone, testIgnore: /(shots|peers).*\.spec/ },
    // Sets its own sizes, so it runs once.
    { ...desktop, name: "shots", testMatch: /shots.*\.spec/ },
  ],
});
