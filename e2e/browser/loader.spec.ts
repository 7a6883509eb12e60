import { aftercart, expect, html, say, shopUrl, site, tag, test, type Shop } from "../support/test.ts";
import type { Page, Request } from "@playwright/test";

/** Requests to Aftercart's own origin, as they happen. */
function ours(page: Page): string[] {
  const seen: string[] = [];
  page.on("request", (request: Request) => {
    const url = new URL(request.url());
    if (url.origin === aftercart()) seen.push(url.pathname);
  });
  return seen;
}

const strict = () => `default-src 'none'; script-src ${aftercart()}; frame-src ${aftercart()}`;
const field = (shop: Shop) => shop.panel.getByLabel(say("en", "home.ask_label"));

test.describe("before the shopper asks for anything", () => {
  for (const locale of ["en", "zh-CN"] as const) {
    test(`there is a launcher and nothing else (${locale})`, async ({ page, shop, context }) => {
      const requests = ours(page);
      await shop.visit(locale);
      await expect(shop.launcher).toBeVisible();
      await expect(shop.launcher).toHaveAccessibleName(say(locale, "launcher.open"));
      await page.waitForLoadState("networkidle");

      expect(requests.sort()).toEqual(["/aftercart.js", `/c/${site}/${locale}.js`]);
      expect(page.frames()).toHaveLength(1);
      expect(await context.cookies()).toEqual([]);
      const stored = await context.storageState();
      expect(stored.origins.filter(({ origin }) => origin === aftercart())).toEqual([]);
      const keys = await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]);
      expect(keys.filter((key) => /aftercart|^ac/i.test(key))).toEqual([]);
    });
  }

  test("the shop's own policy is strict, and kept", async ({ page, shop }) => {
    const answer = await page.goto(shopUrl());
    const policy = answer?.headers()["content-security-policy"] ?? "";
    expect(policy).toContain("script-src");
    expect(policy).not.toMatch(/unsafe/);
    await expect(shop.launcher).toBeVisible();
  });

  test("nothing on the page moves", async ({ page, shop }) => {
    await page.addInitScript(() => {
      const shifts: string[] = ((window as unknown as { shifts: string[] }).shifts = []);
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const shift = entry as unknown as { hadRecentInput: boolean; sources?: { node?: Element }[] };
          // What follows a click may move: that is how shift is counted everywhere.
          if (!shift.hadRecentInput) shifts.push((shift.sources ?? []).map(({ node }) => node?.nodeName ?? "?").join());
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    await shop.pretend(html(tag()), { csp: strict() });
    await expect(shop.launcher).toBeVisible();
    await shop.launcher.click();
    await expect(field(shop)).toBeVisible();
    expect(await page.evaluate(() => (window as unknown as { shifts: string[] }).shifts)).toEqual([]);
  });
});

test.describe("intent", () => {
  for (const event of ["pointerenter", "focus", "touchstart"]) {
    test(`${event} makes the iframe, hidden, and a click shows the same one`, async ({ page, shop }, info) => {
      test.skip(event === "touchstart" && info.project.name !== "phone", "only a touch screen has it");
      const requests = ours(page);
      await shop.pretend(html(tag()), { csp: strict() });
      await shop.launcher.dispatchEvent(event);
      await expect(shop.iframe).toBeHidden();
      await expect(field(shop)).toBeAttached();
      await shop.launcher.dispatchEvent(event);
      await shop.launcher.click();
      await expect(field(shop)).toBeVisible();
      await expect(shop.iframe).toHaveCount(1);
      expect(requests.filter((path) => path.startsWith("/w/"))).toEqual([`/w/${site}`]);
    });
  }

  test("data-prefetch=idle needs none", async ({ page, shop }) => {
    await page.clock.install();
    await shop.pretend(html(tag('data-prefetch="idle"')), { csp: strict() });
    await expect(shop.launcher).toBeVisible();
    await expect(shop.iframe).toHaveCount(0);
    await page.clock.runFor(3000);
    await expect(shop.iframe).toHaveCount(1);
    await expect(shop.iframe).toBeHidden();
  });
});

test.describe("ways of embedding", () => {
  test("under a policy without anything unsafe", async ({ shop }) => {
    await shop.pretend(html(tag()), { csp: strict() });
    await shop.launcher.click();
    await expect(field(shop)).toBeVisible();
    await expect(shop.iframe).toHaveAttribute("title", say("en", "launcher.frame"));
    await expect(shop.iframe).toHaveAttribute("allow", "clipboard-write");
  });

  test("in the head, before there is a body, without async", async ({ page, shop }) => {
    await shop.pretend(html(tag("", aftercart(), "")), { csp: strict() });
    await expect(shop.launcher).toBeVisible();
    expect(await page.evaluate(() => document.body.querySelector("h1")?.textContent)).toBe("A page");
    await shop.launcher.click();
    await expect(field(shop)).toBeVisible();
  });

  test("twice is once", async ({ page, shop }) => {
    const requests = ours(page);
    await shop.pretend(html(tag() + tag()), { csp: strict() });
    await expect(shop.launcher).toBeVisible();
    await page.waitForLoadState("networkidle");
    await expect(shop.host).toHaveCount(1);
    expect(requests.filter((path) => path.startsWith("/c/"))).toHaveLength(1);
  });

  test("the shop's styles do not reach the launcher", async ({ page, shop }) => {
    const hostile = "*,:host{all:unset!important;display:none!important;position:static!important;opacity:0!important}";
    await shop.pretend(html(tag() + `<style>aftercart-launcher${hostile}</style>`));
    await expect(shop.launcher).toBeVisible();
    const box = await shop.launcher.boundingBox();
    const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
    expect(box).toEqual({ x: width - 76, y: height - 76, width: 56, height: 56 });
  });

  test("on the other side, higher up, and from right to left", async ({ page, shop }) => {
    await shop.pretend(html(tag('data-side="start" data-offset-y="90"')), { csp: strict() });
    await expect(shop.launcher).toBeVisible();
    expect((await shop.launcher.boundingBox())?.x).toBe(20);
    expect((await shop.launcher.boundingBox())?.y).toBe((page.viewportSize()?.height ?? 0) - 90 - 56);
    await page.evaluate(() => (document.documentElement.dir = "rtl"));
    expect((await shop.launcher.boundingBox())?.x).toBe((page.viewportSize()?.width ?? 0) - 76);
  });

  test("without a launcher, opened by the shop's own link", async ({ page, shop }) => {
    await shop.pretend(html(tag('data-launcher="none"'), '<button id="own">Where is my order?</button>'), { csp: strict() });
    await expect(shop.host).toBeAttached();
    await expect(shop.launcher).toBeHidden();
    await page.locator("#own").focus();
    await shop.command("open");
    await expect(field(shop)).toBeVisible();
    await shop.command("close");
    await expect(shop.iframe).toBeHidden();
    await expect(page.locator("#own")).toBeFocused();
  });

  test("with storage blocked", async ({ page, shop }) => {
    await page.addInitScript(() => {
      for (const name of ["localStorage", "sessionStorage", "indexedDB"]) {
        Object.defineProperty(window, name, {
          get() {
            throw new DOMException("blocked", "SecurityError");
          },
        });
      }
      Object.defineProperty(Document.prototype, "cookie", {
        get() {
          throw new DOMException("blocked", "SecurityError");
        },
      });
    });
    await shop.pretend(html(tag()), { csp: strict() });
    await shop.launcher.click();
    await expect(field(shop)).toBeVisible();
    await field(shop).fill("refund");
    await expect(field(shop)).toHaveValue("refund");
  });

  for (const [what, remove] of [
    ["its element", () => document.querySelector("aftercart-launcher")?.remove()],
    ["the whole body", () => {
      document.querySelector("aftercart-launcher")?.remove();
      document.body.replaceWith(document.createElement("body"));
    }],
  ] as const) {
    test(`a single-page app throws away ${what} and loads it again`, async ({ page, shop }) => {
      await shop.pretend(html(tag()), { csp: strict() });
      await shop.launcher.click();
      await expect(field(shop)).toBeVisible();
      await shop.command("close");
      await page.evaluate(remove);
      await expect(shop.host).toHaveCount(0);
      await page.evaluate(
        ([src, key]) => {
          const script = document.createElement("script");
          script.src = src;
          script.dataset.site = key;
          document.head.append(script);
        },
        [`${aftercart()}/aftercart.js`, site] as const,
      );
      await expect(shop.host).toHaveCount(1);
      await shop.launcher.click();
      await expect(field(shop)).toBeVisible();
    });
  }
});

test.describe("mistakes of the developer", () => {
  test("an unknown key is said once, in the console only", async ({ page, shop, complaints }) => {
    complaints.allow(/Aftercart/);
    await shop.pretend(html(tag().replace(site, "pk_nobody")), { csp: strict() });
    await expect.poll(() => complaints.seen.length).toBe(1);
    await page.waitForLoadState("networkidle");
    expect(complaints.seen).toHaveLength(1);
    await expect(shop.host).toHaveCount(0);
    await shop.command("open");
    expect(page.frames()).toHaveLength(1);
  });

  test("a page that is not on the site's list is told the command that puts it there", async ({ page, shop, complaints }) => {
    complaints.allow(/Aftercart/);
    const origin = "http://another-shop.test";
    await shop.pretend(html(tag()), { origin });
    await expect.poll(() => complaints.seen.join()).toContain(`aftercart site allow ${site} ${origin}`);
    await page.waitForLoadState("networkidle");
    expect(complaints.seen).toHaveLength(1);
    await expect(shop.host).toHaveCount(0);
  });
});

test.describe("open and close", () => {
  test("by keyboard: focus goes in and comes back", async ({ page, shop }) => {
    await shop.pretend(html(tag()), { csp: strict() });
    await expect(shop.launcher).toHaveAttribute("aria-expanded", "false");
    await shop.launcher.focus();
    await page.keyboard.press("Enter");
    await expect(shop.launcher).toHaveAttribute("aria-expanded", "true");
    await expect(shop.launcher).toHaveAttribute("aria-label", say("en", "launcher.close"));
    await expect(shop.iframe).toBeFocused();
    await field(shop).focus();
    await page.keyboard.press("Escape");
    await expect(shop.iframe).toBeHidden();
    await expect(shop.launcher).toBeFocused();
    await expect(shop.launcher).toHaveAttribute("aria-expanded", "false");
  });

  test("Escape on the shop's page closes too, and leaves the focus where the shopper is", async ({ page, shop }) => {
    await shop.pretend(html(tag(), '<input id="own" aria-label="Search">'), { csp: strict() });
    await shop.launcher.click();
    await expect(field(shop)).toBeVisible();
    await page.locator("#own").focus();
    await page.keyboard.press("Escape");
    await expect(shop.iframe).toBeHidden();
    await expect(page.locator("#own")).toBeFocused();
  });

  test("the panel takes the screen of a phone and a corner of a desk", async ({ page, shop }, info) => {
    await shop.pretend(html(tag(), "<p>Long</p>".repeat(200)), { csp: strict() });
    const overflow = () => page.evaluate(() => getComputedStyle(document.documentElement).overflowY);
    const free = await overflow();
    await shop.launcher.click();
    await expect(field(shop)).toBeVisible();
    const box = await shop.iframe.boundingBox();
    if (info.project.name === "phone") {
      expect(box).toEqual({ x: 0, y: 0, width: 390, height: 844 });
      expect(await overflow()).toBe("hidden");
      await expect(shop.launcher).toBeHidden();
      await shop.panel.getByRole("button", { name: say("en", "common.close") }).click();
    } else {
      expect(box).toMatchObject({ width: 400, height: 680, x: 1280 - 420 });
      expect(await overflow()).toBe(free);
      await shop.launcher.click();
    }
    await expect(shop.iframe).toBeHidden();
    expect(await overflow()).toBe(free);
    await expect(shop.launcher).toBeFocused();
  });

  test("no motion for those who want none", async ({ page, shop }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await shop.pretend(html(tag()), { csp: strict() });
    await shop.launcher.focus();
    await expect(shop.iframe).toBeAttached();
    expect(await shop.iframe.evaluate((frame) => getComputedStyle(frame).transitionDuration)).toBe("0s");
  });

  test("what others say is not heard", async ({ page, shop }) => {
    await shop.pretend(html(tag()), { csp: strict() });
    await shop.launcher.click();
    await expect(field(shop)).toBeVisible();
    await page.evaluate((origin) => {
      const close = { aftercart: 1, type: "close" };
      postMessage(close, "*");
      postMessage(null, "*");
      dispatchEvent(new MessageEvent("message", { data: close, origin, source: window }));
      dispatchEvent(new MessageEvent("message", { data: close, origin }));
    }, aftercart());
    await expect(shop.iframe).toBeVisible();
  });
});

test.describe("commands", () => {
  test("given before the script has loaded are kept", async ({ page, shop }) => {
    await page.addInitScript(() => {
      if (window !== top) return;
      const page = window as unknown as { Aftercart: ((...args: unknown[]) => void) & { q?: unknown[] }; heard: string[] };
      page.heard = [];
      page.Aftercart = function (...args: unknown[]) {
        (page.Aftercart.q = page.Aftercart.q ?? []).push(args);
      };
      page.Aftercart("on", "open", () => page.heard.push("open"));
      page.Aftercart("on", "ready", () => page.heard.push("ready"));
      page.Aftercart("setLocale", "zh-CN");
      page.Aftercart("open");
    });
    const requests = ours(page);
    await shop.pretend(html(tag()), { csp: strict() });
    await expect(shop.panel.getByLabel(say("zh-CN", "home.ask_label"))).toBeVisible();
    const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
    await expect.poll(heard).toEqual(["open", "ready"]);
    // A slow panel is greeted again before it has answered, and so answers twice.
    await page.evaluate(
      (base) =>
        new Promise<void>((answered) => {
          addEventListener("message", ({ data }) => data.type === "ready" && answered());
          const frame = document.querySelector("aftercart-launcher")?.shadowRoot?.querySelector("iframe");
          frame?.contentWindow?.postMessage({ aftercart: 1, type: "hello" }, base);
        }),
      aftercart(),
    );
    expect(await heard()).toEqual(["open", "ready"]);
    expect(requests.filter((path) => path.startsWith("/c/"))).toEqual([`/c/${site}/zh-CN.js`]);
  });

  test("open, close, toggle, update, destroy", async ({ page, shop }) => {
    await shop.pretend(html(tag()), { csp: strict() });
    await expect(shop.launcher).toBeVisible();
    await shop.command("toggle");
    await expect(field(shop)).toBeVisible();
    await shop.command("toggle");
    await expect(shop.iframe).toBeHidden();
    await shop.command("update", { offsetY: 100 });
    expect((await shop.launcher.boundingBox())?.y).toBe((page.viewportSize()?.height ?? 0) - 156);
    await shop.command("open");
    await expect(shop.iframe).toBeVisible();
    await shop.command("destroy");
    await expect(shop.host).toHaveCount(0);
    await shop.command("open");
    await shop.command("no such command");
    await expect(shop.host).toHaveCount(0);
  });

  test("open goes to a view, with the order number filled in", async ({ shop }) => {
    await shop.visit();
    await expect(shop.launcher).toBeVisible();
    await shop.command("open", { view: "track", number: "A-1001" });
    await expect(shop.panel.getByLabel(say("en", "track.number_label"))).toHaveValue("A-1001");
  });

  test("setLocale changes launcher and panel", async ({ shop }) => {
    await shop.visit();
    await shop.open();
    await shop.command("setLocale", "zh-CN");
    await expect(shop.panel.getByRole("link", { name: say("zh-CN", "home.action_track") })).toBeVisible();
    await shop.command("close");
    await expect(shop.launcher).toHaveAccessibleName(say("zh-CN", "launcher.open"));
  });

  test("a language chosen in the panel reaches the launcher", async ({ shop }) => {
    await shop.visit();
    await shop.open();
    const chosen = shop.event("locale");
    await shop.panel.getByRole("combobox", { name: say("en", "common.language") }).selectOption("zh-CN");
    expect(await chosen).toBe("zh-CN");
    await shop.command("close");
    await expect(shop.launcher).toHaveAccessibleName(say("zh-CN", "launcher.open"));
  });
});
