// "Withdraw from contract here": two steps, nobody signs in, nobody asks why.
import { arrived } from "../support/returns.ts";
import { accessible, elsewhere, expect, fullPage, like, locales, say, test } from "../support/test.ts";

for (const locale of locales) test.describe(() => {
  test.skip(elsewhere(locale), "on the other screen");

  test(`from the first view to the dated acknowledgement (${locale})`, async ({ page }) => {
    const order = await arrived(locale, "lamp");
    await fullPage(page, "", locale);
    await page.getByRole("link", { name: say(locale, "home.action_returns") }).click();
    await page.getByRole("link", { name: say(locale, "returns_flow.withdraw") }).click();
    await expect(page.getByRole("heading", { level: 1, name: say(locale, "returns_flow.withdraw") })).toBeFocused();
    await page.getByRole("button", { name: say(locale, "returns_flow.next") }).click();
    await expect(page.getByLabel(say(locale, "returns_flow.wd_name"))).toBeFocused();
    await expect(page.getByText(say(locale, "returns_flow.wd_contact_wrong"))).toBeVisible();
    await accessible(page);
    await page.getByLabel(say(locale, "returns_flow.wd_name")).fill("Iris Hale");
    await page.getByLabel(say(locale, "track.number_label")).fill(order.number);
    await page.getByLabel(say(locale, "returns_flow.wd_contact"), { exact: true }).fill(order.contact);
    await page.getByRole("button", { name: say(locale, "returns_flow.next") }).click();

    await expect(page.getByRole("heading", { level: 1, name: say(locale, "returns_flow.wd_declare_title") })).toBeFocused();
    await expect(page.getByText(say(locale, "returns_flow.wd_whole"))).toBeVisible();
    // What she typed survives a look back.
    await page.goBack();
    await expect(page.getByLabel(say(locale, "track.number_label"))).toHaveValue(order.number);
    await page.goForward();
    await accessible(page);
    await page.getByRole("button", { name: say(locale, "returns_flow.wd_confirm") }).click();

    await expect(page.getByRole("heading", { level: 1, name: say(locale, "returns_flow.wd_title_done") })).toBeFocused();
    await expect(page.getByText(/^W-/)).toBeVisible();
    await expect(page.getByText(like(locale, "returns_flow.wd_mail"))).toContainText(order.contact);
    await accessible(page);
    // Nothing of her stands in an address.
    expect(page.url()).not.toMatch(/@|%40|A-/);
  });

  test(`its address leads straight there, and a step without its form leads back (${locale})`, async ({ page }) => {
    await fullPage(page, "withdraw", locale);
    await expect(page.getByRole("heading", { level: 1, name: say(locale, "returns_flow.withdraw") })).toBeVisible();
    await fullPage(page, "withdraw/confirm", locale);
    await expect(page.getByLabel(say(locale, "returns_flow.wd_name"))).toBeVisible();
  });
});
