// The shop's people at their desk: how they come in, what they see of a shopper, and that both understand each other.
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { Desk } from "../support/desk.ts";
import { arrived, as, known, photo } from "../support/returns.ts";
import { root } from "../support/server.mjs";
import { accessible, aftercart, expect, fullPage, like, locales, once, say, test, type Locale } from "../support/test.ts";
import { asked, atDesk, logIn, mei, seat, sentBack, tom } from "../support/workbench.ts";

// Its sizes are its own, and nobody carries a desk about: the phone has a test for itself.
test.skip(once);

const field = (page: Page, locale: Locale) => page.getByLabel(say(locale, "chat.label"));
const view = (page: Page, locale: Locale, name: string) => page.locator(".ad-views").getByRole("button", { name: say(locale, `desk.${name}`) });
const rows = (page: Page) => page.locator(".ad-rows .ad-row");
const composer = (page: Page) => page.locator("#ad-text");
const bubble = (page: Page, text: string) => page.locator(".ad-msg .ad-text", { hasText: text });
const toast = (page: Page) => page.locator(".ad-toast");

/** A stranger asks something; her page, and what the shop's own systems see of it. */
async function asks(page: Page, locale: Locale, text: string): Promise<Desk> {
  await fullPage(page, "talk", locale);
  const opened = Desk.of(page);
  await field(page, locale).fill(text);
  await field(page, locale).press("Enter");
  return opened;
}

/** The row of the queue with these words. */
const row = (page: Page, text: string): Locator => rows(page).filter({ hasText: text });

/** The same, however many of other stories wait before her: what is far below is not on the page. */
async function found(page: Page, text: string): Promise<Locator> {
  await page.locator("#ad-search").fill(text);
  await expect(row(page, text)).toBeVisible();
  return row(page, text);
}

for (const locale of locales) test.describe(() => {
  const english = locale === "en";

  test(`the door: wrong, right, elsewhere, and out (${locale})`, async ({ browser }) => {
    const { page, complaints, close } = await seat(browser, locale);
    await page.goto(`${aftercart()}/desk`);
    await expect(page.getByRole("heading", { level: 1, name: say(locale, "desk.door_title") })).toBeVisible();
    await expect(page.locator("#ad-email")).toBeFocused();
    await accessible(page);
    await page.getByRole("button", { name: say(locale, "desk.log_in"), exact: true }).click();
    await expect(page.getByText(say(locale, "desk.fill_in"))).toBeVisible();
    await logIn(page, locale, { email: "somebody@demo.example" }, "not the word");
    await expect(page.getByText(say(locale, "desk.refused"))).toBeVisible();
    // What was typed stays, and the caret waits where it was wrong.
    await expect(page.locator("#ad-email")).toHaveValue("somebody@demo.example");
    await expect(page.locator("#ad-password")).toBeFocused();
    await accessible(page);
    await logIn(page, locale, tom);
    await expect(page.locator(".ad-views")).toBeVisible();
    await expect(page.getByText(tom.name, { exact: true }).first()).toBeVisible();

    // Elsewhere she is logged in, too, and can be shown the door from here.
    const other = await atDesk(browser, locale, tom);
    await page.locator(".ad-menu-open").click();
    await page.getByRole("button", { name: say(locale, "desk.sessions") }).click();
    const sessions = page.getByRole("dialog", { name: say(locale, "desk.sessions") });
    await expect(sessions.getByText(say(locale, "desk.session_this"))).toBeVisible();
    await accessible(page);
    const end = sessions.getByRole("button", { name: say(locale, "desk.session_end") });
    const before = await end.count();
    await end.first().click();
    await expect(end).toHaveCount(before - 1);
    await page.keyboard.press("Escape");
    await expect(sessions).toBeHidden();
    await other.close();

    // The language is hers: it stays when she has gone.
    await page.locator(".ad-menu-open").click();
    await page.locator("#ad-language").selectOption(english ? "zh-CN" : "en");
    const there: Locale = english ? "zh-CN" : "en";
    await expect(view(page, there, "unassigned")).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", there);
    await page.locator(".ad-menu-open").click();
    await page.getByRole("button", { name: say(there, "desk.log_out"), exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: say(there, "desk.door_title") })).toBeVisible();
    await page.reload();
    await expect(page.getByRole("heading", { level: 1, name: say(there, "desk.door_title") })).toBeVisible();
    expect(complaints.left()).toEqual([]);
    await close();
  });

  test(`a shopper asks, an agent answers, and how it was (${locale})`, async ({ page, browser }) => {
    test.setTimeout(120_000);
    const order = await known(await arrived(locale, "lamp"), locale);
    const back = await sentBack(order, locale);
    await as(page, order, "talk", locale);
    const question = english ? `Is the switch of my lamp known to crackle? ${order.number}` : `台灯的开关有杂音，正常吗？${order.number}`;

    // At phone size: the first answer at once, an article opened from it, and back.
    await page.setViewportSize({ width: 390, height: 844 });
    await field(page, locale).fill(english ? "How long do refunds take?" : "退款多久到账？");
    await field(page, locale).press("Enter");
    const card = page.locator(".ac-found a").first();
    await expect(card).toBeVisible();
    await expect(page.locator(".ac-msg-head", { hasText: say(locale, "chat.auto") })).toBeVisible();
    await expect(page.getByText(say(locale, "chat.queued"))).toBeHidden();
    await accessible(page);
    await page.screenshot({ path: join(root, "e2e/shots", `first-answer-390x844-${locale}-light.png`), animations: "disabled" });
    await page.emulateMedia({ colorScheme: "dark" });
    await page.screenshot({ path: join(root, "e2e/shots", `first-answer-390x844-${locale}-dark.png`), animations: "disabled" });
    await accessible(page);
    await page.emulateMedia({ colorScheme: "light" });
    const title = await card.locator(".ac-row-title").innerText();
    await card.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    await page.goBack();
    await expect(card).toBeVisible();
    await page.getByRole("button", { name: say(locale, "chat.person"), exact: true }).click();
    await expect(page.getByText(say(locale, "chat.handed"))).toBeVisible();
    await expect(page.getByText(say(locale, "chat.queued"))).toBeVisible();
    await expect(page.locator("#ac-person")).toBeHidden();
    await field(page, locale).fill(question);
    await field(page, locale).press("Enter");

    const { page: desk, complaints, close } = await atDesk(browser, locale);
    const hello = english
      ? { shortcut: "hello", texts: [{ locale: "en", text: "Hello, this is {agent}. I’ll look at it at once." }] }
      : { shortcut: "hello", texts: [{ locale: "zh-CN", text: "您好，我是{agent}，马上为您查看。" }] };
    await asked(desk, "PUT", `/desk/canned-replies/${hello.shortcut}-${locale.toLowerCase()}`, { texts: hello.texts });
    await desk.reload();

    // Who waits is there, with her words and how long.
    await view(desk, locale, "unassigned").click();
    const hers = await found(desk, order.number);
    await accessible(desk);
    await hers.click();
    await expect(bubble(desk, question)).toBeVisible();
    // The machine's answer is there as what it is, with her way from it to a person.
    await expect(desk.locator(".ad-msg-auto", { hasText: title })).toBeVisible();
    await expect(desk.locator(".ad-happened", { hasText: say(locale, "desk.log_handed") })).toBeVisible();
    await expect(desk.getByRole("log", { name: say(locale, "chat.log") })).toBeVisible();
    await expect(desk.locator(".ad-head")).toContainText(say(locale, "desk.verified"));
    await expect(desk.locator(".ad-certainty")).toHaveText(say(locale, "desk.proved_email"));
    await accessible(desk);

    // By the keyboard alone: taken, answered by a canned reply, noted.
    await expect(desk.locator("#ad-talk-title")).toBeFocused();
    await desk.keyboard.press("t");
    await expect(desk.locator(".ad-head")).toContainText(say(locale, "desk.you_have_it"));
    await expect(page.getByText(say(locale, "chat.joined", { name: mei.name }))).toBeVisible();
    await desk.keyboard.press("r");
    await expect(composer(desk)).toBeFocused();
    await desk.keyboard.type(`/hello-${locale.toLowerCase()}`);
    await expect(desk.locator(".ad-canned").getByRole("option")).toHaveCount(1);
    await accessible(desk);
    await desk.keyboard.press("Enter");
    const answer = (hello.texts[0]?.text ?? "").replace("{agent}", mei.name);
    await expect(composer(desk)).toHaveValue(answer);
    await desk.keyboard.press("Enter");
    await expect(bubble(desk, answer)).toBeVisible();
    await expect(composer(desk)).toHaveValue("");
    await expect(page.locator(".ac-msg-text", { hasText: answer })).toBeVisible();
    // Read by her, said at the desk.
    await expect(desk.locator(".ad-mark-read")).toHaveText(say(locale, "chat.read"));

    await composer(desk).press("Escape");
    await desk.keyboard.press("n");
    const note = english ? "Third one this week. Tell the workshop." : "本周第三起，请告知工坊。";
    await desk.keyboard.type(note);
    await desk.keyboard.press("Enter");
    await expect(desk.locator(".ad-note .ad-text")).toHaveText(note);

    // She writes, and it is seen that she does.
    const more = english ? "It does so since yesterday." : "昨天开始的。";
    await field(page, locale).pressSequentially(more.slice(0, 4), { delay: 60 });
    await expect(desk.locator(".ad-typing")).toBeVisible();
    await field(page, locale).fill(more);
    await field(page, locale).press("Enter");
    await expect(bubble(desk, more)).toBeVisible();
    // And nothing of the note.
    await expect(page.locator("body")).not.toContainText(note);

    // A photo of it.
    await page.locator("#ac-chat-file").setInputFiles({ name: "switch.jpg", mimeType: "image/jpeg", buffer: await photo(page) });
    await expect(page.getByRole("log").getByRole("img", { name: say(locale, "chat.picture") })).toHaveAttribute("src", /^blob:/);
    const picture = desk.locator(".ad-msg .ad-picture");
    await expect(picture).toBeVisible();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);

    // Her order, with nothing masked; her return, with what the policy says to it.
    const customer = desk.locator(".ad-customer");
    await customer.locator(".ad-order summary").first().click();
    await expect(customer.locator(".ad-order .ad-parcel")).toHaveCount(1);
    await expect(customer.locator(".ad-address")).toContainText(english ? "Brighton" : "上海");
    await customer.locator(".ad-return summary").click();
    await expect(customer.locator(".ad-return")).toContainText(back.number);
    await expect(customer.locator(".ad-verdict")).toHaveText(say(locale, "desk.verdict_person"));
    await accessible(desk);
    await customer.getByRole("button", { name: say(locale, "desk.act_approve"), exact: true }).click();
    await expect(toast(desk)).toHaveText(say(locale, "desk.act_done", { act: say(locale, "desk.act_approve") }));
    await expect(customer.locator(".ad-return .ad-badge").first()).toHaveText(say(locale, "desk.return_approved"));
    const { state } = await asked<{ view: { state: string } }>(desk, "GET", `/admin/returns/${back.id}`).then((one) => one.view);
    expect(state).toBe("approved");

    // Closed, and rated.
    await desk.locator("#ad-close").click();
    await expect(desk.locator(".ad-head")).toContainText(say(locale, "desk.is_closed"));
    await expect(page.getByText(say(locale, "chat.ended"), { exact: true })).toBeVisible();
    await page.getByRole("button", { name: say(locale, "chat.rate_label", { score: "5", words: say(locale, "chat.rate_5") }) }).click();
    await page.getByRole("button", { name: say(locale, "chat.rate_send"), exact: true }).click();
    await expect(desk.locator(".ad-happened", { hasText: say(locale, "desk.log_rated", { score: "5" }) })).toBeVisible();
    await view(desk, locale, "closed").click();
    await expect(row(desk, order.contact)).toBeVisible();
    await accessible(desk);
    expect(complaints.left()).toEqual([]);
    await close();
  });

  test(`two agents: who has it is said, and it can be handed on (${locale})`, async ({ page, browser }) => {
    const words = english ? `A question for whoever is there ${Date.now()}` : `想咨询一下 ${Date.now()}`;
    const talk = await asks(page, locale, words);
    const one = await atDesk(browser, locale, tom);
    const two = await atDesk(browser, locale, mei);
    for (const { page: desk } of [one, two]) {
      await view(desk, locale, "all").click();
      await (await found(desk, words)).click();
      await expect(bubble(desk, words)).toBeVisible();
    }
    // Nobody has proved who she is: nothing of an order is told.
    await expect(one.page.locator(".ad-certainty")).toHaveText(say(locale, "desk.unproved"));
    await one.page.locator("#ad-take").click();
    await expect(two.page.locator(".ad-banner")).toContainText(say(locale, "desk.colleague_has_it", { name: tom.name }));
    await expect(two.page.locator("#ad-take")).toBeHidden();
    await one.page.locator("#ad-hand").click();
    const to = one.page.getByRole("dialog", { name: say(locale, "desk.hand_over_to") });
    await to.getByRole("button", { name: mei.name }).click();
    await expect(toast(one.page)).toHaveText(say(locale, "desk.handed", { name: mei.name }));
    await expect(two.page.locator(".ad-head")).toContainText(say(locale, "desk.you_have_it"));
    await expect(one.page.locator(".ad-banner")).toContainText(mei.name);
    await expect(page.getByText(say(locale, "chat.joined", { name: mei.name }))).toBeVisible();
    expect((await talk.log()).events.filter((event) => event.kind === "assigned")).toHaveLength(2);
    expect([...one.complaints.left(), ...two.complaints.left()]).toEqual([]);
    await one.close();
    await two.close();
  });

  test(`offline nothing is lost: the draft, and what was sent (${locale})`, async ({ page, browser }) => {
    const words = english ? `Are you there? ${Date.now()}` : `在吗？${Date.now()}`;
    const talk = await asks(page, locale, words);
    const { page: desk, complaints, close } = await atDesk(browser, locale);
    complaints.allow(/ERR_INTERNET_DISCONNECTED|Failed to load resource/);
    await view(desk, locale, "unassigned").click();
    await (await found(desk, words)).click();
    await desk.locator("#ad-take").click();
    await expect(desk.locator(".ad-head")).toContainText(say(locale, "desk.you_have_it"));
    await desk.context().setOffline(true);
    await composer(desk).fill("one");
    await composer(desk).press("Enter");
    await expect(bubble(desk, "one")).toBeVisible();
    await expect(desk.getByText(say(locale, "chat.waiting_offline"))).toBeVisible();
    await accessible(desk);
    await composer(desk).fill("half a sen");
    await desk.context().setOffline(false);
    await expect.poll(() => talk.texts()).toEqual([words, "one"]);
    await desk.reload();
    await expect(composer(desk)).toHaveValue("half a sen");
    await expect(bubble(desk, "one")).toHaveCount(1);
    expect(complaints.left()).toEqual([]);
    await close();
  });

  test(`commands, keys and the way back (${locale})`, async ({ page, browser }) => {
    const words = english ? `Something to find ${Date.now()}` : `查找用 ${Date.now()}`;
    await asks(page, locale, words);
    const { page: desk, complaints, close } = await atDesk(browser, locale);
    await desk.keyboard.press("Control+k");
    const palette = desk.getByRole("dialog", { name: say(locale, "desk.palette") });
    await expect(palette).toBeVisible();
    await accessible(desk);
    await desk.keyboard.type(say(locale, "desk.unassigned"));
    await desk.keyboard.press("Enter");
    await expect(desk).toHaveURL(/\/desk\/unassigned$/);
    await desk.keyboard.press("/");
    await expect(desk.locator("#ad-search")).toBeFocused();
    await desk.keyboard.type(words);
    await expect(rows(desk)).toHaveCount(1);
    await desk.keyboard.press("ArrowDown");
    await expect(row(desk, words)).toBeFocused();
    await desk.keyboard.press("Enter");
    await expect(bubble(desk, words)).toBeVisible();
    await desk.keyboard.press("?");
    const keys = desk.getByRole("dialog", { name: say(locale, "desk.keys") });
    await expect(keys).toBeVisible();
    await accessible(desk);
    // Whoever speaks to her machine does not want letters to act.
    await keys.getByLabel(say(locale, "desk.key_switch")).uncheck();
    await desk.keyboard.press("Escape");
    await desk.keyboard.press("u");
    await expect(bubble(desk, words)).toBeVisible();
    await desk.goBack();
    await expect(bubble(desk, words)).toBeHidden();
    await desk.locator("#ad-search").fill("nothing is called that zzz");
    await expect(desk.getByText(say(locale, "desk.none_found"), { exact: true })).toBeVisible();
    await accessible(desk);
    expect(complaints.left()).toEqual([]);
    await close();
  });

  test(`on a phone one pane at a time, on a tablet the customer in a drawer (${locale})`, async ({ page, browser }) => {
    const words = english ? `Here I am ${Date.now()}` : `手机上看 ${Date.now()}`;
    await asks(page, locale, words);
    const phone = await atDesk(browser, locale, mei, { viewport: { width: 390, height: 844 }, touch: true });
    await view(phone.page, locale, "unassigned").tap();
    await accessible(phone.page);
    await (await found(phone.page, words)).tap();
    await expect(bubble(phone.page, words)).toBeVisible();
    await expect(phone.page.locator(".ad-pane-queue")).toBeHidden();
    await accessible(phone.page);
    for (const button of await phone.page.locator(".ad-head button:visible, .ad-composer button:visible").all()) {
      const box = await button.boundingBox();
      expect(box?.height ?? 0, await button.innerText()).toBeGreaterThanOrEqual(44);
    }
    expect(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await phone.page.locator(".ad-head").getByRole("button", { name: say(locale, "desk.customer") }).tap();
    await expect(phone.page.locator(".ad-certainty")).toBeVisible();
    await expect(phone.page.locator(".ad-pane-talk")).toBeHidden();
    await accessible(phone.page);
    await phone.page.goBack();
    await expect(bubble(phone.page, words)).toBeVisible();
    await phone.page.goBack();
    await expect(row(phone.page, words)).toBeVisible();
    expect(phone.complaints.left()).toEqual([]);
    await phone.close();

    const tablet = await atDesk(browser, locale, mei, { viewport: { width: 820, height: 1180 }, touch: true });
    await view(tablet.page, locale, "unassigned").tap();
    await (await found(tablet.page, words)).tap();
    await expect(bubble(tablet.page, words)).toBeVisible();
    await expect(rows(tablet.page).first()).toBeVisible();
    await expect(tablet.page.locator(".ad-customer")).toBeHidden();
    await tablet.page.locator(".ad-head").getByRole("button", { name: say(locale, "desk.customer") }).tap();
    await expect(tablet.page.locator(".ad-certainty")).toBeVisible();
    await accessible(tablet.page);
    await tablet.page.goBack();
    await expect(tablet.page.locator(".ad-customer")).toBeHidden();
    expect(tablet.complaints.left()).toEqual([]);
    await tablet.close();
  });
});

test("ten thousand rows are a few on the page", async ({ browser }) => {
  const { page, complaints, close } = await atDesk(browser, "en");
  const one = (nth: number) => ({
    id: `c${nth}`, state: "queued", epoch: 1, last_seq: 1, read: { visitor: 1, agent: 0 }, created_at: 1, locale: "en", subject: {},
    visitor: { certainty: "anonymous", shopper: null, proof: null, name: `Shopper ${nth}`, email: null, phone: null },
    agent_email: null, updated_at: 1, closed_at: null, last: { at: 1, hers: true, text: `Question ${nth}` }, waiting_since: 1_000 + nth,
  });
  await page.route("**/api/v1/desk/inbox?*", (route) => {
    const from = Number(new URL(route.request().url()).searchParams.get("cursor") ?? 0);
    const rows = Array.from({ length: Math.min(60, 10_000 - from) }, (_, i) => one(from + i));
    const next = from + 60 < 10_000 ? String(from + 60) : null;
    return route.fulfill({ json: { rows, next, counts: { mine: 0, unassigned: 10_000, all: 10_000 }, version: 1 } });
  });
  await page.route("**/api/v1/desk/inbox/changes?*", () => {});
  await view(page, "en", "unassigned").click();
  await expect(row(page, "Question 0")).toBeVisible();
  let farthest = 0;
  for (let pages = 0; pages < 40; pages++) {
    await page.locator("#ad-rows").evaluate((rows) => (rows.scrollTop = rows.scrollHeight));
    await expect.poll(() => page.locator(".ad-row-place").last().getAttribute("aria-setsize").then(Number)).toBeGreaterThan(farthest);
    farthest = Number(await page.locator(".ad-row-place").last().getAttribute("aria-setsize"));
    expect(await rows(page).count()).toBeLessThan(60);
  }
  expect(farthest).toBeGreaterThan(2_000);
  // What a step of scrolling costs, with that many behind: the one in the middle, for other work may come in between.
  const step = await page.locator("#ad-rows").evaluate(async (list) => {
    const steps: number[] = [];
    for (let i = 0; i < 61; i++) {
      const begun = performance.now();
      list.scrollTop = 88 * 25 * i;
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      steps.push(performance.now() - begun);
    }
    return steps.sort((one, other) => one - other)[30] ?? Infinity;
  });
  expect(step).toBeLessThan(120);
  expect(complaints.left()).toEqual([]);
  await close();
});

test("the page can be framed by nobody, holds no data, and its scripts are its own", async ({ request }) => {
  const answer = await request.get(`${aftercart()}/desk/unassigned`);
  const policy = answer.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe-inline");
  expect(answer.headers()["cache-control"]).toBe("no-cache");
  const data = await request.get(`${aftercart()}/api/v1/desk/me`);
  expect(data.status()).toBe(401);
  expect(data.headers()["cache-control"]).toBe("no-store");
});

for (const locale of locales) {
  test(`screenshots (${locale})`, async ({ page, browser }) => {
    test.setTimeout(240_000);
    const english = locale === "en";
    const order = await known(await arrived(locale, "lamp", "bags"), locale);
    await sentBack(order, locale);
    const context = await browser.newContext({ locale: english ? "en-GB" : "zh-CN" });
    const shopper = await context.newPage();
    await as(shopper, order, "talk", locale);
    const say1 = english ? "Hello, the desk lamp hums when it’s on. Is that normal?" : "您好，台灯打开后有嗡嗡声，这正常吗？";
    await field(shopper, locale).fill(say1);
    await field(shopper, locale).press("Enter");
    await asks(page, locale, english ? "Is the switch of my lamp known to crackle?" : "台灯的开关有杂音，正常吗？");
    for (const colorScheme of ["light", "dark"] as const) {
      for (const [width, height] of [[1280, 800], [820, 1180], [390, 844]] as const) {
        const shot = (name: string) => join(root, "e2e/shots", `desk-${name}-${width}x${height}-${locale}-${colorScheme}.png`);
        const look = { viewport: { width, height }, colorScheme, touch: width < 1000 };
        const door = await seat(browser, locale, look);
        await door.page.goto(`${aftercart()}/desk`);
        await expect(door.page.locator("#ad-email")).toBeVisible();
        await door.page.screenshot({ path: shot("door") });
        await logIn(door.page, locale);
        await expect(door.page.locator(".ad-views")).toBeVisible();
        const desk = door.page;
        await view(desk, locale, "all").click();
        await expect(desk.locator(".ad-row").first()).toBeVisible();
        await desk.screenshot({ path: shot("queue") });
        // Other stories' shoppers wait here, too: hers may be far below.
        await (await found(desk, order.contact)).click();
        await expect(desk.locator(".ad-msg").first()).toBeVisible();
        if (colorScheme === "light" && width === 1280) {
          await desk.keyboard.press("t");
          await expect(desk.locator(".ad-head")).toContainText(like(locale, "desk.you_have_it"));
          await composer(desk).fill(english ? "Hello! Some of that batch do. Let me look at your order." : "您好，这一批中确有个别出现这种情况，我先看一下您的订单。");
          await composer(desk).press("Enter");
          await desk.locator(".ad-mode").nth(1).click();
          await composer(desk).fill(english ? "Batch 11/26 again. The workshop knows." : "又是 11/26 批次，工坊已知晓。");
          await composer(desk).press("Enter");
          await expect(desk.locator(".ad-note")).toBeVisible();
          await desk.locator(".ad-mode").nth(0).click();
        }
        await desk.screenshot({ path: shot("talk") });
        if (width < 1100) {
          await desk.locator(".ad-head").getByRole("button", { name: say(locale, "desk.customer") }).click();
        }
        await desk.locator(".ad-return summary").first().click();
        await expect(desk.locator(".ad-verdict")).toBeVisible();
        await desk.screenshot({ path: shot("customer") });
        if (width === 1280) {
          await desk.keyboard.press("Control+k");
          await desk.screenshot({ path: shot("palette") });
        }
        await door.close();
      }
    }
    await context.close();
  });
}
