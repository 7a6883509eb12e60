import { accessible, categoryOf, expect, fullPage, locales, lookUp, orders, say, test, titleOf } from "../support/test.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    for (const locale of locales) {
      test(`home, track, result (${locale})`, async ({ page }) => {
        await fullPage(page, "", locale);
        await accessible(page);
        await fullPage(page, "track", locale);
        await accessible(page);
        await page.getByRole("button", { name: say(locale, "track.submit") }).click();
        await expect(page.getByText(say(locale, "track.number_required"))).toBeVisible();
        await accessible(page);
        await lookUp(page, locale, orders.split.number, orders.split.contact);
        await expect(page.getByRole("heading", { level: 1, name: say(locale, "track.exception") })).toBeVisible();
        await accessible(page);
      });

      test(`help, topic, article, search, talk (${locale})`, async ({ page }) => {
        await fullPage(page, "help", locale);
        await expect(page.getByRole("link", { name: categoryOf(locale, "returns") })).toBeVisible();
        await accessible(page);
        await fullPage(page, "help/c/returns", locale);
        await expect(page.getByRole("link", { name: titleOf(locale, "track-refund") })).toBeVisible();
        await accessible(page);
        await fullPage(page, "help/a/track-refund", locale);
        await expect(page.getByRole("heading", { level: 1, name: titleOf(locale, "track-refund") })).toBeVisible();
        await accessible(page);
        await fullPage(page, `help/search?q=${locale === "en" ? "refund" : "退款"}`, locale);
        await expect(page.locator("mark").first()).toBeVisible();
        await accessible(page);
        await fullPage(page, "help/search?q=xqzwv", locale);
        await expect(page.getByText(say(locale, "help.no_results", { query: "xqzwv" }))).toBeVisible();
        await accessible(page);
        await fullPage(page, "talk", locale);
        await accessible(page);
      });

      test(`errors (${locale})`, async ({ page, complaints }) => {
        complaints.allow(/Failed to load resource/);
        await page.route("**/api/v1/**", (route) =>
          route.fulfill({ status: 503, json: { code: "unavailable", message: "down", request_id: "r" } }),
        );
        await fullPage(page, "help", locale);
        await expect(page.getByText(say(locale, "errors.unavailable")).first()).toBeVisible();
        await accessible(page);
        await fullPage(page, "track", locale);
        await lookUp(page, locale, orders.single.number, orders.single.contact);
        await expect(page.getByText(say(locale, "errors.unavailable")).first()).toBeVisible();
        await accessible(page);
      });

      test(`the launcher and the panel in the shop's page (${locale})`, async ({ page, shop }) => {
        await shop.visit(locale);
        await expect(shop.launcher).toBeVisible();
        await accessible(page, "aftercart-launcher");
        const panel = await shop.open(locale);
        await accessible(page, "aftercart-launcher");
        await panel.getByLabel(say(locale, "home.ask_label")).fill(locale === "en" ? "refund" : "退款");
        await expect(panel.getByRole("option").first()).toBeVisible();
        await accessible(page, "aftercart-launcher");
      });
    }
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
