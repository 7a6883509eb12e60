// From "Return or exchange" to the money, in both languages: what a shopper sees, chooses and gets.
import type { Page } from "@playwright/test";
import { codeFor } from "../support/outbox.ts";
import { arrived, as, known, photo, titleOfGoods } from "../support/returns.ts";
import {
  accessible, aftercart, elsewhere, expect, fullPage, like, locales, say, tabTo, test, type Locale,
} from "../support/test.ts";

const press = (page: Page, locale: Locale, key: string) => page.getByRole("button", { name: say(locale, key) }).click();
const heading = (page: Page, locale: Locale, key: string) =>
  page.getByRole("heading", { level: 1, name: say(locale, key), exact: true });
const reason = (page: Page, locale: Locale, name: string) =>
  page.getByRole("radio", { name: say(locale, `returns.reason_${name}`) });
const wanted = (page: Page, locale: Locale, name: string) =>
  page.getByRole("radio", { name: new RegExp(`^${say(locale, `returns.resolution_${name}`)}`) });
const next = (page: Page, locale: Locale) => press(page, locale, "returns_flow.next");

/** Picks the goods and says why, up to the question what she would like. */
async function pickAndSay(page: Page, locale: Locale, name: string, why: string): Promise<void> {
  await page.getByRole("checkbox", { name: titleOfGoods(locale, name) }).check();
  await next(page, locale);
  await expect(heading(page, locale, "returns_flow.why_title")).toBeFocused();
  await reason(page, locale, why).check();
}

async function confirm(page: Page, locale: Locale): Promise<void> {
  await expect(heading(page, locale, "returns_flow.review_title")).toBeFocused();
  await page.getByRole("button", { name: say(locale, "returns_flow.send") }).or(page.getByRole("button", { name: say(locale, "returns_flow.send_person") })).click();
  await expect(page.getByText(say(locale, "returns_flow.done_mail"))).toBeVisible();
}

for (const locale of locales) test.describe(() => {
  test.skip(elsewhere(locale), "on the other screen");

  test(`a refund, from the first view and a code to the QR (${locale})`, async ({ page }) => {
    const order = await arrived(locale, "lamp", "bags", "travelling");
    await fullPage(page, "", locale);
    await page.getByRole("link", { name: say(locale, "home.action_returns") }).click();
    await expect(page.getByText(say(locale, "returns_flow.prove"))).toBeVisible();
    await accessible(page);
    await page.getByLabel(say(locale, "track.contact_label")).fill(order.contact);
    await press(page, locale, "account.send");
    await page.getByLabel(say(locale, "account.code_label")).fill(await codeFor(order.contact));
    await page.keyboard.press("Enter");
    // She is where she wanted to be, and chooses the order.
    await expect(heading(page, locale, "returns_flow.title")).toBeFocused();
    await accessible(page);
    await page.getByRole("link").filter({ hasText: order.number }).click();

    await expect(heading(page, locale, "returns_flow.pick_title")).toBeFocused();
    // What cannot come back stays in sight, with the reason.
    await expect(page.getByText(say(locale, "returns.why_not_delivered"))).toBeVisible();
    await expect(page.getByRole("checkbox", { name: titleOfGoods(locale, "travelling") })).toHaveCount(0);
    await next(page, locale);
    await expect(page.getByText(say(locale, "returns_flow.pick_one"))).toBeVisible();
    await page.getByRole("checkbox", { name: titleOfGoods(locale, "bags") }).check();
    const more = page.getByRole("button", { name: say(locale, "returns_flow.more") });
    await more.click();
    await more.click();
    await expect(more).toHaveAttribute("aria-disabled", "true");
    await page.getByRole("button", { name: say(locale, "returns_flow.less") }).click();
    for (const part of ["less", "more"]) {
      const box = await page.getByRole("button", { name: say(locale, `returns_flow.${part}`) }).boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
    }
    await accessible(page);
    await next(page, locale);

    await expect(heading(page, locale, "returns_flow.why_title")).toBeFocused();
    await next(page, locale);
    await expect(page.getByText(say(locale, "returns_flow.why_missing"))).toBeVisible();
    await reason(page, locale, "changed_mind").check();
    await accessible(page);
    await next(page, locale);

    await expect(heading(page, locale, "returns_flow.what_title")).toBeFocused();
    await wanted(page, locale, "refund").check();
    await accessible(page);
    await next(page, locale);
    await expect(heading(page, locale, "returns_flow.how_title")).toBeFocused();
    await page.getByRole("radio").first().check();
    await accessible(page);
    await next(page, locale);

    // The parts add up to the whole.
    await expect(page.getByText(say(locale, "returns_flow.sum_total"))).toBeVisible();
    const amounts = await page.locator(".ac-sum dd").allTextContents();
    const minor = amounts.map((text) => Math.round(Number(text.replace("−", "-").replace(/[^\d.-]/g, "")) * 100));
    expect(minor.slice(0, -1).reduce((sum, one) => sum + one, 0)).toBe(minor.at(-1));
    await accessible(page);
    await confirm(page, locale);
    await accessible(page);
    expect(page.url()).toMatch(/\/returns\/[0-9a-f]+/);
    // A retry of the page shows the return, and the list knows it.
    await page.reload();
    await expect(page.getByText(like(locale, "returns_flow.number")).first()).toBeVisible();
    await fullPage(page, "return", locale);
    await expect(page.getByRole("heading", { level: 2, name: say(locale, "returns_flow.mine") })).toBeVisible();
  });

  test(`store credit says its bonus (${locale})`, async ({ page }) => {
    const order = await known(await arrived(locale, "lamp"), locale);
    await as(page, order, `return/${order.id}`, locale);
    await pickAndSay(page, locale, "lamp", "changed_mind");
    await next(page, locale);
    await wanted(page, locale, "store_credit").check();
    await expect(page.getByText(/5\s?%/).first()).toBeVisible();
    await next(page, locale);
    await page.getByRole("radio").first().check();
    await next(page, locale);
    await expect(page.getByText(say(locale, "returns_flow.sum_bonus"))).toBeVisible();
    await confirm(page, locale);
    await expect(page.getByText(say(locale, "returns.resolution_store_credit"), { exact: true })).toBeVisible();
  });

  test(`broken bowls: a photo, the money, and nothing to send (${locale})`, async ({ page, complaints }) => {
    complaints.allow(/status of 4(13|15|22)/);
    const order = await known(await arrived(locale, "bowls"), locale);
    await as(page, order, `return/${order.id}`, locale);
    await pickAndSay(page, locale, "bowls", "damaged");
    // Not without a photo.
    await next(page, locale);
    await expect(page.getByText(say(locale, "errors.photo_required"))).toBeVisible();
    const picker = page.locator("input[type=file]").first();
    await picker.setInputFiles({ name: "big.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(10 * 1024 * 1024 + 1, 1) });
    await expect(page.getByText(say(locale, "returns_flow.photo_too_big"))).toBeVisible();
    await page.getByRole("button", { name: say(locale, "returns_flow.photo_remove", { number: "1" }) }).click();
    await picker.setInputFiles({ name: "notes.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF") });
    await expect(page.getByText(say(locale, "errors.picture_invalid"))).toBeVisible();
    await page.getByRole("button", { name: say(locale, "returns_flow.photo_remove", { number: "1" }) }).click();
    await picker.setInputFiles({ name: "bowl.jpg", mimeType: "image/jpeg", buffer: await photo(page) });
    await expect(page.getByText(say(locale, "returns_flow.photo_added")).first()).toBeVisible();
    await expect(page.getByRole("img", { name: say(locale, "returns_flow.photo_number", { number: "1" }) })).toBeVisible();
    // From the top: what has slid under the bar is no target there.
    await page.evaluate(() => window.scrollTo(0, 0));
    await accessible(page);
    // A refresh keeps the photo, and shows it again.
    await page.reload();
    await expect(page.getByRole("img", { name: say(locale, "returns_flow.photo_number", { number: "1" }) })).toBeVisible();
    await next(page, locale);
    await wanted(page, locale, "keep_item").check();
    await expect(page.getByText(say(locale, "returns_flow.nothing_back")).first()).toBeVisible();
    await next(page, locale);
    await confirm(page, locale);
    await expect(page.getByText(say(locale, "returns.resolution_keep_item"))).toBeVisible();
    await expect(page.getByRole("img", { name: /QR|二维码/ })).toHaveCount(0);
  });

  test(`a claim: the wrong thing came, with a photo that is pasted (${locale})`, async ({ page }) => {
    const order = await known(await arrived(locale, "lamp"), locale);
    await as(page, order, `return/${order.id}`, locale);
    await pickAndSay(page, locale, "lamp", "wrong_item");
    const picture = (await photo(page)).toString("base64");
    // Who takes it up has a file of its own.
    await expect(page.getByText(say(locale, "returns_flow.photo_pick")).first()).toBeVisible();
    await page.evaluate((text) => {
      const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], "pasted.jpg", { type: "image/jpeg" }));
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, picture);
    await expect(page.getByText(say(locale, "returns_flow.photo_added")).first()).toBeVisible();
    await next(page, locale);
    await wanted(page, locale, "replacement").check();
    await next(page, locale);
    await expect(heading(page, locale, "returns_flow.how_title").or(heading(page, locale, "returns_flow.review_title"))).toBeVisible();
    if (await heading(page, locale, "returns_flow.how_title").isVisible()) {
      await page.getByRole("radio").first().check();
      await next(page, locale);
    }
    await confirm(page, locale);
  });

  test(`nothing that may come back says why (${locale})`, async ({ page }) => {
    const order = await known(await arrived(locale, "travelling"), locale);
    await as(page, order, `return/${order.id}`, locale);
    await expect(page.getByText(say(locale, "returns_flow.pick_none"))).toBeVisible();
    await expect(page.getByText(say(locale, "returns.why_not_delivered"))).toBeVisible();
    await expect(page.getByRole("button", { name: say(locale, "returns_flow.next") })).toHaveCount(0);
    await accessible(page);
  });

  test(`a gift card comes back only when something is wrong with it (${locale})`, async ({ page }) => {
    const order = await known(await arrived(locale, "card"), locale);
    await as(page, order, `return/${order.id}`, locale);
    await expect(page.getByText(say(locale, "returns.not_gift_card"))).toBeVisible();
    await page.getByRole("checkbox", { name: titleOfGoods(locale, "card") }).check();
    await next(page, locale);
    await expect(reason(page, locale, "faulty")).toBeVisible();
    await expect(reason(page, locale, "changed_mind")).toHaveCount(0);
  });

  test(`the code opens the return anywhere, and calling it off asks first (${locale})`, async ({ page, browser }) => {
    const order = await known(await arrived(locale, "lamp"), locale);
    await as(page, order, `return/${order.id}`, locale);
    await pickAndSay(page, locale, "lamp", "changed_mind");
    await next(page, locale);
    await wanted(page, locale, "refund").check();
    await next(page, locale);
    const ship = page.getByRole("radio", { name: new RegExp(say(locale, locale === "en" ? "returns.method_drop_off" : "returns.method_in_store")) });
    await ship.check();
    await next(page, locale);
    const made = page.waitForResponse((answer) => answer.request().method() === "POST" && answer.url().endsWith("/returns"));
    await confirm(page, locale);
    const view = (await (await made).json()) as { code: { text: string } | null; summary: { number: string } };
    await expect(page.getByRole("img", { name: say(locale, "returns_flow.code_of", { number: view.summary.number }) })).toBeVisible();

    const text = new URL(view.code?.text ?? "");
    const other = await browser.newPage();
    await other.goto(`${aftercart()}${text.pathname}?locale=${locale}${text.hash}`);
    await expect(other.getByText(say(locale, "returns_flow.number", { number: view.summary.number }))).toBeVisible();
    expect(other.url()).not.toContain("#");
    await expect(other.getByText(say(locale, "returns_flow.sum_total"))).toHaveCount(0);
    await expect(other.getByRole("button", { name: say(locale, "returns_flow.cancel") })).toHaveCount(0);
    await other.close();

    const saved = page.waitForEvent("download");
    await press(page, locale, "returns_flow.save_pdf");
    expect((await saved).suggestedFilename()).toBe(`${view.summary.number}.pdf`);

    await press(page, locale, "returns_flow.cancel");
    await expect(page.getByText(say(locale, "returns_flow.cancel_sure"))).toBeVisible();
    await accessible(page);
    await press(page, locale, "returns_flow.cancel_yes");
    await expect(page.getByRole("button", { name: say(locale, "returns_flow.cancel") })).toHaveCount(0);
  });
});

test("the whole way by keyboard", async ({ page, isMobile }) => {
  test.skip(isMobile, "telephones have none");
  const order = await known(await arrived("en", "lamp"), "en");
  await as(page, order, `return/${order.id}`, "en");
  await expect(heading(page, "en", "returns_flow.pick_title")).toBeFocused();
  await tabTo(page, page.getByRole("checkbox", { name: titleOfGoods("en", "lamp") }), 6);
  await page.keyboard.press("Space");
  await tabTo(page, page.getByRole("button", { name: say("en", "returns_flow.next") }), 4);
  await page.keyboard.press("Enter");
  await expect(heading(page, "en", "returns_flow.why_title")).toBeFocused();
  await tabTo(page, reason(page, "en", "changed_mind"), 3);
  await page.keyboard.press("Space");
  await tabTo(page, page.getByRole("button", { name: say("en", "returns_flow.next") }), 4);
  await page.keyboard.press("Enter");
  await expect(heading(page, "en", "returns_flow.what_title")).toBeFocused();
  await tabTo(page, page.getByRole("radio").first(), 3);
  await page.keyboard.press("Space");
  await tabTo(page, page.getByRole("button", { name: say("en", "returns_flow.next") }), 4);
  await page.keyboard.press("Enter");
  await expect(heading(page, "en", "returns_flow.how_title")).toBeFocused();
  await tabTo(page, page.getByRole("radio").first(), 3);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await tabTo(page, page.getByRole("button", { name: say("en", "returns_flow.next") }), 4);
  await page.keyboard.press("Enter");
  await expect(heading(page, "en", "returns_flow.review_title")).toBeFocused();
  await tabTo(page, page.getByRole("button", { name: say("en", "returns_flow.send") }), 8);
  await page.keyboard.press("Enter");
  await expect(page.getByText(say("en", "returns_flow.done_mail"))).toBeVisible();
});

test("in the shop's page: opened at the view, and back goes one step", async ({ page, shop }) => {
  await shop.visit();
  await expect(shop.launcher).toBeVisible();
  await shop.command("open", { view: "return" });
  await expect(shop.panel.getByText(say("en", "returns_flow.prove"))).toBeVisible();
  await shop.panel.getByRole("link", { name: say("en", "returns_flow.withdraw") }).click();
  await expect(shop.panel.getByLabel(say("en", "returns_flow.wd_name"))).toBeVisible();
  await accessible(page, "aftercart-launcher");
  await shop.panel.getByRole("button", { name: say("en", "common.back") }).click();
  await expect(shop.panel.getByText(say("en", "returns_flow.prove"))).toBeVisible();
});
