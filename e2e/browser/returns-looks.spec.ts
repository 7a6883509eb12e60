// How a return looks where looks can be measured: in the dark, in forced colours, wide, narrow, on paper, in a calendar.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { arrived, as, known } from "../support/returns.ts";
import { accessible, elsewhere, expect, locales, once, say, test, type Locale } from "../support/test.ts";

test.use({ contextOptions: { reducedMotion: "reduce" } });

const next = (page: Page, locale: Locale) => page.getByRole("button", { name: say(locale, "returns_flow.next") }).click();
const at = (page: Page, locale: Locale, key: string) =>
  expect(page.getByRole("heading", { level: 1, name: say(locale, `returns_flow.${key}`) })).toBeVisible();

/** Up to the last step; `look` is called at each. */
async function toReview(page: Page, locale: Locale, look: () => Promise<void>): Promise<void> {
  const order = await known(await arrived(locale, "bags"), locale);
  await as(page, order, `return/${order.id}`, locale);
  await page.getByRole("checkbox").first().check();
  await look();
  await next(page, locale);
  await at(page, locale, "why_title");
  await page.getByRole("radio", { name: say(locale, "returns.reason_changed_mind") }).check();
  await look();
  await next(page, locale);
  await at(page, locale, "what_title");
  await page.getByRole("radio").first().check();
  await look();
  await next(page, locale);
  await at(page, locale, "how_title");
  await page.getByRole("radio").first().check();
  await look();
  await next(page, locale);
  await at(page, locale, "review_title");
  await look();
}

async function send(page: Page, locale: Locale): Promise<void> {
  await page.getByRole("button", { name: say(locale, "returns_flow.send") }).click();
  await expect(page.getByText(say(locale, "returns_flow.done_mail"))).toBeVisible();
}

for (const locale of locales) {
  test(`every step in the dark and in forced colours (${locale})`, async ({ page, isMobile }) => {
    test.skip(elsewhere(locale)({ isMobile }), "on the other screen");
    const look = async () => {
      await page.emulateMedia({ colorScheme: "dark", forcedColors: "none" });
      await accessible(page);
      await page.emulateMedia({ colorScheme: "dark", forcedColors: "active" });
      await accessible(page);
    };
    await toReview(page, locale, look);
    await send(page, locale);
    await look();
  });

  test(`a wide page puts the way beside the step, and the code beside what to do (${locale})`, async ({ page, isMobile }) => {
    test.skip(once({ isMobile }), "sets its own size");
    await page.setViewportSize({ width: 1280, height: 800 });
    await toReview(page, locale, async () => {
      const [way, title] = [await page.locator(".ac-step").boundingBox(), await page.locator("#ac-title").boundingBox()];
      expect((way?.x ?? 0) + (way?.width ?? 0)).toBeLessThan(title?.x ?? 0);
      await expect(page.locator(".ac-step-here")).toBeVisible();
    });
    await send(page, locale);
    const code = await page.locator(".ac-code-card").boundingBox();
    const steps = await page.locator(".ac-next").boundingBox();
    expect((steps?.x ?? 0) + (steps?.width ?? 0)).toBeLessThan(code?.x ?? 0);
    await page.setViewportSize({ width: 390, height: 844 });
    expect((await page.locator(".ac-code-card").boundingBox())?.y).toBeLessThan((await page.locator(".ac-next").boundingBox())?.y ?? 0);
  });

  test(`no date breaks over two lines, however narrow; the day goes into a calendar; paper has the code (${locale})`, async ({ page }) => {
    await toReview(page, locale, async () => {});
    await send(page, locale);
    const dates = page.locator(".ac-date");
    expect(await dates.count()).toBeGreaterThan(1);
    for (const width of [320, 345, 360, 375, 390, 412]) {
      await page.setViewportSize({ width, height: 800 });
      const lines = await dates.evaluateAll((all) => all.map((date) => date.getClientRects().length));
      expect(Math.max(...lines), `${width}`).toBe(1);
    }
    const said = await page.locator(".ac-title .ac-date").textContent();

    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: say(locale, "returns_calendar.add") }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toMatch(/^R-[0-9A-Z]+\.ics$/);
    const text = readFileSync(await file.path(), "utf8");
    const day = /DTSTART;VALUE=DATE:(\d{4})(\d\d)(\d\d)\r\n/.exec(text)?.slice(1).map(Number) as [number, number, number];
    const month = new Date(Date.UTC(2000, day[1] - 1, 1)).toLocaleString("en-GB", { month: "long", timeZone: "UTC" });
    expect(said).toBe(locale === "en" ? `${day[2]} ${month} ${day[0]}` : `${day[0]}年${day[1]}月${day[2]}日`);
    expect(text.replaceAll("\r\n ", "")).toContain(file.suggestedFilename().slice(0, -4));
    expect(text.split("\r\n").every((line) => Buffer.byteLength(line) <= 75)).toBe(true);

    await page.emulateMedia({ media: "print" });
    await expect(page.locator(".ac-qr")).toBeVisible();
    await expect(page.locator(".ac-next")).toBeVisible();
    await expect(page.locator(".ac-top")).toBeHidden();
    await expect(page.getByRole("button", { name: say(locale, "returns_flow.cancel") })).toBeHidden();
    await expect(page.getByRole("button", { name: say(locale, "returns_flow.print") })).toBeHidden();
  });
}
