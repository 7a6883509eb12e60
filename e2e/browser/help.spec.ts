import {
  aftercart, categoryOf, expect, fullPage, html, like, say, site, starting, tag, test, titleOf, type Locale,
} from "../support/test.ts";

const refunds: Record<Locale, { ask: string; title: string; prefix: string }> = {
  en: { ask: "how long do refunds take", title: titleOf("en", "track-refund"), prefix: "refu" },
  "zh-CN": { ask: "退款几天到账", title: titleOf("zh-CN", "track-refund"), prefix: "退款" },
};

for (const locale of ["en", "zh-CN"] as const) {
  const { ask, title, prefix } = refunds[locale];

  test(`a question typed into the first field leads to its article (${locale})`, async ({ page, shop }) => {
    await shop.visit(locale);
    const panel = await shop.open(locale);
    const field = panel.getByLabel(say(locale, "home.ask_label"));
    await field.click();
    await field.pressSequentially(ask);
    const options = panel.getByRole("listbox", { name: say(locale, "home.suggestions") }).getByRole("option");
    await expect(options.filter({ hasText: starting(title) })).toBeVisible();
    const texts = await options.allInnerTexts();
    const place = texts.findIndex((text) => starting(title).test(text));
    expect(place, texts.join("\n")).toBeLessThan(3);
    for (let pressed = 0; pressed <= place; pressed++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect(panel.getByRole("heading", { level: 1, name: title })).toBeFocused();
    await expect(panel.getByRole("article").locator("p").first()).not.toBeEmpty();
    await panel.getByRole("button", { name: say(locale, "help.yes") }).click();
    await expect(panel.getByText(say(locale, "help.thanks"))).toBeVisible();
  });

  test(`search finds while one types, and shows why (${locale})`, async ({ page }) => {
    await fullPage(page, "help", locale);
    const field = page.getByLabel(say(locale, "help.search_label"));
    await field.pressSequentially(prefix);
    await expect(page.getByRole("link", { name: starting(title) })).toBeVisible();
    await expect(page.locator("mark").first()).toBeVisible();
    const answered = page.waitForResponse((answer) => answer.url().includes(`search?q=${encodeURIComponent(ask)}&`));
    await field.fill(ask);
    const found: { title: string }[] = (await (await answered).json()).results;
    // Until these are the rows on screen, those of the beginning of the word would move away under the pointer.
    const rows = page.getByRole("main").getByRole("listitem");
    await expect(rows).toHaveText(found.map((one) => starting(one.title)));
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(`/help/search\\?q=${encodeURIComponent(ask)}`));
    await page.getByRole("link", { name: starting(title) }).click();
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    await page.goBack();
    await expect(field).toHaveValue(ask);
  });

  test(`nothing found: a person is offered (${locale})`, async ({ page }) => {
    await fullPage(page, "help", locale);
    const nonsense = "xqzwv jjkq";
    await page.getByLabel(say(locale, "help.search_label")).fill(nonsense);
    await expect(page.getByText(say(locale, "help.no_results", { query: nonsense }))).toBeVisible();
    await page.getByRole("link", { name: say(locale, "home.action_talk") }).first().click();
    await expect(page.getByRole("heading", { level: 1, name: say(locale, "talk.title") })).toBeVisible();
    await page.getByText(say(locale, "chat.other_ways")).click();
    await expect(page.getByRole("link", { name: like(locale, "talk.email") })).toHaveAttribute("href", /^mailto:/);
  });
}

test("topics, a topic, an article, and back one step at a time", async ({ page }) => {
  await fullPage(page);
  await page.getByRole("link", { name: say("en", "home.action_help") }).click();
  await expect(page).toHaveURL(/\/help(\?|$)/);
  await page.getByRole("link", { name: categoryOf("en", "returns") }).click();
  await expect(page.getByRole("heading", { level: 1, name: categoryOf("en", "returns") })).toBeVisible();
  await page.getByRole("link", { name: starting(refunds.en.title) }).click();
  await expect(page.getByRole("heading", { level: 1, name: refunds.en.title })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: categoryOf("en", "returns") })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: say("en", "help.title") })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("link", { name: say("en", "home.action_track") })).toBeVisible();
  await page.goForward();
  await expect(page.getByRole("heading", { level: 1, name: say("en", "help.title") })).toBeVisible();
});

test("inside the shop's page the shop's own back button stays the shop's", async ({ page, shop }) => {
  await shop.visit();
  const before = await page.evaluate(() => history.length);
  const panel = await shop.open();
  await panel.getByRole("link", { name: say("en", "home.action_help") }).click();
  await panel.getByRole("link", { name: categoryOf("en", "returns") }).click();
  await panel.getByRole("link", { name: starting(refunds.en.title) }).click();
  await expect(panel.getByRole("heading", { level: 1, name: refunds.en.title })).toBeVisible();
  await panel.getByRole("button", { name: say("en", "common.back") }).click();
  await expect(panel.getByRole("heading", { level: 1, name: categoryOf("en", "returns") })).toBeVisible();
  expect(await page.evaluate(() => history.length)).toBe(before);
});

test("every view has an address", async ({ page }) => {
  for (const [view, heading] of [
    ["help", say("en", "help.title")],
    ["help/c/returns", categoryOf("en", "returns")],
    ["help/a/track-refund", refunds.en.title],
    ["help/search?q=refund", say("en", "help.title")],
    ["track", say("en", "track.title")],
    ["talk", say("en", "talk.title")],
  ] as const) {
    await fullPage(page, view);
    await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
  }
});

test("an address that leads nowhere still leads on", async ({ page, complaints }) => {
  complaints.allow(/status of 404/);
  await fullPage(page, "help/a/no-such-article");
  await expect(page.getByText(say("en", "errors.article_not_found"))).toBeVisible();
  await page.getByRole("link", { name: say("en", "help.all_topics") }).click();
  await expect(page.getByRole("heading", { level: 1, name: say("en", "help.title") })).toBeVisible();
});

test("what is typed before the application runs is not lost", async ({ page, shop, wire }) => {
  wire.set({ only: /\/assets\/.*\.wasm/, delay: 2000 });
  await shop.pretend(html(tag("", wire.url)));
  await shop.launcher.click();
  const field = shop.panel.getByLabel(say("en", "home.ask_label"));
  await field.click();
  await page.keyboard.type("how long do ");
  await expect(shop.panel.getByRole("link", { name: say("en", "home.action_track") })).toHaveCount(0);
  await expect(shop.panel.locator("#ac-first-q[role=combobox]")).toBeVisible();
  await expect(field).toBeFocused();
  await page.keyboard.type("refunds take");
  await expect(field).toHaveValue(refunds.en.ask);
  await expect(shop.panel.getByRole("option", { name: starting(refunds.en.title) })).toBeVisible();
});

test("help cannot be reached: an error with another try", async ({ page, complaints }) => {
  complaints.allow(/Failed to load resource/);
  await page.route("**/api/v1/articles?**", (route) =>
    route.fulfill({ status: 503, json: { code: "unavailable", message: "down", request_id: "r" } }),
  );
  await fullPage(page, "help");
  const alert = page.getByRole("alert").filter({ hasText: say("en", "errors.unavailable") });
  await expect(alert).toBeVisible();
  await page.unroute("**/api/v1/articles?**");
  await alert.getByRole("button", { name: say("en", "common.retry") }).click();
  await expect(page.getByRole("link", { name: categoryOf("en", "returns") })).toBeVisible();
});

test("the search endpoint keeps its form", async ({ request }) => {
  const answer = await request.get(`${aftercart()}/api/v1/articles/search`, {
    params: { q: refunds.en.ask, locale: "en", limit: "10" },
    headers: { "Aftercart-Site": site },
  });
  expect(answer.status()).toBe(200);
  const found = await answer.json();
  expect(typeof found.took_us).toBe("number");
  expect(found.results.length).toBeLessThanOrEqual(10);
  for (const one of found.results) {
    expect(one).toMatchObject({
      id: expect.any(String),
      slug: expect.any(String),
      locale: "en",
      title: expect.any(String),
      snippet: expect.any(String),
      score: expect.any(Number),
    });
  }
  expect(found.results.slice(0, 3).map(({ id }: { id: string }) => id)).toContain("track-refund");
});
