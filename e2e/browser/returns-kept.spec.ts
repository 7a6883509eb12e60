// What she has begun outlives refresh, another language, a session's end and a network that goes away; it is sent once.
import type { Page } from "@playwright/test";
import { codeFor } from "../support/outbox.ts";
import { arrived, as, known, titleOfGoods, type Arrived } from "../support/returns.ts";
import { elsewhere, expect, fullPage, locales, say, site, test, type Locale } from "../support/test.ts";

const heading = (page: Page, locale: Locale, key: string) =>
  page.getByRole("heading", { level: 1, name: say(locale, key), exact: true });
const next = (page: Page, locale: Locale) => page.getByRole("button", { name: say(locale, "returns_flow.next") }).click();

/** Up to the review. */
async function begin(page: Page, order: Arrived, locale: Locale): Promise<void> {
  await as(page, order, `return/${order.id}`, locale);
  await page.getByRole("checkbox", { name: titleOfGoods(locale, "bags") }).check();
  await page.getByRole("button", { name: say(locale, "returns_flow.more") }).click();
  await next(page, locale);
  await page.getByRole("radio", { name: say(locale, "returns.reason_changed_mind") }).check();
  await next(page, locale);
  await page.getByRole("radio").first().check();
  await next(page, locale);
  await page.getByRole("radio").last().check();
  await next(page, locale);
  await expect(heading(page, locale, "returns_flow.review_title")).toBeVisible();
}

for (const locale of locales) test.describe(() => {
  test.skip(elsewhere(locale), "on the other screen");

  test(`a refresh at every step keeps everything, and back goes one step (${locale})`, async ({ page }) => {
    const order = await known(await arrived(locale, "bags"), locale);
    await begin(page, order, locale);
    await page.getByLabel(say(locale, "returns_flow.comment")).fill("有一点划痕 & \"quotes\"");
    await page.reload();
    await expect(page.getByLabel(say(locale, "returns_flow.comment"))).toHaveValue("有一点划痕 & \"quotes\"");
    await page.goBack();
    await expect(heading(page, locale, "returns_flow.how_title")).toBeVisible();
    await page.reload();
    await expect(page.getByRole("radio").last()).toBeChecked();
    await page.goBack();
    await expect(page.getByRole("radio").first()).toBeChecked();
    await page.goBack();
    await expect(page.getByRole("radio", { name: say(locale, "returns.reason_changed_mind") })).toBeChecked();
    await page.goBack();
    await expect(page.getByRole("checkbox", { name: titleOfGoods(locale, "bags") })).toBeChecked();
    await expect(page.locator(".ac-stepper-value")).toHaveText("2");
  });

  test(`the tab is closed, another one goes on (${locale})`, async ({ page, context }) => {
    const order = await known(await arrived(locale, "bags"), locale);
    await begin(page, order, locale);
    await page.close();
    const later = await context.newPage();
    await as(later, order, `return/${order.id}/review`, locale);
    await expect(heading(later, locale, "returns_flow.review_title")).toBeVisible();
    // In the other language, too.
    const other: Locale = locale === "en" ? "zh-CN" : "en";
    await later.getByRole("combobox", { name: say(locale, "common.language") }).selectOption(other);
    await expect(heading(later, other, "returns_flow.review_title")).toBeVisible();
    await expect(later.getByText("× 2").first()).toBeVisible();
  });

  test(`offline it says so, and sends it once when the network is back (${locale})`, async ({ page, context, complaints }) => {
    complaints.allow(/net::ERR_INTERNET_DISCONNECTED|Failed to load resource/);
    const order = await known(await arrived(locale, "bags"), locale);
    await begin(page, order, locale);
    const sent: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST" && request.url().endsWith(`/orders/${order.id}/returns`)) sent.push(request.postData() ?? "");
    });
    await context.setOffline(true);
    await page.getByRole("button", { name: say(locale, "returns_flow.send") }).click();
    await expect(page.getByText(say(locale, "returns_flow.offline"))).toBeVisible();
    await expect(page.getByText(say(locale, "returns_flow.kept"))).toBeVisible();
    const arriving = page.waitForResponse((answer) => answer.url().endsWith(`/orders/${order.id}/returns`) && answer.ok());
    await context.setOffline(false);
    expect((await arriving).status()).toBe(201);
    await expect(page.getByText(say(locale, "returns_flow.done_mail"))).toBeVisible();
    const keys = sent.map((body) => (JSON.parse(body) as { key: string }).key);
    expect(new Set(keys).size).toBe(1);
    const kept = await page.evaluate(() => JSON.stringify(localStorage));
    expect(kept).not.toContain(order.id);
  });
});

test("an answer that is lost on the way makes one return, not two", async ({ page, complaints }) => {
  complaints.allow(/Failed to load resource|net::ERR/);
  const order = await known(await arrived("en", "bags"), "en");
  await begin(page, order, "en");
  const statuses: number[] = [];
  let lost = false;
  await page.route(`**/orders/${order.id}/returns`, async (route) => {
    const answer = await route.fetch();
    statuses.push(answer.status());
    if (lost) return route.fulfill({ response: answer });
    lost = true;
    return route.abort();
  });
  await page.getByRole("button", { name: say("en", "returns_flow.send") }).click();
  await expect(page.getByText(say("en", "returns_flow.kept"))).toBeVisible();
  await page.getByRole("button", { name: say("en", "common.retry") }).click();
  await expect(page.getByText(say("en", "returns_flow.done_mail"))).toBeVisible();
  expect(statuses).toEqual([201, 200]);
});

test("a session that ends in the middle: a code, and on from there", async ({ page, complaints }) => {
  complaints.allow(/status of 401/);
  const order = await known(await arrived("en", "bags"), "en");
  await begin(page, order, "en");
  await page.evaluate(([key, at]) => {
    const authorization = `Bearer ${sessionStorage.getItem(`aftercart ${at}`)}`;
    return fetch(`/api/v1/${key}`, { method: "DELETE", headers: { "aftercart-site": at, authorization } });
  }, ["session", site] as const);
  await page.getByRole("button", { name: say("en", "returns_flow.send") }).click();
  await expect(page.getByText(say("en", "returns_flow.prove"))).toBeVisible();
  await page.getByLabel(say("en", "track.contact_label")).fill(order.contact);
  const since = Date.now();
  await page.getByRole("button", { name: say("en", "account.send") }).click();
  await page.getByLabel(say("en", "account.code_label")).fill(await codeFor(order.contact, since));
  await page.keyboard.press("Enter");
  // It had been sent: it goes out by itself.
  await expect(page.getByText(say("en", "returns_flow.done_mail"))).toBeVisible();
});

test("somebody else was quicker: back to the lines, with what is left", async ({ page, complaints }) => {
  complaints.allow(/status of 422/);
  const order = await known(await arrived("en", "bags"), "en");
  await begin(page, order, "en");
  const answer = await fetch(`${process.env.E2E_URL}/api/v1/me/orders/${order.id}/returns`, {
    method: "POST",
    headers: { "aftercart-site": site, "content-type": "application/json", authorization: `Bearer ${order.token}` },
    body: JSON.stringify({
      key: crypto.randomUUID(), locale: "en", resolution: "refund", method: "drop_off",
      lines: [{ line: "l1", quantity: 2, reason: "changed_mind" }],
    }),
  });
  expect(answer.status).toBe(201);
  await page.getByRole("button", { name: say("en", "returns_flow.send") }).click();
  await expect(heading(page, "en", "returns_flow.pick_title")).toBeVisible();
  await expect(page.getByText(say("en", "errors.quantity_invalid"))).toBeVisible();
  await expect(page.getByRole("heading", { level: 2, name: say("en", "returns_flow.earlier") })).toBeVisible();
});

test("on a shared device nothing is kept", async ({ page }) => {
  const order = await arrived("en", "bags");
  await fullPage(page, "return", "en");
  await page.getByLabel(say("en", "track.contact_label")).fill(order.contact);
  await page.getByRole("button", { name: say("en", "account.send") }).click();
  await page.getByRole("checkbox", { name: say("en", "account.shared") }).check();
  await page.getByLabel(say("en", "account.code_label")).fill(await codeFor(order.contact));
  await page.keyboard.press("Enter");
  await page.getByRole("link").filter({ hasText: order.number }).click();
  await page.getByRole("checkbox", { name: titleOfGoods("en", "bags") }).check();
  await next(page, "en");
  await expect(heading(page, "en", "returns_flow.why_title")).toBeVisible();
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
});
