import { accessible, aftercart, expect, html, like, literal, oneOf, say, shopUrl, site, tag, test } from "../support/test.ts";
import type { Page, Request } from "@playwright/test";

// What was seen is seen for good, so each project has a customer of its own; both have one parcel in trouble.
const own = { desktop: { name: "daniel", number: "A-1011" }, phone: { name: "ethan", number: "A-1032" } } as const;
const customer = (project: string) => (project === "phone" ? own.phone : own.desktop);

const strict = () => `default-src 'none'; script-src ${aftercart()}; frame-src ${aftercart()}`;

/** What the shop's server would put into the page. */
async function signed(page: Page, name: string): Promise<string> {
  // The server may just be closing the connection that was kept from the last time.
  const answer = await page.request.post(`${shopUrl()}/account/token?customer=${name}`, { maxRetries: 2 });
  return ((await answer.json()) as { token: string }).token;
}

function ours(page: Page): string[] {
  const seen: string[] = [];
  page.on("request", (request: Request) => {
    const url = new URL(request.url());
    if (url.origin === aftercart()) seen.push(`${request.method()} ${url.pathname}`);
  });
  return seen;
}

test("a signed-in shopper hears of her late parcel once, and can put the notice away", async ({ page, shop, context }, info) => {
  const { name, number } = customer(info.project.name);
  const requests = ours(page);
  await shop.pretend(html(tag()), { csp: strict() });
  await expect(shop.launcher).toBeVisible();
  await page.waitForLoadState("networkidle");
  expect(requests.filter((one) => !one.includes("/c/"))).toEqual(["GET /aftercart.js"]);

  await shop.command("identify", await signed(page, name));
  const badge = shop.launcher.locator("span");
  await expect(badge).toHaveText("1");
  await expect(shop.launcher).toHaveAccessibleName(say("en", "launcher.open"));
  await expect(shop.launcher).toHaveAttribute("aria-description", like("en", "alert.launcher"));
  await expect(shop.iframe).toBeHidden();
  // One token, one exchange.
  expect(requests.filter((one) => one === "POST /api/v1/identify")).toHaveLength(1);
  expect(requests.filter((one) => one === "GET /notices.js")).toHaveLength(1);
  await accessible(page, "aftercart-launcher");

  const panel = await shop.open();
  const told = panel.getByRole("region", { name: say("en", "alert.heading") });
  await expect(told).toContainText(oneOf("en", "alert.held", "alert.missed"));
  await expect(told).toContainText(number);
  await expect(badge).toHaveCount(0);
  await expect(panel.getByRole("region", { name: say("en", "account.orders") })).toBeVisible();
  expect(requests.filter((one) => one === "POST /api/v1/identify")).toHaveLength(1);
  await accessible(page, "aftercart-launcher");
  await told.getByRole("link", { name: say("en", "alert.open") }).click();
  await expect(panel.getByText(say("en", "track.order_line", { number }), { exact: true })).toBeVisible();

  // Another page of the shop: the card is still there, the badge is not, and putting it away is for good.
  const again = async () => {
    await shop.pretend(html(tag()), { csp: strict() });
    const accepted = shop.event("identify");
    await shop.command("identify", await signed(page, name));
    expect(await accepted).toEqual({ result: "accepted" });
    const opened = await shop.open();
    await expect(badge).toHaveCount(0);
    await expect(opened.getByText(new RegExp(literal(number))).first()).toBeVisible();
    return opened.getByRole("region", { name: say("en", "alert.heading") });
  };
  const card = await again();
  const kept = page.waitForResponse((answer) => answer.url().endsWith("/me/notices/seen"));
  await card.getByRole("button", { name: say("en", "alert.dismiss") }).click();
  await expect(card).toBeHidden();
  await kept;
  await expect(await again()).toBeHidden();
  const stored = await context.storageState();
  expect(stored.origins.filter(({ origin }) => origin === aftercart())).toEqual([]);
  expect(await context.cookies()).toEqual([]);
});

test("the bundle waits until she reaches for the launcher, unless something is wrong", async ({ page, shop }) => {
  const requests = ours(page);
  await shop.pretend(html(tag()), { csp: strict() });
  const accepted = shop.event("identify");
  const told = page.waitForResponse((answer) => answer.url().includes("/me/notices"));
  await shop.command("identify", await signed(page, "nobody"));
  expect(await accepted).toEqual({ result: "accepted" });
  await (await told).finished();
  // Whatever the page or the frame had put off until they have nothing better to do has begun.
  for (const frame of page.frames()) await frame.evaluate(() => new Promise<void>((idle) => requestIdleCallback(() => idle())));
  const heavy = () => requests.filter((one) => one.endsWith(".wasm"));
  expect(heavy()).toEqual([]);
  expect(requests).toContain(`GET /w/${site}`);
  await shop.launcher.dispatchEvent("pointerenter");
  await expect.poll(() => heavy().length).toBe(1);
});

test("a token that is refused leaves nothing but its answer", async ({ page, shop, complaints }) => {
  complaints.allow(/status of 401/);
  await shop.pretend(html(tag()), { csp: strict() });
  const refused = shop.event("identify");
  await shop.command("identify", "nonsense");
  expect(await refused).toEqual({ result: "refused" });
  await expect(shop.launcher.locator("span")).toHaveCount(0);
});
