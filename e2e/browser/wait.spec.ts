// Before somebody answers: what she is told of it, and how she hears of the answer when she does not wait.
import type { Page } from "@playwright/test";
import { Desk } from "../support/desk.ts";
import { accessible, elsewhere, expect, fullPage, locales, say, test, type Locale } from "../support/test.ts";

const field = (page: Page, locale: Locale) => page.getByLabel(say(locale, "chat.label"));
const told = (page: Page) => page.locator(".ac-wait-lines");

/** What the shop would say to somebody who comes now. */
async function queue(page: Page, answer: object): Promise<void> {
  await page.route("**/api/v1/queue", (route) => route.fulfill({ json: answer }));
}

async function begun(page: Page, locale: Locale): Promise<Desk> {
  await fullPage(page, "talk", locale);
  const desk = Desk.of(page);
  await field(page, locale).fill("?");
  await field(page, locale).press("Enter");
  return desk;
}

/** A moment by the clocks of the demo shop, which are eight hours ahead and never change. */
const inShanghai = (days: number, hour: number): number => {
  const today = new Date(Date.now() + 8 * 3_600_000);
  return Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() + days, hour) - 8 * 3_600_000;
};

for (const locale of locales) test.describe(() => {
  test.skip(elsewhere(locale), "on the other screen");

  test(`when nobody is there she is told when somebody is, by the shop's clocks (${locale})`, async ({ page }) => {
    await queue(page, { position: 1, closed: true, opens_at: inShanghai(3, 10) });
    await fullPage(page, "talk", locale);
    await expect(told(page)).toContainText(say(locale, "queue.closed"));
    await expect(told(page)).toContainText("10:00");
    await expect(told(page)).toContainText(say(locale, "queue.leave"));
    await accessible(page);
    await queue(page, { position: 1, closed: true, opens_at: inShanghai(1, 9) });
    await page.reload();
    await expect(told(page)).toContainText(say(locale, "queue.back_tomorrow", { time: "09:00" }));
    await queue(page, { position: 4, closed: false, minutes: { from: 3, to: 9 } });
    await page.reload();
    await expect(told(page)).toHaveText(say(locale, "queue.now", { from: "3", to: "9" }));
    // Nothing is known: nothing is said.
    await queue(page, { position: 4, closed: false });
    await page.reload();
    await expect(page.getByText(say(locale, "chat.hello"))).toBeVisible();
    await expect(told(page)).toHaveCount(0);
  });

  test(`her place is told until somebody is with her (${locale})`, async ({ page }) => {
    const desk = await begun(page, locale);
    const before = say(locale, "queue.place", { place: "" }).split(/\s/)[0]!;
    await expect(told(page)).toContainText(new RegExp(`${say(locale, "queue.next")}|${before}`));
    await accessible(page);
    await desk.take();
    await expect(told(page)).toBeHidden();
    await expect(page.locator(".ac-wait")).toHaveCount(0);
  });

  test(`she leaves an address, and takes it back (${locale})`, async ({ page, complaints }) => {
    complaints.allow(/status of 422/);
    await begun(page, locale);
    const offer = page.getByRole("button", { name: say(locale, "answers.send") });
    await expect(page.getByText(say(locale, "answers.offer"))).toBeVisible();
    await offer.click();
    const email = page.getByLabel(say(locale, "answers.label"));
    await expect(email).toBeFocused();
    await accessible(page);
    await email.fill("nobody");
    await offer.click();
    await expect(email).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByText(say(locale, "errors.contact_invalid")).first()).toBeVisible();
    await email.fill("li.na@example.cn");
    await email.press("Enter");
    await expect(page.getByText(say(locale, "answers.kept", { email: "l***@example.cn" }))).toBeVisible();
    const undo = page.getByRole("button", { name: say(locale, "answers.undo") });
    await expect(undo).toBeFocused();
    await accessible(page);
    // It is still there when she comes back.
    await page.reload();
    await expect(page.getByText(say(locale, "answers.kept", { email: "l***@example.cn" }))).toBeVisible();
    await undo.click();
    await expect(offer).toBeFocused();
  });
});
