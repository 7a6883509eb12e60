// What every browser test has at hand: the shop, the panel inside it, and a watch on the console.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test as base, type FrameLocator, type Locator, type Page } from "@playwright/test";
import { Proxy } from "./proxy.ts";
import { say, type Locale } from "./words.ts";

export { expect } from "@playwright/test";
export * from "./demo.ts";
export * from "./words.ts";

export const site = "pk_demo";
export const aftercart = (): string => need("E2E_URL");
export const shopUrl = (): string => need("SHOP_URL");

function need(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run through playwright.config.ts`);
  return value;
}

/** Everything the browser complained of. A test that expects trouble says so by `allow`. */
export class Complaints {
  readonly seen: string[] = [];
  private readonly allowed: RegExp[] = [];

  constructor(page: Page) {
    page.on("console", (message) => {
      if (message.type() === "error" || /Content Security Policy/.test(message.text())) {
        this.seen.push(`${message.text()} (${message.location().url})`);
      }
    });
    page.on("pageerror", (error) => this.seen.push(`uncaught: ${error.stack ?? error.message}`));
  }

  allow(...patterns: RegExp[]): void {
    this.allowed.push(...patterns);
  }

  left(): string[] {
    return this.seen.filter((text) => !this.allowed.some((pattern) => pattern.test(text)));
  }
}

/** The shop's page with Aftercart on it. */
export class Shop {
  constructor(readonly page: Page) {}

  async visit(locale: Locale = "en"): Promise<void> {
    await this.page.goto(shopUrl() + (locale === "en" ? "/" : "/zh/"));
  }

  /** A page of the shop's origin that does not exist there, for ways of embedding that the shop does not use. */
  async pretend(html: string, options: { origin?: string; csp?: string; path?: string } = {}): Promise<void> {
    const origin = options.origin ?? shopUrl();
    const url = origin + (options.path ?? "/e2e-pretend");
    await this.page.route(url, (route) =>
      route.fulfill({
        contentType: "text/html; charset=utf-8",
        headers: options.csp ? { "content-security-policy": options.csp } : {},
        body: html,
      }),
    );
    await this.page.goto(url);
  }

  get host(): Locator {
    return this.page.locator("aftercart-launcher");
  }

  get launcher(): Locator {
    return this.host.locator("button[aria-expanded]");
  }

  get iframe(): Locator {
    return this.host.locator("iframe");
  }

  get panel(): FrameLocator {
    return this.page.frameLocator("aftercart-launcher iframe");
  }

  /** Opens the panel and waits until the application runs in it, not only the shell. */
  async open(locale: Locale = "en"): Promise<FrameLocator> {
    await this.launcher.click();
    // The shell's tiles are buttons, the application's are links.
    await expect(this.panel.getByRole("link", { name: say(locale, "home.action_track") })).toBeVisible();
    return this.panel;
  }

  /** Calls the page's own API. */
  async command(...args: unknown[]): Promise<void> {
    await this.page.evaluate((given) => {
      (window as unknown as { Aftercart: (...args: unknown[]) => void }).Aftercart(...given);
    }, args);
  }

  /** Waits for the next event of that name. Call before what causes it, await after. */
  event(name: string): Promise<unknown> {
    return this.page.evaluate(
      (wanted) =>
        new Promise((heard) => {
          (window as unknown as { Aftercart: (...args: unknown[]) => void }).Aftercart("on", wanted, heard);
        }),
      name,
    );
  }
}

/** `<script>` as the documentation has it. */
export function tag(attributes = "", base = aftercart(), mode = "async"): string {
  return `<script ${mode} src="${base}/aftercart.js" data-site="${site}" ${attributes}></script>`;
}

export function html(head: string, body = "<h1>A page</h1>", lang = "en"): string {
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">${head}</head><body>${body}</body></html>`;
}

/** The same panel as a full page. */
export async function fullPage(page: Page, view = "", locale: Locale = "en"): Promise<void> {
  const [path, query] = view.split("?");
  const search = new URLSearchParams(query);
  search.set("locale", locale);
  await page.goto(`${aftercart()}/s/${site}${path ? `/${path}` : ""}?${search}`);
  // The bar's language menu is drawn by the application, not by the shell.
  await expect(page.getByRole("combobox", { name: say(locale, "common.language") })).toBeVisible();
}

/** Presses Tab until the focus is there: how far a keyboard has to go is part of what is tested. */
export async function tabTo(page: Page, target: Locator, atMost = 60): Promise<void> {
  for (let pressed = 0; pressed < atMost; pressed++) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element.getRootNode() instanceof Document
      ? element === document.activeElement && document.hasFocus()
      : element === (element.getRootNode() as ShadowRoot).activeElement)) return;
  }
  throw new Error(`not reached with ${atMost} presses of Tab: ${target}`);
}

/** Fills in and sends the tracking form. */
export async function lookUp(within: Page | FrameLocator, locale: Locale, number: string, contact: string): Promise<void> {
  await within.getByLabel(say(locale, "track.number_label")).fill(number);
  await within.getByLabel(say(locale, "track.contact_label")).fill(contact);
  await within.getByRole("button", { name: say(locale, "track.submit") }).click();
}

/** The line over a result that names the order. Exact: `track.found` says nearly the same to those who listen. */
export function orderLine(within: Page | FrameLocator, locale: Locale, number: string): Locator {
  return within.getByText(say(locale, "track.order_line", { number }), { exact: true });
}

/** Zero violations, with the offending nodes named. */
export async function accessible(page: Page, within?: string): Promise<void> {
  // The wash behind the greeting is a pseudo-element, and over any of those axe judges no colour at all: it is told to
  // look through them, to the plain surface, which the wash differs from by a shade.
  const through = { checks: { "color-contrast": { options: { ignorePseudo: true } } } };
  let axe = new AxeBuilder({ page })
    .options(through as Parameters<AxeBuilder["options"]>[0])
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]);
  // Around the panel as a page there are no frames, and without them this way needs no second page for each check.
  axe = within ? axe.include(within) : axe.setLegacyMode();
  const { violations, passes } = await axe.analyze();
  const found = violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => n.target.join(" ")).join("\n  ")}`);
  expect(found.join("\n")).toBe("");
  // The closed launcher has no text.
  if (!within) expect(passes.map((rule) => rule.id), "colours were looked at").toContain("color-contrast");
}

interface Fixtures {
  complaints: Complaints;
  shop: Shop;
  wire: Proxy;
}

export const test = base.extend<Fixtures>({
  complaints: [
    async ({ page }, use) => {
      const complaints = new Complaints(page);
      await use(complaints);
      expect(complaints.left(), "the browser's console stays free of errors").toEqual([]);
    },
    { auto: true },
  ],
  shop: async ({ page }, use) => use(new Shop(page)),
  wire: async ({}, use) => {
    const proxy = await new Proxy(aftercart()).start();
    await use(proxy);
    await proxy.stop();
  },
});

/**
 * Stories of a minute each are told once in each language, English on a desktop and Chinese on a phone; all of them on
 * both in the long run.
 */
export const elsewhere = (locale: Locale) => ({ isMobile }: { isMobile: boolean }) =>
  !process.env.LONG && isMobile === (locale === "en");

/** What looks alike on every screen is told on one; on both in the long run. */
export const once = ({ isMobile }: { isMobile: boolean }) => !process.env.LONG && isMobile;
