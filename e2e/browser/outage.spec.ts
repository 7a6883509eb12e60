// What the shop's page shows when we are not there. Times pass by a faked clock.
import { expect, html, once, say, tag, test, type Shop } from "../support/test.ts";

const field = (shop: Shop) => shop.panel.getByLabel(say("en", "home.ask_label"));

test.describe("our server is down", () => {
  test.skip(once, "alike on every screen");
  const trouble = [/Failed to load resource/, /postMessage/, /ERR_/];

  for (const fault of [{ refuse: true }, { hang: true }, { answer: { status: 503, body: {} } }]) {
    test(`${Object.keys(fault)} after the page has loaded: it says so, and Retry works`, async ({ page, shop, wire, complaints }) => {
      complaints.allow(...trouble);
      await page.clock.install();
      await shop.pretend(html(tag("", wire.url)));
      await expect(shop.launcher).toBeVisible();
      wire.set(fault);
      await shop.launcher.click();
      await page.clock.runFor(8000);
      const card = shop.host.getByRole("alert");
      await expect(card).toContainText(say("en", "launcher.failed"));
      // The way back to the shop stays open meanwhile.
      await expect(shop.launcher).toBeVisible();
      wire.set({});
      await card.getByRole("button", { name: say("en", "launcher.retry") }).click();
      await expect(field(shop)).toBeVisible();
      await expect(card).toHaveCount(0);
    });
  }

  for (const [lang, retry] of [["en", "Retry"], ["zh", "重试"]] as const) {
    test(`before even the config has come: the launcher has words of its own (${lang})`, async ({ shop, wire, complaints }) => {
      complaints.allow(...trouble);
      wire.set({ refuse: true, only: /^\/c\// });
      await shop.pretend(html(tag("", wire.url), undefined, lang));
      await shop.launcher.click();
      const card = shop.host.getByRole("alert");
      await expect(card).toBeVisible();
      await card.getByRole("button", { name: retry }).click();
      await expect(card).toBeVisible();
      wire.set({});
      await card.getByRole("button", { name: retry }).click();
      await expect(shop.panel.getByRole("searchbox").or(shop.panel.getByRole("combobox")).first()).toBeVisible();
      await expect(card).toHaveCount(0);
    });
  }

  test("a late answer is still an answer", async ({ page, shop, wire, complaints }) => {
    complaints.allow(...trouble);
    await page.clock.install();
    await shop.pretend(html(tag("", wire.url)));
    await expect(shop.launcher).toBeVisible();
    wire.set({ delay: 1500, only: /^\/w\// });
    await shop.launcher.click();
    await page.clock.runFor(8000);
    await expect(shop.host.getByRole("alert")).toBeVisible();
    await expect(field(shop)).toBeVisible();
    await expect(shop.host.getByRole("alert")).toHaveCount(0);
  });
});
