// What was given goes back: its receiver proves an address of her own, gets credit, and the giver hears nothing.
import { randomBytes } from "node:crypto";
import { codeFor, outbox } from "../support/outbox.ts";
import { arrived, as, known, titleOfGoods } from "../support/returns.ts";
import { accessible, aftercart, elsewhere, expect, fullPage, like, locales, say, site, test } from "../support/test.ts";

for (const locale of locales) test.describe(() => {
  test.skip(elsewhere(locale), "on the other screen");

  test(`a present, and nobody tells (${locale})`, async ({ page, browser, complaints }) => {
    complaints.allow(/status of 404/);
    const order = await known(await arrived(locale, "bags"), locale);
    const receiver = `kim.${randomBytes(4).toString("hex")}@example.org`;
    const press = (key: string) => page.getByRole("button", { name: say(locale, key) }).click();
    const mails = async (to: string) =>
      JSON.stringify((await outbox()).mails.filter((mail) => mail.to === to).map((mail) => mail.subject));
    const before = await mails(order.contact);

    await fullPage(page, "return", locale);
    await page.getByRole("link", { name: say(locale, "gift.link") }).click();
    await expect(page.getByRole("heading", { level: 1, name: say(locale, "gift.title") })).toBeVisible();
    await accessible(page);
    await press("account.send");
    await expect(page.getByText(say(locale, "gift.postcode_wrong"))).toBeVisible();
    await page.getByLabel(say(locale, "track.number_label")).fill(order.number);
    await page.getByLabel(say(locale, "gift.postcode")).fill(locale === "en" ? "bn1 4zz" : "200041");
    await page.getByLabel(say(locale, "gift.email")).fill(receiver);
    await press("account.send");
    await expect(page.getByText(say(locale, "gift.sent", { contact: receiver, minutes: "10" })).first()).toBeVisible();
    await accessible(page);
    await page.getByLabel(say(locale, "account.code_label")).fill("000000");
    await press("account.submit");
    await expect(page.getByText(say(locale, "errors.code_invalid"))).toBeVisible();
    await page.getByLabel(say(locale, "account.code_label")).fill(await codeFor(receiver));
    await press("account.submit");

    // Straight to what was given; what it cost is not said.
    await expect(page.getByRole("heading", { level: 1, name: say(locale, "returns_flow.pick_title") })).toBeVisible();
    await page.getByRole("checkbox", { name: titleOfGoods(locale, "bags") }).check();
    await expect(page.getByText(like(locale, "returns_flow.each"))).toHaveCount(0);
    await accessible(page);
    await press("returns_flow.next");
    await page.getByRole("radio", { name: say(locale, "returns.reason_changed_mind") }).check();
    // A refresh in the middle keeps her where she was.
    await page.reload();
    await expect(page.getByRole("radio", { name: say(locale, "returns.reason_changed_mind") })).toBeChecked();
    await press("returns_flow.next");
    await expect(page.getByRole("radio", { name: new RegExp(`^${say(locale, "returns.resolution_store_credit")}`) })).toBeVisible();
    await expect(page.getByRole("radio", { name: new RegExp(`^${say(locale, "returns.resolution_refund")}`) })).toHaveCount(0);
    await page.getByRole("radio", { name: new RegExp(`^${say(locale, "returns.resolution_store_credit")}`) }).check();
    await press("returns_flow.next");
    await page.getByRole("radio").first().check();
    await press("returns_flow.next");
    await press("returns_flow.send");
    await expect(page.getByText(say(locale, "returns_flow.done_mail"))).toBeVisible();
    await expect.poll(() => mails(receiver)).toContain(say(locale, "return_mail.approved"));
    expect(await mails(order.contact)).toBe(before);

    // The giver finds nothing of it, but that one pouch less can come back.
    const hers = await browser.newPage();
    await as(hers, order, "return", locale);
    await expect(hers.getByRole("link").filter({ hasText: order.number })).toBeVisible();
    await expect(hers.getByRole("heading", { level: 2, name: say(locale, "returns_flow.mine") })).toHaveCount(0);
    const options = await fetch(`${aftercart()}/api/v1/me/orders/${order.id}/returns/options`, {
      headers: { "aftercart-site": site, authorization: `Bearer ${order.token}` },
    });
    const told = (await options.json()) as { earlier: unknown[]; lines: { left: number }[] };
    expect([told.earlier, told.lines[0]?.left]).toEqual([[], 2]);
    await hers.close();
  });
});
