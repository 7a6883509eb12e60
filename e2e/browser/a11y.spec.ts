import type { Page } from "@playwright/test";
import {
  accessible, categoryOf, expect, fullPage, locales, lookUp, orders, say, starting, test, titleOf,
} from "../support/test.ts";

// A colour caught halfway from light to dark is no colour of ours.
test.use({ contextOptions: { reducedMotion: "reduce" } });

/** In light and in dark, on the same page: nothing else about it changes. */
async function inBothSchemes(page: Page, within?: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await accessible(page, within);
  }
}

for (const locale of locales) {
  test(`home, track, result (${locale})`, async ({ page }) => {
    await fullPage(page, "", locale);
    await inBothSchemes(page);
    await page.getByRole("link", { name: say(locale, "home.action_track") }).click();
    await expect(page.getByRole("heading", { level: 1, name: say(locale, "track.title") })).toBeVisible();
    await inBothSchemes(page);
    await page.getByRole("button", { name: say(locale, "track.submit") }).click();
    await expect(page.getByText(say(locale, "track.number_required"))).toBeVisible();
    await inBothSchemes(page);
    await lookUp(page, locale, orders.split.number, orders.split.contact);
    await expect(page.getByRole("heading", { level: 1, name: say(locale, "track.exception") })).toBeVisible();
    await inBothSchemes(page);
  });

  test(`help, topic, article, search, talk (${locale})`, async ({ page }) => {
    const title = titleOf(locale, "track-refund");
    await fullPage(page, "help", locale);
    await expect(page.getByRole("link", { name: categoryOf(locale, "returns") })).toBeVisible();
    await inBothSchemes(page);
    await page.getByRole("link", { name: categoryOf(locale, "returns") }).click();
    await expect(page.getByRole("link", { name: starting(title) })).toBeVisible();
    await inBothSchemes(page);
    await page.getByRole("link", { name: starting(title) }).click();
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    await inBothSchemes(page);
    await page.goBack();
    await page.goBack();
    await page.getByLabel(say(locale, "help.search_label")).fill(locale === "en" ? "refund" : "退款");
    await expect(page.locator("mark").first()).toBeVisible();
    await inBothSchemes(page);
    await page.getByLabel(say(locale, "help.search_label")).fill("xqzwv");
    await expect(page.getByText(say(locale, "help.no_results", { query: "xqzwv" }))).toBeVisible();
    await inBothSchemes(page);
    await page.getByRole("link", { name: say(locale, "home.action_talk") }).first().click();
    await expect(page.getByRole("heading", { level: 1, name: say(locale, "talk.title") })).toBeVisible();
    await inBothSchemes(page);
  });

  test(`errors (${locale})`, async ({ page, complaints }) => {
    complaints.allow(/Failed to load resource/);
    await page.route("**/api/v1/**", (route) =>
      route.fulfill({ status: 503, json: { code: "unavailable", message: "down", request_id: "r" } }),
    );
    await fullPage(page, "help", locale);
    await expect(page.getByText(say(locale, "errors.unavailable")).first()).toBeVisible();
    await inBothSchemes(page);
    await fullPage(page, "track", locale);
    await lookUp(page, locale, orders.single.number, orders.single.contact);
    await expect(page.getByText(say(locale, "errors.unavailable")).first()).toBeVisible();
    await inBothSchemes(page);
  });

  test(`the launcher and the panel in the shop's page (${locale})`, async ({ page, shop }) => {
    await shop.visit(locale);
    await expect(shop.launcher).toBeVisible();
    await inBothSchemes(page, "aftercart-launcher");
    const panel = await shop.open(locale);
    await inBothSchemes(page, "aftercart-launcher");
    await panel.getByLabel(say(locale, "home.ask_label")).fill(locale === "en" ? "refund" : "退款");
    const answers = panel.getByRole("listbox", { name: say(locale, "home.suggestions") });
    await expect(answers.getByRole("option").first()).toBeVisible();
    await inBothSchemes(page, "aftercart-launcher");
  });
}

test("zoomed to 400 %, nothing is cut off and nothing needs scrolling sideways", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 256 });
  for (const view of ["", "track", "help", "help/a/track-refund", "talk"]) {
    await fullPage(page, view);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(content, view).toBeLessThanOrEqual(window ?? 0);
  }
});
