// What the panel says beyond the carrier, and how an order on screen keeps itself up to date.
import type { Locator, Page } from "@playwright/test";
import {
  accessible, aftercart, expect, fullPage, like, locales, lookUp, once, oneOf, orderLine, orders, say, site, test, type Locale,
} from "../support/test.ts";

async function look(page: Page, locale: Locale, order: { number: string; contact: string }): Promise<void> {
  await fullPage(page, "track", locale);
  await lookUp(page, locale, order.number, order.contact);
  await expect(orderLine(page, locale, order.number)).toBeVisible();
}

/** A delivered order that no other test of this run touches. */
function own(): { number: string; contact: string } {
  return test.info().project.name === "phone" ? orders.deliveredToo : orders.delivered;
}

const headline = (page: Page): Locator => page.getByRole("heading", { level: 1 });

for (const locale of locales) {
  for (const [what, order, key, words] of [
    ["a week without a scan", orders.stuck, "track.stuck", "track.trouble_stuck"],
    ["a label that nobody scanned", orders.unscanned, "track.stuck", "track.trouble_unscanned"],
    ["late, and still moving", orders.late, "track.late", "track.late_note"],
    ["nothing but a gift card", orders.digital, "track.digital", "track.digital_items"],
    ["a pre-order alone", orders.preOrder, "track.pre_order", "track.pre_order_from"],
    ["a parcel, a pre-order and a download", orders.mixed, "track.partly_shipped", "track.pre_order_from"],
    ["an exchange", orders.exchange, "track.arriving", "track.exchange_line"],
    ["no promise but our own estimate", orders.estimate, "track.arriving", "track.estimate"],
  ] as const) {
    test(`${what}, ${locale}`, async ({ page }) => {
      await look(page, locale, order);
      const arriving = ["arriving", "arriving_today", "arriving_tomorrow", "arriving_between"];
      const said = key === "track.arriving" ? oneOf(locale, ...arriving.map((name) => `track.${name}`)) : like(locale, key);
      await expect(headline(page)).toHaveText(said);
      await expect(page.getByText(like(locale, words)).first()).toBeVisible();
      await accessible(page);
    });
  }

  test(`trouble leads to somebody who helps, ${locale}`, async ({ page }) => {
    await look(page, locale, orders.stuck);
    await page.getByRole("link", { name: say(locale, "track.report_missing") }).click();
    await expect(page.getByText(say(locale, "chat.about_order", { number: orders.stuck.number }))).toBeVisible();
  });

  test(`a link that is none, ${locale}`, async ({ page, complaints }) => {
    complaints.allow(/status of 404/);
    await page.goto(`${aftercart()}/s/${site}/shared?locale=${locale}#bm8.bm8`);
    await expect(page.getByText(say(locale, "errors.link_invalid"))).toBeVisible();
    await expect(page.getByRole("link", { name: say(locale, "track.another") })).toBeVisible();
  });
}

test("it says delivered and is not there: kept, heard of in another window, and taken back", async ({ page, context }) => {
  const order = own();
  await look(page, "zh-CN", order);
  const other = await context.newPage();
  await look(other, "zh-CN", order);
  await page.getByRole("button", { name: say("zh-CN", "track.not_there") }).click();
  for (const window of [page, other]) {
    await window.bringToFront();
    await expect(headline(window)).toHaveText(say("zh-CN", "track.disputed"));
    await expect(window.getByText(like("zh-CN", "track.trouble_disputed"))).toBeVisible();
  }
  await other.getByRole("button", { name: say("zh-CN", "track.turned_up") }).click();
  await page.bringToFront();
  await expect(page.getByRole("button", { name: say("zh-CN", "track.not_there") })).toBeVisible();
  await expect(headline(page)).toHaveText(like("zh-CN", "track.delivered_on"));
});

test("news move nothing: open parts, the focus and the place on the page stay", async ({ page, request }) => {
  const order = own();
  const answer = page.waitForResponse(/orders\/lookup/);
  await look(page, "zh-CN", order);
  const { watch, parcels } = await (await answer).json();
  await page.getByRole("button", { name: like("zh-CN", "track.show_all_other") }).click();
  const raw = page.getByRole("button", { name: say("zh-CN", "track.raw") });
  await raw.click();
  await expect(raw).toBeFocused();
  // Not at the very end: there is no room to make up for what comes in above.
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight - innerHeight - 100));
  const before = await raw.boundingBox();
  const steps = await page.getByRole("listitem").count();
  const dispute = async (missing: boolean) => {
    const answer = await request.post(`${aftercart()}/api/v1/orders/dispute`, {
      headers: { "aftercart-site": site, "aftercart-watch": watch },
      data: { parcel: parcels[0].id, missing },
    });
    expect(answer.status()).toBe(200);
  };
  await dispute(true);
  // The card grows above what is being read.
  await expect(headline(page)).toHaveText(say("zh-CN", "track.disputed"));
  await expect(raw).toBeFocused();
  await expect(raw).toHaveAttribute("aria-expanded", "true");
  await expect(page.getByRole("listitem")).toHaveCount(steps);
  const after = await raw.boundingBox();
  expect(Math.abs((after?.y ?? 0) - (before?.y ?? 999))).toBeLessThan(2);
  // Read out once, in words.
  await expect(page.locator("#ac-status")).toHaveText(say("zh-CN", "track.disputed"));
  await dispute(false);
  await expect(headline(page)).toHaveText(like("zh-CN", "track.delivered_on"));
});

test("a shared link shows how far the order is and nothing else", async ({ page, context, browser }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await look(page, "en", orders.single);
  await page.getByRole("button", { name: say("en", "track.share") }).click();
  await expect(page.getByText(say("en", "track.share_note")).first()).toBeVisible();
  const link = (await page.locator(".ac-link").textContent()) ?? "";
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await accessible(page);
  const friend = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await friend.goto(link);
  await expect(friend.getByText(say("en", "track.shared_line"))).toBeVisible();
  await expect(friend.getByRole("region", { name: say("en", "status.out_for_delivery") })).toContainText("Royal Mail");
  const text = await friend.locator("#aftercart-root").innerText();
  for (const secret of [orders.single.number, "MZ482915736GB", "Brighton", "Gatwick", "E***"]) {
    expect(text, secret).not.toContain(secret);
  }
  await expect(friend.getByRole("button", { name: say("en", "track.share") })).toHaveCount(0);
  // The address survives a reload.
  await friend.reload();
  await expect(friend.getByText(say("en", "track.shared_line"))).toBeVisible();
  await accessible(friend);
  await friend.context().close();
});

test("while the server is silent the answer says how old it is, and recovers by itself", async ({ page, complaints, isMobile }) => {
  test.skip(once({ isMobile }), "alike on every screen");
  complaints.allow(/Failed to load resource/, /net::ERR/);
  let down = true;
  await page.route("**/api/v1/orders/watch?**", async (route) =>
    down
      ? route.fulfill({ status: 503, json: { code: "unavailable", message: "down", request_id: "r", retry_after: 1 } })
      : route.continue(),
  );
  await look(page, "en", orders.single);
  await expect(page.getByText(say("en", "track.as_of_now"))).toBeVisible();
  await expect(page.getByRole("region", { name: say("en", "status.out_for_delivery") })).toBeVisible();
  down = false;
  await expect(page.getByText(say("en", "track.as_of_now"))).toBeHidden({ timeout: 30_000 });
});

test("a token that has run out is renewed without a word", async ({ page, complaints, isMobile }) => {
  test.skip(once({ isMobile }), "alike on every screen");
  complaints.allow(/status of 401/);
  let expired = true;
  await page.route("**/api/v1/orders/watch?**", async (route) => {
    if (!expired) return route.continue();
    expired = false;
    await route.fulfill({ status: 401, json: { code: "session_expired", message: "", request_id: "r" } });
  });
  const renewed = page.waitForResponse(
    (response) => /orders\/lookup/.test(response.url()) && !expired,
  );
  await look(page, "en", orders.single);
  expect((await renewed).status()).toBe(200);
  await expect(page.getByText(say("en", "errors.session_expired"))).toBeHidden();
  await expect(orderLine(page, "en", orders.single.number)).toBeVisible();
});
