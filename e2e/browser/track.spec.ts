import {
  aftercart, expect, fullPage, html, like, lookUp, once, oneOf, orderLine, orders, say, tabTo, tag, test, type Locale,
} from "../support/test.ts";

test.describe("at phone size", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("a split shipment in trouble, in Chinese, by keyboard only", async ({ page, shop }) => {
    await shop.visit("zh-CN");
    await expect(shop.launcher).toBeVisible();
    await tabTo(page, shop.launcher, 120);
    await page.keyboard.press("Enter");
    const { panel } = shop;
    await expect(panel.getByRole("link", { name: say("zh-CN", "home.action_track") })).toBeVisible();
    await tabTo(page, panel.getByRole("link", { name: say("zh-CN", "home.action_track") }));
    await page.keyboard.press("Enter");
    await expect(panel.getByRole("heading", { level: 1, name: say("zh-CN", "track.title") })).toBeFocused();

    await tabTo(page, panel.getByLabel(say("zh-CN", "track.number_label")));
    await page.keyboard.type(orders.split.number);
    await page.keyboard.press("Tab");
    await expect(panel.getByLabel(say("zh-CN", "track.contact_label"))).toBeFocused();
    await page.keyboard.type(orders.split.phone);
    await page.keyboard.press("Enter");

    const headline = panel.getByRole("heading", { level: 1, name: say("zh-CN", "track.exception") });
    await expect(headline).toBeFocused();
    const parcels = panel.getByRole("region");
    await expect(parcels).toHaveCount(3);
    for (const status of ["delivered", "exception", "in_transit"]) {
      await expect(panel.getByRole("region", { name: say("zh-CN", `status.${status}`) })).toHaveCount(1);
    }
    const stuck = panel.getByRole("region", { name: say("zh-CN", "status.exception") });
    await expect(stuck).toContainText(say("zh-CN", "track.trouble_exception"));
    await expect(stuck).toContainText("中通");
    await tabTo(page, stuck.getByRole("button", { name: say("zh-CN", "track.raw") }));
    await page.keyboard.press("Enter");
    await expect(stuck.getByText(/【杭州市】/).first()).toBeVisible();

    await tabTo(page, panel.getByRole("button", { name: say("zh-CN", "common.back") }), 120);
    await page.keyboard.press("Enter");
    await expect(panel.getByLabel(say("zh-CN", "track.number_label"))).toHaveValue(orders.split.number);
    await page.keyboard.press("Escape");
    await expect(shop.iframe).toBeHidden();
    await expect(shop.launcher).toBeFocused();
  });
});

test("one parcel, in English: headline, stage, carrier, newest step first, nothing private", async ({ page }) => {
  await fullPage(page, "track");
  await lookUp(page, "en", orders.single.number, orders.single.contact);
  await expect(orderLine(page, "en", orders.single.number)).toBeVisible();
  const headlines = ["arriving_today", "arriving_tomorrow", "arriving", "arriving_between", "late", "out_for_delivery"];
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(oneOf("en", ...headlines.map((key) => `track.${key}`)));
  const now = page.getByRole("list", { name: say("en", "track.progress") }).locator("[aria-current=step]");
  await expect(now).toContainText(say("en", "stage.out_for_delivery"));

  const parcel = page.getByRole("region", { name: say("en", "status.out_for_delivery") });
  await expect(parcel).toContainText("Royal Mail");
  await expect(parcel).toContainText("MZ482915736GB");
  await expect(parcel.getByRole("listitem").first()).toContainText(say("en", "status.out_for_delivery"));
  const steps = parcel.getByRole("listitem");
  await expect(steps).toHaveCount(3);
  await parcel.getByRole("button", { name: like("en", "track.show_all_other") }).click();
  await expect(steps).toHaveCount(7);
  for (const secret of ["Wilson", "Larkspur", "emma.wilson", "7700", "89.00"]) {
    await expect(page.locator("body")).not.toContainText(secret);
  }
  expect(page.url()).not.toMatch(/emma|%40|@/);
});

for (const [what, number, contact, meant] of [
  ["full-width letters, digits and dash", " ａ－１００１ ", "ｅｍｍａ．ｗｉｌｓｏｎ＠example.com", orders.single],
  ["a hash, a space, lower case, capitals in the address", "#a 1001", " Emma.Wilson@Example.com ", orders.single],
  ["invisible characters and a long dash", "\u200bA–1001\ufeff", "emma.wilson\u200b@example.com", orders.single],
  ["an international phone number as one writes it", "A-1001", "0044 7700-900 123", orders.single],
  ["+86 with spaces", "A1024", "+86 138 0013 8000", orders.split],
  ["0086 in full width", "A_1024", "００８６１３８００１３８０００", orders.split],
] as const) {
  test(`forgives ${what}`, async ({ page }) => {
    await fullPage(page, "track");
    await lookUp(page, "en", number, contact);
    await expect(orderLine(page, "en", meant.number)).toBeVisible();
  });
}

test("number and e-mail pasted together go where they belong", async ({ shop }) => {
  await shop.visit();
  const panel = await shop.open();
  await panel.getByLabel(say("en", "home.ask_label")).fill(`${orders.split.number} ${orders.split.contact}`);
  await panel.getByRole("option", { name: like("en", "home.track_number") }).click();
  await expect(panel.getByLabel(say("en", "track.number_label"))).toHaveValue(orders.split.number);
  await expect(panel.getByLabel(say("en", "track.contact_label"))).toHaveValue(orders.split.contact);
  await panel.getByRole("button", { name: say("en", "track.submit") }).click();
  await expect(panel.getByRole("heading", { level: 1, name: say("en", "track.exception") })).toBeVisible();
});

test("no parcel yet, and an order that was cancelled", async ({ page }) => {
  await fullPage(page, "track", "zh-CN");
  await lookUp(page, "zh-CN", orders.placed.number, orders.placed.contact);
  await expect(page.getByRole("heading", { level: 1, name: say("zh-CN", "track.placed") })).toBeVisible();
  await expect(page.getByText(say("zh-CN", "track.placed_note"))).toBeVisible();
  await page.getByRole("link", { name: say("zh-CN", "track.another") }).click();
  await lookUp(page, "zh-CN", orders.cancelled.number, orders.cancelled.contact);
  await expect(page.getByRole("heading", { level: 1, name: say("zh-CN", "track.cancelled") })).toBeVisible();
});

test("a wrong number and a wrong contact are answered alike, and what was typed stays", async ({ page, complaints }) => {
  complaints.allow(/status of 404/);
  await fullPage(page, "track");
  for (const [number, contact] of [["A-9999", "nobody@example.com"], ["A-1036", "nobody@example.com"]] as const) {
    await lookUp(page, "en", number, contact);
    await expect(page.getByRole("alert").filter({ hasText: say("en", "errors.order_not_found") })).toBeVisible();
    await expect(page.getByLabel(say("en", "track.number_label"))).toHaveValue(number);
    await expect(page.getByLabel(say("en", "track.contact_label"))).toHaveValue(contact);
  }
});

test.describe("on bad days", () => {
  test.skip(once, "alike on every screen");
  const trouble = [/Failed to load resource/, /net::ERR/];

  test("too many tries: says when to come back", async ({ shop, wire, complaints }) => {
    complaints.allow(...trouble);
    wire.set({
      only: /orders\/lookup/,
      answer: {
        status: 429,
        headers: { "retry-after": "600" },
        body: { code: "rate_limited", message: "too many", retry_after: 600, request_id: "r" },
      },
    });
    await shop.pretend(html(tag("", wire.url)));
    const panel = await shop.open();
    await panel.getByRole("link", { name: say("en", "home.action_track") }).click();
    await lookUp(panel, "en", orders.single.number, orders.single.contact);
    await expect(panel.getByText(like("en", "errors.rate_limited_until"))).toBeVisible();
    await expect(panel.getByLabel(say("en", "track.number_label"))).toHaveValue(orders.single.number);
  });

  test("offline: keeps what was typed, and asks again by itself", async ({ page, context, complaints }) => {
    complaints.allow(...trouble);
    await fullPage(page, "track");
    await context.setOffline(true);
    await lookUp(page, "en", orders.single.number, orders.single.contact);
    await expect(page.getByText(say("en", "offline.title"))).toBeVisible();
    await expect(page.getByText(say("en", "offline.kept"))).toBeVisible();
    await expect(page.getByLabel(say("en", "track.number_label"))).toHaveValue(orders.single.number);
    await context.setOffline(false);
    await expect(orderLine(page, "en", orders.single.number)).toBeVisible();
  });

  test("slow: says that it is still at it", async ({ shop, wire }) => {
    wire.set({ only: /orders\/lookup/, delay: 5500 });
    await shop.pretend(html(tag("", wire.url)));
    const panel = await shop.open();
    await panel.getByRole("link", { name: say("en", "home.action_track") }).click();
    await lookUp(panel, "en", orders.single.number, orders.single.contact);
    await expect(panel.getByText(say("en", "common.slow")).first()).toBeVisible();
    await expect(orderLine(panel, "en", orders.single.number)).toBeVisible();
  });

  test("an answer that breaks off is an error with another try", async ({ shop, wire, complaints }) => {
    complaints.allow(...trouble);
    wire.set({ only: /orders\/lookup/, cut: 20 });
    await shop.pretend(html(tag("", wire.url)));
    const panel = await shop.open();
    await panel.getByRole("link", { name: say("en", "home.action_track") }).click();
    await lookUp(panel, "en", orders.single.number, orders.single.contact);
    const alert = panel.getByRole("alert").filter({ hasText: oneOf("en", "errors.title", "offline.title") });
    await expect(alert).toBeVisible();
    await expect(panel.getByLabel(say("en", "track.contact_label"))).toHaveValue(orders.single.contact);
    wire.set({});
    await panel.getByRole("button", { name: say("en", "track.submit") }).click();
    await expect(orderLine(panel, "en", orders.single.number)).toBeVisible();
  });

  for (const [code, status] of [
    ["unavailable", 503], ["storage_full", 507], ["timeout", 504], ["internal", 500], ["session_expired", 401],
    ["origin_not_allowed", 403], ["too_large", 413], ["unsupported_media_type", 415], ["bad_request", 400],
  ] as const) {
    test(`${status} ${code} has words of its own`, async ({ page, complaints }) => {
      complaints.allow(...trouble);
      await page.route("**/api/v1/orders/lookup", (route) =>
        route.fulfill({ status, json: { code, message: "internal text", request_id: "r" } }),
      );
      for (const locale of ["en", "zh-CN"] as Locale[]) {
        await fullPage(page, "track", locale);
        await lookUp(page, locale, orders.single.number, orders.single.contact);
        await expect(page.getByRole("alert").filter({ hasText: say(locale, `errors.${code}`) })).toBeVisible();
        await expect(page.locator("body")).not.toContainText("internal text");
        await expect(page.getByLabel(say(locale, "track.number_label"))).toHaveValue(orders.single.number);
      }
    });
  }
});

test("opened by the shop's page with a number, home again by the back button", async ({ shop }) => {
  await shop.visit("zh-CN");
  const panel = await shop.open("zh-CN");
  await shop.command("open", { view: "track", number: orders.split.number });
  await expect(panel.getByLabel(say("zh-CN", "track.number_label"))).toHaveValue(orders.split.number);
  await panel.getByRole("button", { name: say("zh-CN", "common.back") }).click();
  await expect(panel.getByRole("link", { name: say("zh-CN", "home.action_track") })).toBeVisible();
});

test("the plain page for tracking is the same panel", async ({ page }) => {
  await page.goto(`${aftercart()}/s/pk_demo/track?number=A-1001&locale=en`);
  await expect(page.getByLabel(say("en", "track.number_label"))).toHaveValue("A-1001");
});
