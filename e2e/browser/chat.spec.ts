// A shopper and the shop write to each other: what she sees, what the shop has, and what neither ever loses.
import type { Page } from "@playwright/test";
import { colleague, Desk } from "../support/desk.ts";
import { arrived, as, known, photo } from "../support/returns.ts";
import {
  accessible, elsewhere, expect, fullPage, locales, lookUp, orders, say, site, test, titleOf, type Locale,
} from "../support/test.ts";

const field = (page: Page, locale: Locale) => page.getByLabel(say(locale, "chat.label"));
const log = (page: Page, locale: Locale) => page.getByRole("log", { name: say(locale, "chat.log") });
/** A bubble with these words; who and when stand before them for those who listen. */
const bubble = (page: Page, text: string) => page.locator(".ac-msg-text", { hasText: text });
const state = (page: Page) => page.locator(".ac-msg-hers .ac-msg-state:visible");
const kept = (page: Page) => page.evaluate(() => ({ ...localStorage, ...sessionStorage }));

async function write(page: Page, locale: Locale, text: string): Promise<void> {
  await field(page, locale).fill(text);
  await field(page, locale).press("Enter");
}

/** A conversation in which one message has arrived. */
async function begun(page: Page, locale: Locale, text: string): Promise<Desk> {
  await fullPage(page, "talk", locale);
  const desk = Desk.of(page);
  await write(page, locale, text);
  await expect(state(page)).toHaveText(say(locale, "chat.sent"));
  return desk;
}

for (const locale of locales) test.describe(() => {
  test.skip(elsewhere(locale), "on the other screen");
  const english = locale === "en";

  test(`from an order to an answer, and how it was (${locale})`, async ({ page }) => {
    const talk: string[] = [];
    page.on("request", (request) => {
      if (new URL(request.url()).pathname.startsWith("/api/v1/conversations")) talk.push(request.url());
    });
    await fullPage(page, "track", locale);
    await lookUp(page, locale, orders.stuck.number, orders.stuck.contact);
    await page.getByRole("link", { name: say(locale, "track.report_missing") }).click();
    await expect(page.getByRole("heading", { level: 1, name: say(locale, "talk.title") })).toBeFocused();
    await expect(page.getByText(say(locale, "chat.about_order", { number: orders.stuck.number }))).toBeVisible();
    await expect(page.getByText(say(locale, "chat.hello"))).toBeVisible();
    await accessible(page);
    const question = english ? "Where is it now?\nIt says nothing new." : "现在到哪儿了？\n一直没有更新。";
    await field(page, locale).fill(question);
    // Nothing is made there and nothing is kept here before she sends.
    expect(talk).toEqual([]);
    expect(await kept(page)).toEqual({});

    const opened = Desk.of(page);
    await field(page, locale).press("Enter");
    const desk = await opened;
    await expect(bubble(page, question.slice(0, 5))).toBeVisible();
    await expect(field(page, locale)).toHaveValue("");
    await expect(field(page, locale)).toBeFocused();
    await expect(state(page)).toHaveText(say(locale, "chat.sent"));
    await expect(page.getByText(say(locale, "chat.queued"))).toBeVisible();
    expect(await desk.texts()).toEqual([question]);
    expect(await desk.subject()).toEqual({ order: orders.stuck.number });
    await accessible(page);

    await desk.take();
    await expect(page.getByText(say(locale, "chat.joined", { name: colleague.name }))).toBeVisible();
    await desk.read(1);
    await expect(state(page)).toHaveText(say(locale, "chat.read"));
    await desk.type();
    await expect(page.getByText(say(locale, "chat.typing", { name: colleague.name }))).toBeVisible();
    const answer = english
      ? "With the carrier: https://carrier.example/track?n=1. javascript:alert(1)"
      : "在承运方那里：https://carrier.example/track?n=1。javascript:alert(1)";
    const { seq } = await desk.say(answer);
    const link = log(page, locale).getByRole("link");
    await expect(link).toHaveCount(1);
    await expect(link).toHaveAttribute("href", "https://carrier.example/track?n=1");
    await expect(link).toHaveAttribute("rel", /noopener noreferrer nofollow/);
    await expect(page.getByText(say(locale, "chat.typing", { name: colleague.name }))).toBeHidden();
    await expect(log(page, locale)).toContainText(colleague.name);
    await expect.poll(async () => (await desk.log()).read.visitor).toBeGreaterThanOrEqual(seq);
    await accessible(page);

    await desk.close();
    await expect(page.getByText(say(locale, "chat.ended"), { exact: true })).toBeVisible();
    await expect(field(page, locale)).toBeHidden();
    await accessible(page);
    const star = page.getByRole("button", { name: say(locale, "chat.rate_label", { score: "5", words: say(locale, "chat.rate_5") }) });
    const box = await star.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
    await star.click();
    await expect(star).toHaveAttribute("aria-pressed", "true");
    await page.getByLabel(say(locale, "chat.rate_why")).fill(english ? "Quick" : "很快");
    await page.getByRole("button", { name: say(locale, "chat.rate_send"), exact: true }).click();
    await expect(page.getByText(say(locale, "chat.rate_thanks"))).toBeVisible();
    await expect.poll(async () => (await desk.log()).events.at(-1)).toMatchObject(
      { kind: "rated", score: 5, comment: english ? "Quick" : "很快" },
    );
    await accessible(page);

    // What she says next begins a new one.
    await page.getByRole("button", { name: say(locale, "chat.again") }).click();
    await expect(page.getByText(say(locale, "chat.hello"))).toBeVisible();
    const next = Desk.of(page);
    await write(page, locale, english ? "One more thing" : "还有一件事");
    const other = await next;
    expect(other.id).not.toBe(desk.id);
    await expect.poll(() => other.texts()).toEqual([english ? "One more thing" : "还有一件事"]);
  });

  test(`one tap is enough: left without a word, the rating counts (${locale})`, async ({ page }) => {
    const desk = await begun(page, locale, "A");
    await desk.close();
    await page.getByRole("button", { name: say(locale, "chat.rate_label", { score: "2", words: say(locale, "chat.rate_2") }) }).click();
    await page.reload();
    await expect.poll(async () => (await desk.log()).events.at(-1)).toMatchObject({ kind: "rated", score: 2 });
    await expect(page.getByText(say(locale, "chat.rate_thanks"))).toBeVisible();
  });

  test(`a reload in the middle: everything is still there, also what she was writing (${locale})`, async ({ page }) => {
    const desk = await begun(page, locale, "A");
    await desk.say("B");
    await expect(bubble(page, "B")).toBeVisible();
    await write(page, locale, "C");
    await expect(state(page)).toHaveText(say(locale, "chat.sent"));
    await field(page, locale).fill(english ? "half a sen" : "说到一半");
    await page.reload();
    await expect(page.locator(".ac-msg-text")).toHaveText(["A", "B", "C"]);
    await expect(field(page, locale)).toHaveValue(english ? "half a sen" : "说到一半");
    await expect(page.locator(".ac-chat-day")).toHaveText([say(locale, "chat.today")]);
    expect(await desk.texts()).toEqual(["A", "B", "C"]);
    // In the other language nothing is asked for again.
    const other: Locale = english ? "zh-CN" : "en";
    await page.getByRole("combobox", { name: say(locale, "common.language") }).selectOption(other);
    await expect(page.locator(".ac-msg-text")).toHaveText(["A", "B", "C"]);
    await expect(field(page, other)).toHaveValue(english ? "half a sen" : "说到一半");
  });

  test(`offline it is kept, and sent once when the network is back (${locale})`, async ({ page, context, complaints }) => {
    complaints.allow(/net::ERR_INTERNET_DISCONNECTED|Failed to load resource/);
    const desk = await begun(page, locale, "one");
    const sent: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST" && request.url().endsWith(`/${desk.id}/events`)) sent.push(request.postData() ?? "");
    });
    await context.setOffline(true);
    await write(page, locale, "two");
    await write(page, locale, "three");
    await expect(page.getByText(say(locale, "chat.offline"))).toBeVisible();
    await expect(page.getByText(say(locale, "chat.waiting_offline")).last()).toBeVisible();
    await accessible(page);
    await context.setOffline(false);
    await expect(state(page)).toHaveText(say(locale, "chat.sent"));
    await expect(page.getByText(say(locale, "chat.offline"))).toBeHidden();
    expect(await desk.texts()).toEqual(["one", "two", "three"]);
    const ids = sent.map((body) => JSON.parse(body) as { client_id: string; said: { text: string } });
    const two = ids.filter((one) => one.said.text === "two");
    expect(new Set(two.map((one) => one.client_id)).size).toBe(1);
    await expect(page.locator(".ac-msg-text")).toHaveText(["one", "two", "three"]);
    // What has arrived is kept no longer.
    expect(Object.keys(await kept(page)).filter((key) => key.includes(" out "))).toEqual([]);
  });

  test(`4,001 characters: told, kept, and sent once they are fewer (${locale})`, async ({ page }) => {
    await fullPage(page, "talk", locale);
    const long = "字".repeat(4_001);
    await field(page, locale).fill("字".repeat(3_900));
    await expect(page.getByText(say(locale, "chat.count", { count: "3900", max: "4000" }))).toBeVisible();
    await write(page, locale, long);
    await expect(page.getByText(say(locale, "chat.too_long", { count: "1" })).first()).toBeVisible();
    await expect(field(page, locale)).toHaveValue(long);
    await expect(log(page, locale).locator(".ac-msg")).toHaveCount(0);
    await expect(field(page, locale)).toHaveAttribute("aria-invalid", "true");
    await accessible(page);
    const opened = Desk.of(page);
    await field(page, locale).press("Backspace");
    await field(page, locale).press("Enter");
    const desk = await opened;
    await expect.poll(() => desk.texts()).toEqual([long.slice(1)]);
  });

  test(`an input method's Enter sends nothing; Shift+Enter begins a line (${locale})`, async ({ page }) => {
    await fullPage(page, "talk", locale);
    await field(page, locale).fill("nihao");
    // Chromium says so while it composes, Safari by the key's number once it has.
    await field(page, locale).dispatchEvent("keydown", { key: "Enter", isComposing: true });
    await field(page, locale).evaluate((field) => {
      const event = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
      Object.defineProperty(event, "keyCode", { value: 229 });
      field.dispatchEvent(event);
    });
    await expect(field(page, locale)).toHaveValue("nihao");
    const before = (await field(page, locale).boundingBox())?.height ?? 0;
    await field(page, locale).press("Shift+Enter");
    await field(page, locale).pressSequentially("b");
    await expect(field(page, locale)).toHaveValue("nihao\nb");
    await expect.poll(async () => (await field(page, locale).boundingBox())?.height ?? 0).toBeGreaterThan(before);
    await expect(log(page, locale).locator(".ac-msg")).toHaveCount(0);
    await field(page, locale).press("Enter");
    await expect(bubble(page, "nihao")).toBeVisible();
  });
});

test.describe(() => {
  test.skip(({ isMobile }) => isMobile, "once is enough");

  test("an answer that is lost on the way makes no second message", async ({ page, wire, complaints }) => {
    complaints.allow(/Failed to load resource|net::ERR/);
    await page.goto(`${wire.url}/s/${site}/talk?locale=en`);
    const opened = Desk.of(page);
    await write(page, "en", "first");
    const desk = await opened;
    await expect(state(page)).toHaveText(say("en", "chat.sent"));
    // Her place comes with the log: it has been read, and what fails from here on is no first look.
    await expect(page.locator(".ac-wait-lines")).toContainText(/next|number/);
    // It reaches us, and the answer breaks off; nor does the request that waits for news get through.
    wire.set({ refuse: true, only: /^nothing/ });
    wire.set({ cut: 0, only: /\/api\/v1\/conversations/ });
    await write(page, "en", "second");
    await expect.poll(() => desk.texts()).toEqual(["first", "second"]);
    await expect(page.getByText(say("en", "chat.waiting"))).toBeVisible();
    await page.getByRole("button", { name: say("en", "common.retry") }).click();
    wire.set({});
    await expect(state(page)).toHaveText(say("en", "chat.sent"));
    await expect(page.locator(".ac-msg-text")).toHaveText(["first", "second"]);
    expect(await desk.texts()).toEqual(["first", "second"]);
  });

  test("out of reach: it says so, nothing is lost, and other ways remain", async ({ page, wire, complaints }) => {
    complaints.allow(/Failed to load resource|net::ERR/);
    await page.goto(`${wire.url}/s/${site}/talk?locale=en`);
    await expect(field(page, "en")).toBeVisible();
    wire.set({ answer: { status: 503, body: {} }, only: /\/api\/v1\/conversations/ });
    await write(page, "en", "is anybody there?");
    await expect(page.getByText(say("en", "chat.out_of_reach")).last()).toBeVisible();
    await page.getByText(say("en", "chat.other_ways")).click();
    await expect(page.getByRole("link", { name: new RegExp(say("en", "talk.email")) })).toHaveAttribute("href", /^mailto:/);
    await accessible(page);
    // A reload keeps it too.
    await page.reload();
    await expect(bubble(page, "is anybody there?")).toBeVisible();
    const opened = Desk.of(page);
    // It goes out by itself.
    wire.set({});
    const desk = await opened;
    await expect.poll(() => desk.texts()).toEqual(["is anybody there?"]);
  });

  test("two tabs show the same, and what one of them has to send goes out once", async ({ page, context, complaints }) => {
    complaints.allow(/net::ERR|Failed to load resource/);
    const desk = await begun(page, "en", "here");
    const other = await context.newPage();
    await fullPage(other, "talk");
    await expect(other.locator(".ac-msg-text")).toHaveText(["here"]);
    await write(other, "en", "there");
    // Both sides write: the log's order is the order in which it was reached.
    await expect.poll(() => desk.texts()).toEqual(["here", "there"]);
    await desk.say("to both");
    for (const tab of [page, other]) {
      await tab.bringToFront();
      await expect(tab.locator(".ac-msg-text")).toHaveText(["here", "there", "to both"]);
    }
    expect(await desk.texts()).toEqual(["here", "there", "to both"]);
  });

  test("it was closed under her hands: her words begin a new one", async ({ page, context, complaints }) => {
    complaints.allow(/status of 409|net::ERR|Failed to load resource/);
    const desk = await begun(page, "en", "A");
    await context.setOffline(true);
    await write(page, "en", "wait, one more");
    await desk.close();
    const opened = Desk.of(page);
    await context.setOffline(false);
    const next = await opened;
    expect(next.id).not.toBe(desk.id);
    await expect.poll(() => next.texts()).toEqual(["wait, one more"]);
    await expect(page.locator(".ac-msg-text")).toHaveText(["wait, one more"]);
    expect(await desk.texts()).toEqual(["A"]);
  });

  test("a visitor whom we no longer know keeps her words", async ({ page, complaints }) => {
    complaints.allow(/status of 401/);
    const desk = await begun(page, "en", "A");
    await page.evaluate((key) => {
      const who = JSON.parse(localStorage.getItem(key) ?? "{}") as { token: string };
      localStorage.setItem(key, JSON.stringify({ ...who, token: "nonsense" }));
    }, `aftercart ${site} talk visitor`);
    await page.reload();
    await expect(page.getByText(say("en", "chat.lost"))).toBeVisible();
    const opened = Desk.of(page);
    await write(page, "en", "B");
    const next = await opened;
    expect(next.id).not.toBe(desk.id);
    await expect.poll(() => next.texts()).toEqual(["B"]);
  });

  test("from an article, and without it when she takes that out", async ({ page }) => {
    await fullPage(page, "help/a/track-refund");
    await expect(page.getByRole("heading", { level: 1, name: titleOf("en", "track-refund") })).toBeVisible();
    await page.getByRole("link", { name: say("en", "home.action_talk") }).first().click();
    const about = page.getByText(say("en", "chat.about_article"));
    await expect(about).toBeVisible();
    await page.getByRole("button", { name: say("en", "chat.about_remove") }).click();
    await expect(about).toBeHidden();
    const opened = Desk.of(page);
    await write(page, "en", "about nothing");
    expect(await (await opened).subject()).toEqual({});
    // Later, from somewhere else, she says it herself.
    await fullPage(page, `talk?number=${orders.single.number}`);
    const begins = say("en", "chat.about_begin", { about: say("en", "chat.about_order", { number: orders.single.number }) });
    await expect(field(page, "en")).toHaveValue(begins);
  });

  test("a verified shopper sends a picture, and signed out nothing of it is left", async ({ page, complaints }) => {
    complaints.allow(/status of 40[14]/);
    const order = await known(await arrived("en", "lamp"), "en");
    await as(page, order, "talk", "en");
    await write(page, "en", "look at this");
    await expect(state(page)).toHaveText(say("en", "chat.sent"));
    const picker = page.locator("#ac-chat-file");
    await picker.setInputFiles({ name: "notes.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF") });
    await expect(page.getByText(say("en", "errors.picture_invalid"))).toBeVisible();
    await picker.setInputFiles({ name: "lamp.jpg", mimeType: "image/jpeg", buffer: await photo(page) });
    const picture = log(page, "en").getByRole("img", { name: say("en", "chat.picture") });
    await expect(picture).toHaveAttribute("width", "320");
    await expect(picture).toHaveAttribute("src", /^blob:/);
    await accessible(page);
    await page.reload();
    await expect(picture).toHaveAttribute("src", /^blob:/);
    await fullPage(page);
    const out = page.getByRole("button", { name: say("en", "account.sign_out") });
    await out.click();
    await expect(out).toBeHidden();
    expect(Object.keys(await kept(page)).filter((key) => key.includes(" talk "))).toEqual([]);
    await page.getByRole("link", { name: say("en", "home.action_talk") }).click();
    await expect(page.getByText(say("en", "chat.hello"))).toBeVisible();
    await expect(page.locator(".ac-msg-text")).toHaveCount(0);
  });

  test("she reads further up: news does not move it, and a button leads there", async ({ page }) => {
    const desk = await begun(page, "en", "start");
    for (let n = 0; n < 24; n++) await desk.say(`line ${n}\nand some more`);
    await expect(bubble(page, "line 23")).toBeInViewport();
    await page.evaluate(() => window.scrollTo(0, 0));
    await expect(bubble(page, "start")).toBeInViewport();
    await desk.say("newest");
    const more = page.getByRole("button", { name: say("en", "chat.more") });
    await expect(more).toBeVisible();
    await expect(bubble(page, "start")).toBeInViewport();
    expect((await desk.log()).read.visitor).toBeLessThan((await desk.log()).events.length);
    await accessible(page);
    await more.click();
    await expect(bubble(page, "newest")).toBeInViewport();
    await expect(more).toBeHidden();
    await expect.poll(async () => (await desk.log()).read.visitor).toBe((await desk.log()).events.length);
  });

  test("an answer while the panel is closed or elsewhere shows on the launcher and on the first view", async ({ page, shop }) => {
    await shop.visit();
    const panel = await shop.open();
    await panel.getByRole("link", { name: say("en", "home.action_talk") }).click();
    const opened = Desk.of(page);
    await panel.getByLabel(say("en", "chat.label")).fill("hello");
    await panel.getByLabel(say("en", "chat.label")).press("Enter");
    const desk = await opened;
    await expect(panel.locator(".ac-msg-hers .ac-msg-state")).toHaveText(say("en", "chat.sent"));
    const badge = shop.launcher.locator("span");
    await panel.getByRole("button", { name: say("en", "common.back") }).click();
    await desk.say("one");
    const talk = panel.getByRole("link", { name: say("en", "home.action_talk") });
    await expect(talk).toContainText(say("en", "chat.unread_one", { count: "1" }));
    await accessible(page, "aftercart-launcher");
    await shop.command("close");
    await expect(badge).toHaveText("1");
    await desk.say("two");
    await expect(badge).toHaveText("2");
    await expect(shop.launcher).toHaveAttribute("aria-description", say("en", "chat.unread_other", { count: "2" }));
    expect((await desk.log()).read.visitor).toBe(0);
    await shop.launcher.click();
    await talk.click();
    await expect(panel.locator(".ac-msg-text")).toHaveText(["hello", "one", "two"]);
    await expect(badge).toHaveCount(0);
    await expect.poll(async () => (await desk.log()).read.visitor).toBe(3);
  });
});
