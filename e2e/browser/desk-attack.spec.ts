// Whatever an outsider, a shop system or a colleague writes is a text: in the desk, and in the shopper's panel.
import type { Browser, Page } from "@playwright/test";
import { Attack, type Talk } from "../support/attack.ts";
import { canary, payloads } from "../support/payloads.ts";
import { Sentry } from "../support/sentry.ts";
import { expect, once, say, site, test } from "../support/test.ts";
import { asked, logIn, seat } from "../support/workbench.ts";

test.skip(once);
test.describe.configure({ mode: "serial" });

/** One of so many where each takes a page of its own; all of them in the long run. */
const some = <T>(list: T[], nth: number): T[] => list.filter((_, at) => process.env.LONG || at % nth === 0);
/** What is seen of a text: nobody sees what only turns or controls. */
const seen = (text: string) => text.replace(/[\p{Cc}\p{Cf}\s\ufffd\ufffe\uffff]+/gu, "");
const texts = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll((all) => all.map((one) => {
    const copy = one.cloneNode(true) as Element;
    copy.querySelectorAll(".ac-vh").forEach((hint) => hint.remove());
    return copy.textContent ?? "";
  }));
/** What was written, and what stands there. */
const same = (shown: string[], written: string[]) => expect(shown.map(seen)).toEqual(written.map(seen));

let attack: Attack;
const totals = { pages: 0 };

test.beforeAll(async () => {
  test.setTimeout(600_000);
  attack = await Attack.begin();
  await attack.orders();
  await attack.help();
  await attack.colleagues(some(payloads, 40));
  await attack.rows();
  await attack.shoppers();
  await attack.canned();
  await attack.forms(some(payloads, 6));
});

test.afterAll(async () => {
  const { fields, tried, taken } = attack.sums;
  console.log(`${payloads.length} payloads, ${fields} fields: ${tried} tried, ${taken} taken; ${totals.pages} views looked at`);
  await attack.stop();
});

/** The desk, with nobody's eyes on it but the sentry's. */
async function atDesk(browser: Parameters<typeof seat>[0]) {
  const there = await seat(browser, "en");
  const sentry = await Sentry.at(there.page, attack.url);
  await there.page.goto(`${attack.url}/desk`);
  await logIn(there.page, "en");
  await expect(there.page.locator(".ad-views")).toBeVisible();
  const quiet = async (what: string) => {
    totals.pages += 1;
    expect.soft(await sentry.report(), what).toEqual([]);
  };
  return { ...there, quiet };
}

/** Without loading the page anew for each. */
async function show(page: Page, id: string, view = "all"): Promise<void> {
  await page.evaluate((path) => {
    history.pushState(1, "", path);
    dispatchEvent(new PopStateEvent("popstate", { state: 1 }));
  }, `/desk/${view}/${id}`);
}

test("what is refused is refused in words, and nothing fails", () => {
  expect(payloads.length).toBeGreaterThanOrEqual(500);
  expect(attack.faults).toEqual([]);
  for (const field of ["message.row", "agent.message", "note", "rating.comment", "return.comment", "identify.name", "order.line.title"]) {
    expect(attack.counts.get(field)?.taken, field).toBeGreaterThan(400);
  }
});

test("the sentry notices what gets in", async ({ browser }) => {
  const { page, complaints, close } = await seat(browser, "en");
  const sentry = await Sentry.at(page, attack.url);
  await page.goto(`${attack.url}/desk`);
  await expect(page.locator("#ad-email")).toBeVisible();
  expect(await sentry.report()).toEqual([]);
  const inject = (html: string) => page.evaluate((html) => document.body.insertAdjacentHTML("beforeend", html), html);
  // Our policy stops what it would do, and tells of it.
  await inject(`<img src=x onerror="window.__pwned=1">`);
  let all = "";
  await expect.poll(async () => (all += (await sentry.report()).join())).toMatch(/a handler.*against the policy: script-src-attr/s);
  await page.evaluate(() => document.body.lastElementChild?.remove());
  await sentry.report();
  complaints.allow(/Content Security Policy|404/);
  for (const [html, noticed] of [
    [`<iframe src="https://${canary}/"></iframe>`, /a frame|none of ours/], [`<form action="https://${canary}/"></form>`, /a form that is none of ours/],
    [`<a href="javascript:1">x</a>`, /a link of a kind/], [`<a href="/help/${site}/en/../../../api/docs">x</a>`, /somebody else has chosen/],
    [`<base href="https://${canary}/">`, /none of ours/], [`<style>p{}</style>`, /came later/], [`<meta http-equiv=refresh content=900>`, /came later/],
    [`<p class="ad-typing">\u202Enaed is writing</p>`, /turns a sentence of ours/], [`<p><span>\u202Enaed</span> and more</p>`, /turns what stands behind/], [`<svg><animate></animate></svg>`, /none of ours/],
  ] as const) {
    await inject(html);
    expect((await sentry.report()).join(), html).toMatch(noticed);
    await page.evaluate(() => document.body.lastElementChild?.remove());
    await sentry.report();
  }
  await close();

  // And without the policy it runs, and is heard.
  const open = await browser.newContext({ bypassCSP: true });
  const bare = await open.newPage();
  const other = await Sentry.at(bare, attack.url);
  await bare.goto(`${attack.url}/desk`);
  const image = `<img src="https://${canary}/x" onerror="window.__pwned=1;alert(1);window.open('/desk')">`;
  await bare.evaluate((html) => document.body.insertAdjacentHTML("beforeend", html), image);
  let told = "";
  await expect.poll(async () => (told += (await other.report()).join("\n"))).toMatch(/a script ran/);
  await expect.poll(async () => (told += (await other.report()).join("\n"))).toMatch(/a window/);
  expect(told).toMatch(new RegExp(`a request: https://${canary}/x`));
  expect(told).toMatch(/a dialog: 1/);
  await open.close();
});

test("the queue: a row for each", async ({ browser }) => {
  const { page, complaints, close, quiet } = await atDesk(browser);
  await page.locator("#ad-view-all").click();
  await expect(page.locator(".ad-rows .ad-row").first()).toBeVisible();
  const shown = new Set<string>();
  // By a window's height each, for as long as there is more.
  await expect.poll(async () => {
    const more = await page.evaluate(async () => {
      const rows = document.getElementById("ad-rows") as HTMLElement;
      const names = [...rows.querySelectorAll(".ad-row-name")].map((name) => name.textContent ?? "");
      rows.scrollTop += rows.clientHeight;
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      return names;
    });
    more.forEach((name) => shown.add(seen(name)));
    return attack.named.map(({ name }) => seen(name)).filter((name) => name && !shown.has(name));
  }, { timeout: 40_000, intervals: [0] }).toEqual([]);
  await quiet("the rows");
  await page.locator("#ad-view-closed").click();
  await expect(page.locator(".ad-rows .ad-row").first()).toBeVisible();
  await quiet("the closed ones");
  expect(complaints.left()).toEqual([]);
  await close();
});

async function conversation(page: Page, talk: Talk, whole: boolean, quiet: (what: string) => Promise<void>): Promise<void> {
  await show(page, talk.id);
  await expect(page.locator(".ad-msg .ad-text")).toHaveCount(talk.hers.length + talk.ours.length);
  await expect(page.locator(".ad-note .ad-text")).toHaveCount(talk.notes.length);
  await expect(page.locator(".ad-customer .ad-order")).toHaveCount(talk.orders);
  await expect(page.locator(".ad-customer .ad-return")).toHaveCount(talk.returns.length);
  if (whole) {
    await page.evaluate(() => document.querySelectorAll(".ad-customer details").forEach((card) => card.setAttribute("open", "")));
    await expect(page.locator(".ad-order .ad-parcel")).toHaveCount(talk.orders);
    await expect(page.locator(".ad-return .ad-lines")).toHaveCount(talk.returns.length);
  }
  await quiet(`the conversation ${talk.id}`);
  same(await texts(page, ".ad-msg:not(.ad-msg-ours) .ad-text"), talk.hers);
  same(await texts(page, ".ad-msg-ours .ad-text"), talk.ours);
  same(await texts(page, ".ad-note .ad-text"), talk.notes);
}

test("the conversations, with everything of the customer open", async ({ browser }) => {
  test.setTimeout(300_000);
  const { page, complaints, close, quiet } = await atDesk(browser);
  // Forty cards to a shopper are work: what stands in them is opened of every fourth, of all in the long run.
  const whole = new Set(some(attack.talks, 4));
  for (const talk of attack.talks) await conversation(page, talk, whole.has(talk), quiet);
  expect(complaints.left()).toEqual([]);
  await close();
});

test("why she rated it so, and the conversations of one message", async ({ browser }) => {
  test.setTimeout(process.env.LONG ? 900_000 : 240_000);
  const { page, complaints, close, quiet } = await atDesk(browser);
  for (const id of some(attack.talks.flatMap(({ ended }) => ended), 20)) {
    await show(page, id, "closed");
    await expect(page.locator(".ad-happened .ad-stars")).toBeVisible();
    await quiet(`the closed conversation ${id}`);
  }
  for (const { id } of some(attack.named, 20)) {
    await show(page, id);
    await expect(page.locator(".ad-msg .ad-text")).toHaveCount(1);
    await quiet(`the conversation ${id}`);
  }
  // In the middle of a sentence of ours.
  for (const talk of attack.named.filter(({ name }) => /[\u202a-\u202e]/.test(name)).slice(0, 3)) {
    await show(page, talk.id);
    await expect(page.locator(".ad-msg .ad-text")).toHaveCount(1);
    await expect(async () => {
      await attack.types(talk);
      await expect(page.locator(".ad-typing")).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await quiet(`she writes: ${talk.id}`);
  }
  expect(complaints.left()).toEqual([]);
  await close();
});

test("what is looked for, picked and told", async ({ browser }) => {
  test.setTimeout(process.env.LONG ? 900_000 : 240_000);
  const { page, complaints, close, quiet } = await atDesk(browser);
  const talk = attack.talks[0] as Talk;
  await show(page, talk.id);
  await expect(page.locator(".ad-msg .ad-text").first()).toBeVisible();

  const search = page.locator("#ad-search");
  const few = some(payloads, 24).map(({ text }) => text).filter((text) => seen(text) && text.length <= 200 && !text.includes("\0"));
  for (const text of few) {
    const answered = page.waitForResponse((answer) => answer.url().includes("/desk/inbox?"));
    await search.fill(text);
    await search.press("Enter");
    expect((await answered).status(), text).toBe(200);
    await quiet(`looked for ${text}`);
  }
  await search.fill("");
  await search.press("Enter");

  await page.keyboard.press("Control+k");
  for (const text of few) {
    await page.locator("#ad-palette-text").fill(text);
    await quiet(`the palette: ${text}`);
  }
  await page.keyboard.press("Escape");

  // Whatever is offered for a slash, put into the field.
  await page.locator("#ad-talk-title").focus();
  await page.keyboard.press("r");
  for (const nth of some([...Array(Math.floor(payloads.length / 2)).keys()], 24)) {
    await page.locator("#ad-text").fill(`/p${nth}`);
    await expect(page.locator(".ad-canned [role=option]").first()).toBeVisible();
    await quiet(`canned replies: p${nth}`);
  }
  await page.keyboard.press("Enter");
  await expect(page.locator("#ad-text")).not.toHaveValue(/^\/p/);
  await page.locator("#ad-text").fill("");

  // Colleagues with such names: who is picked is told.
  await page.keyboard.press("Escape");
  await page.locator("#ad-hand").click();
  const colleagues = page.locator("#ad-handing .ad-pick");
  await expect.poll(() => colleagues.count()).toBeGreaterThan(5);
  await quiet("the colleagues");
  await colleagues.filter({ hasText: "<" }).first().click();
  await expect(page.locator(".ad-toast")).toContainText("<");
  await expect(page.locator(".ad-banner")).toContainText("<");
  await quiet("who has it now");
  await page.keyboard.press("Control+k");
  await page.locator("#ad-palette-text").fill("<");
  await expect(page.locator(".ad-deed").first()).toBeVisible();
  await quiet("colleagues in the palette");
  await page.keyboard.press("Escape");

  await page.locator(".ad-menu-open").click();
  await page.getByRole("button", { name: say("en", "desk.sessions") }).click();
  await expect(page.getByText(say("en", "desk.session_this"))).toBeVisible();
  await quiet("the browsers in which she is logged in");
  expect(complaints.left()).toEqual([]);
  await close();
});

/** The panel as a page, as the shopper whose session it is. */
async function panel(page: Page, talk: Talk, view: string): Promise<void> {
  await page.goto(`${attack.url}/s/${site}${view && `/${view}`}?locale=en`);
  await expect(page.getByRole("combobox", { name: say("en", "common.language") })).toBeVisible();
}

/** A page of its own that is watched. */
async function watched(browser: Browser): Promise<{ page: Page; quiet: (what: string) => Promise<void>; end: () => Promise<void> }> {
  const { page, complaints, close } = await seat(browser, "en");
  const sentry = await Sentry.at(page, attack.url);
  const quiet = async (what: string) => {
    totals.pages += 1;
    expect.soft(await sentry.report(), what).toEqual([]);
  };
  const end = async () => {
    expect(complaints.left()).toEqual([]);
    await close();
  };
  return { page, quiet, end };
}

test("the shopper's panel: what agents say", async ({ browser }) => {
  test.setTimeout(process.env.LONG ? 900_000 : 240_000);
  for (const talk of some(attack.talks, 6)) {
    const { page, quiet, end } = await watched(browser);
    await page.addInitScript(([key, token]) => sessionStorage.setItem(key, token), [`aftercart ${site}`, talk.session] as const);
    await panel(page, talk, "talk");
    await page.getByLabel(say("en", "chat.label")).fill("And?");
    await page.getByLabel(say("en", "chat.label")).press("Enter");
    await expect(page.locator(".ac-msg:not(.ac-msg-hers) .ac-msg-text")).toHaveCount(talk.ours.length);
    await quiet(`her conversation ${talk.id}`);
    same(await texts(page, ".ac-msg:not(.ac-msg-hers) .ac-msg-text"), talk.ours);
    await panel(page, talk, "");
    await quiet("her orders");
    for (const id of some(talk.returns, 7)) {
      await panel(page, talk, `returns/${id}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await quiet(`her return ${id}`);
    }
    await end();
  }
});

test("the shopper's panel: what articles say", async ({ browser }) => {
  test.setTimeout(process.env.LONG ? 900_000 : 240_000);
  const { page, quiet, end } = await watched(browser);
  const talk = attack.talks[0] as Talk;
  for (const slug of some(attack.articles, 60)) {
    await panel(page, talk, `help/a/${slug}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await quiet(`the article ${slug}`);
    await page.goto(`${attack.url}/help/${site}/en/${slug}`);
    await quiet(`the page ${slug}`);
  }
  await page.goto(`${attack.url}/help/${site}/en`);
  await quiet("the contents");
  for (const { text } of some(payloads, 60)) {
    await page.goto(`${attack.url}/help/${site}/en/search?q=${encodeURIComponent(Buffer.from(text).toString())}`);
    await quiet(`the page that looks for ${text}`);
  }
  await end();
});
