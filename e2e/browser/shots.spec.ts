// Every view in every size, language and light, for people to look at. Not compared by machine: fonts differ.
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { Desk } from "../support/desk.ts";
import { root } from "../support/server.mjs";
import {
  categoryOf, expect, fullPage, locales, lookUp, orderLine, orders, say, starting, test, titleOf, type Locale,
} from "../support/test.ts";

/** What a conversation looks like from its first message to its end. */
async function conversation(page: Page, locale: Locale, shoot: (view: string) => Promise<unknown>): Promise<void> {
  const english = locale === "en";
  const field = page.getByLabel(say(locale, "chat.label"));
  const last = page.locator(".ac-msg-text").last();
  const write = async (text: string) => {
    await field.fill(text);
    await field.press("Enter");
    await expect(last).toHaveText(text);
  };
  const opened = Desk.of(page);
  await write(english ? "Hi, the lamp from order A-1001 arrived with a dent in the shade." : "您好，订单 A-1001 的台灯到了，但是灯罩上有一处凹痕。");
  const desk = await opened;
  await write(english ? "Can you send me another one?" : "可以给我换一个吗？");
  await expect(page.getByText(say(locale, "chat.sent"), { exact: true })).toBeVisible();
  await shoot("talk-asked");
  await desk.take();
  await desk.read(2);
  await desk.say(english ? "I’m sorry about that. Let me look whether we have the brass one here." : "非常抱歉，我马上帮您查一下黄铜款的库存。");
  await desk.say(english ? "Good news: it leaves today. You’ll find the way here: https://shop.example/orders/A-1001" : "有现货，今天就能寄出。物流进度可以在这里查看：https://shop.example/orders/A-1001");
  await write(english ? "Wonderful, thank you!" : "太好了，谢谢！");
  await desk.type();
  await expect(page.locator(".ac-chat-typing")).toBeVisible();
  await shoot("talk-answered");
  await page.context().setOffline(true);
  await write(english ? "One more thing" : "还有一件事");
  await expect(page.getByText(say(locale, "chat.waiting_offline"))).toBeVisible();
  await field.fill("字".repeat(4_012));
  await expect(page.getByText(say(locale, "chat.too_long", { count: "12" })).first()).toBeVisible();
  await shoot("talk-offline");
  await field.fill("");
  await page.context().setOffline(false);
  await expect(page.getByText(say(locale, "chat.sent"), { exact: true })).toBeVisible();
  await desk.close();
  await page.getByRole("button", { name: say(locale, "chat.rate_label", { score: "4", words: say(locale, "chat.rate_4") }) }).click();
  await shoot("talk-ended");
}

const sizes = [[390, 844], [1280, 800], [1080, 1920]] as const;

for (const [width, height] of sizes) {
  for (const locale of locales) {
    for (const colorScheme of ["light", "dark"] as const) {
      const name = (view: string) =>
        join(root, "e2e/shots", `${view}-${width}x${height}-${locale}-${colorScheme}.png`);

      test.describe(`${width}×${height} ${locale} ${colorScheme}`, () => {
        test.use({ viewport: { width, height }, colorScheme });
        test.setTimeout(120_000);

        test("pages", async ({ page, complaints }) => {
          complaints.allow(/Failed to load resource/);
          const shoot = (view: string) => page.screenshot({ path: name(view), animations: "disabled", caret: "hide" });
          await fullPage(page, "", locale);
          await shoot("home");
          await page.getByLabel(say(locale, "home.ask_label")).fill(locale === "en" ? "refund" : "退款");
          const answers = page.getByRole("listbox", { name: say(locale, "home.suggestions") });
          await expect(answers.getByRole("option").first()).toBeVisible();
          await shoot("home-answers");
          await fullPage(page, "track", locale);
          await shoot("track");
          await page.getByRole("button", { name: say(locale, "track.submit") }).click();
          await expect(page.getByText(say(locale, "track.number_required"))).toBeVisible();
          await shoot("track-required");
          await lookUp(page, locale, orders.split.number, orders.split.contact);
          await expect(page.getByRole("heading", { level: 1, name: say(locale, "track.exception") })).toBeVisible();
          await shoot("result-split");
          await page.screenshot({ path: name("result-split-whole"), fullPage: true, animations: "disabled" });
          await fullPage(page, "track", locale);
          await lookUp(page, locale, orders.single.number, orders.single.contact);
          await expect(orderLine(page, locale, orders.single.number)).toBeVisible();
          await shoot("result");
          await fullPage(page, "help", locale);
          await expect(page.getByRole("link", { name: categoryOf(locale, "returns") })).toBeVisible();
          await shoot("help");
          await fullPage(page, "help/c/returns", locale);
          await expect(page.getByRole("link", { name: starting(titleOf(locale, "track-refund")) })).toBeVisible();
          await shoot("topic");
          await fullPage(page, "help/a/track-refund", locale);
          await expect(page.getByRole("heading", { level: 1, name: titleOf(locale, "track-refund") })).toBeVisible();
          await shoot("article");
          await fullPage(page, `help/search?q=${locale === "en" ? "refund" : "退款"}`, locale);
          await expect(page.locator("mark").first()).toBeVisible();
          await shoot("search");
          await fullPage(page, "help/search?q=xqzwv", locale);
          await expect(page.getByText(say(locale, "help.no_results", { query: "xqzwv" }))).toBeVisible();
          await shoot("search-nothing");
          await fullPage(page, "talk", locale);
          await expect(page.getByLabel(say(locale, "chat.label"))).toBeVisible();
          await shoot("talk");
          await conversation(page, locale, shoot);
          await page.route("**/api/v1/**", (route) =>
            route.fulfill({ status: 503, json: { code: "unavailable", message: "down", request_id: "r" } }),
          );
          await fullPage(page, "help", locale);
          await expect(page.getByText(say(locale, "errors.unavailable")).first()).toBeVisible();
          await shoot("error");
        });

        test("in the shop's page", async ({ page, shop }) => {
          const shoot = (view: string) => page.screenshot({ path: name(view), animations: "disabled", caret: "hide" });
          await shop.visit(locale);
          await expect(shop.launcher).toBeVisible();
          await shoot("shop");
          await shop.launcher.hover();
          await shoot("shop-launcher");
          const panel = await shop.open(locale);
          await shoot("panel-home");
          await panel.getByRole("link", { name: say(locale, "home.action_track") }).click();
          await lookUp(panel, locale, orders.split.number, orders.split.contact);
          await expect(panel.getByRole("heading", { level: 1, name: say(locale, "track.exception") })).toBeVisible();
          await shoot("panel-result");
        });
      });
    }
  }
}
