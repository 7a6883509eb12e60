// What is downloaded later: when, and what a shopper sees when it does not come.
import { expect, fullPage, locales, lookUp, once, orderLine, say, test } from "../support/test.ts";
import { arrived, as, known } from "../support/returns.ts";
import type { Page } from "@playwright/test";

test.skip(once, "alike on every screen");

const part = (name: string) => new RegExp(`/assets/storefront-split_${name}-[0-9a-f]+\\.wasm$`);

function downloads(page: Page): string[] {
  const seen: string[] = [];
  page.on("request", (request) => {
    const name = /storefront-(?:split_)?(\w+)-[0-9a-f]+\.wasm$/.exec(request.url())?.[1];
    if (name) seen.push(name);
  });
  return seen;
}

test("the first view downloads no part; the form fetches what will answer it", async ({ page }) => {
  const seen = downloads(page);
  await fullPage(page);
  await page.getByLabel(say("en", "home.ask_label")).fill("refunds");
  await expect(page.getByRole("listbox").getByRole("option").first()).toBeVisible();
  expect(seen).toEqual([]);
  const orders = page.waitForResponse(part("orders"));
  await page.getByRole("button", { name: say("en", "common.language") }).or(page.getByLabel(say("en", "home.ask_label"))).press("Escape");
  await page.getByRole("link", { name: say("en", "home.action_track") }).click();
  await orders;
  expect(seen).not.toContain("help");
  await lookUp(page, "en", "A-1024", "li.na@example.cn");
  await expect(orderLine(page, "en", "A-1024")).toBeVisible();
  expect(seen.filter((name) => name === "orders")).toHaveLength(1);
});

for (const locale of locales) {
  test(`a part that does not come is asked for again, and the view goes on (${locale})`, async ({ page, complaints }) => {
    complaints.allow(/Failed to load resource|net::ERR|TypeError: Failed to fetch/);
    await fullPage(page, "", locale);
    await page.route(part("help"), (route) => route.abort());
    await page.getByRole("link", { name: say(locale, "home.action_help") }).click();
    const alert = page.getByRole("alert").filter({ hasText: say(locale, "errors.unavailable") });
    await expect(alert).toBeVisible();
    await expect(page.getByRole("heading", { level: 1, name: say(locale, "help.title") })).toBeFocused();
    await page.unroute(part("help"));
    await page.evaluate(() => document.documentElement.setAttribute("data-same", ""));
    await alert.getByRole("button", { name: say(locale, "common.retry") }).click();
    await expect(page.getByLabel(say(locale, "help.search_label"))).toBeVisible();
    await expect(alert).toBeHidden();
    await expect(page.locator("html[data-same]")).toHaveCount(1);
  });
}

test("a bundle whose parts are gone with a new release is loaded anew", async ({ page, complaints }) => {
  complaints.allow(/status of 404|Failed to fetch|HTTP status code is not ok|TypeError|CompileError/);
  await fullPage(page);
  let gone = true;
  await page.route(part("help"), (route) => (gone ? route.fulfill({ status: 404, body: "" }) : route.continue()));
  await page.getByRole("link", { name: say("en", "home.action_help") }).click();
  const alert = page.getByRole("alert").filter({ hasText: say("en", "errors.unavailable") });
  await expect(alert).toBeVisible();
  const again = page.waitForResponse(part("help"));
  await alert.getByRole("button", { name: say("en", "common.retry") }).click();
  await again;
  await expect(alert).toBeVisible();
  gone = false;
  const loaded = page.waitForEvent("load");
  await alert.getByRole("button", { name: say("en", "common.retry") }).click();
  await loaded;
  await expect(page.getByRole("heading", { level: 1, name: say("en", "help.title") })).toBeVisible();
  await expect(page.getByLabel(say("en", "help.search_label"))).toBeVisible();
});

test("talking is a part of its own, fetched by who wants to talk and by who has talked before", async ({ page }) => {
  const seen = downloads(page);
  await fullPage(page);
  await page.getByRole("link", { name: say("en", "home.action_talk") }).click();
  const field = page.getByLabel(say("en", "chat.label"));
  await expect(field).toBeVisible();
  expect(seen.filter((name) => name === "chat")).toHaveLength(1);
  await field.fill("hello");
  await field.press("Enter");
  await expect(page.getByText(say("en", "chat.sent"), { exact: true })).toBeVisible();
  const again = page.waitForResponse(part("chat"));
  await fullPage(page);
  await again;
});

test("an address that leads into a part fetches it beside the rest", async ({ page }) => {
  await page.goto("about:blank");
  const html = await (await page.request.get(`${process.env.E2E_URL}/s/pk_demo/help`)).text();
  expect(html).toMatch(/rel="?preload"?[^>]*storefront-split_help-/);
  expect(html).not.toMatch(/storefront-split_orders-/);
  const seen = downloads(page);
  await fullPage(page, "help");
  await expect(page.getByLabel(say("en", "help.search_label"))).toBeVisible();
  expect(seen.filter((name) => name === "help")).toHaveLength(1);
});

test("a return comes in parts: the steps, photos for who needs them, its story with the last step; a withdrawal alone", async ({ page }) => {
  const order = await known(await arrived("en", "bags"), "en");
  const seen = downloads(page);
  const next = () => page.getByRole("button", { name: say("en", "returns_flow.next") }).click();
  const at = (key: string) => expect(page.getByRole("heading", { level: 1, name: say("en", `returns_flow.${key}`) })).toBeVisible();
  await fullPage(page, "withdraw");
  await expect(page.getByLabel(say("en", "returns_flow.wd_name"))).toBeVisible();
  expect(seen).toContain("withdraw");
  expect(seen).not.toContain("returns");
  await as(page, order, `return/${order.id}`, "en");
  await page.getByRole("checkbox").first().check();
  expect(seen).toContain("returns");
  await next();
  await at("why_title");
  expect(seen).not.toContain("photos");
  await page.getByRole("radio", { name: say("en", "returns.reason_changed_mind") }).check();
  await next();
  await at("what_title");
  await page.getByRole("radio").first().check();
  await next();
  await at("how_title");
  await page.getByRole("radio").first().check();
  expect(seen).not.toContain("returned");
  const story = page.waitForResponse(part("returned"));
  await next();
  await at("review_title");
  await story;
  await page.getByRole("button", { name: say("en", "returns_flow.send") }).click();
  await expect(page.getByText(say("en", "returns_flow.done_mail"))).toBeVisible();
  expect(seen.filter((name) => name === "returned")).toHaveLength(1);
  expect(seen).not.toContain("photos");
});

for (const locale of locales) {
  test(`photos that cannot be loaded are asked for again, and the step keeps what was chosen (${locale})`, async ({ page, complaints }) => {
    complaints.allow(/Failed to load resource|net::ERR|TypeError: Failed to fetch/);
    const order = await known(await arrived(locale, "bowls"), locale);
    await as(page, order, `return/${order.id}`, locale);
    await page.getByRole("checkbox").first().check();
    await page.route(part("photos"), (route) => route.abort());
    await page.getByRole("button", { name: say(locale, "returns_flow.next") }).click();
    await page.getByRole("radio", { name: say(locale, "returns.reason_damaged") }).check();
    const alert = page.getByRole("alert").filter({ hasText: say(locale, "errors.unavailable") });
    await expect(alert).toBeVisible();
    await page.unroute(part("photos"));
    await alert.getByRole("button", { name: say(locale, "common.retry") }).click();
    await expect(page.getByText(say(locale, "returns_flow.photo_title"))).toBeVisible();
    await expect(alert).toBeHidden();
    await expect(page.getByRole("radio", { name: say(locale, "returns.reason_damaged") })).toBeChecked();
  });
}
