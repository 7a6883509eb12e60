// Another colour in place of the one that came: what there is, what it comes to, and what happens to what is sold out.
import type { Page } from "@playwright/test";
import { arrived, as, known, titleOfGoods } from "../support/returns.ts";
import { accessible, elsewhere, expect, locales, say, test, type Locale } from "../support/test.ts";

const press = (page: Page, locale: Locale, key: string) => page.getByRole("button", { name: say(locale, key) }).click();
const next = (page: Page, locale: Locale) => press(page, locale, "returns_flow.next");
const heading = (page: Page, locale: Locale, key: string) =>
  page.getByRole("heading", { level: 1, name: say(locale, key), exact: true });

/** As static/demo/variants.jsonl has them. */
const colours: Record<Locale, Record<"sand" | "indigo" | "striped" | "leather", string>> = {
  en: { sand: "sand", indigo: "indigo", striped: "striped, last season’s", leather: "olive with leather" },
  "zh-CN": { sand: "沙色", indigo: "靛蓝", striped: "条纹，上一季", leather: "橄榄绿配皮" },
};

/** Up to the question which one instead. */
async function toVariants(page: Page, locale: Locale): Promise<void> {
  const order = await known(await arrived(locale, "bags"), locale);
  await as(page, order, `return/${order.id}`, locale);
  await page.getByRole("checkbox", { name: titleOfGoods(locale, "bags") }).check();
  await next(page, locale);
  await page.getByRole("radio", { name: say(locale, "returns.reason_changed_mind") }).check();
  await next(page, locale);
  await page.getByRole("radio", { name: say(locale, "returns.resolution_exchange_variant") }).check();
  await expect(page.getByRole("heading", { level: 2, name: say(locale, "exchange.for", { title: titleOfGoods(locale, "bags") }) })).toBeVisible();
}

const colour = (page: Page, locale: Locale, name: keyof (typeof colours)["en"]) =>
  page.getByRole("radio", { name: colours[locale][name], exact: true });

for (const locale of locales) test.describe(() => {
  test.skip(elsewhere(locale), "on the other screen");

  test(`another colour, with the difference, and a refresh in the middle (${locale})`, async ({ page }) => {
    await toVariants(page, locale);
    // What cannot be had stays in sight, with the reason in words.
    await expect(colour(page, locale, "indigo")).toBeDisabled();
    await expect(page.getByText(say(locale, "exchange.sold_out"))).toBeVisible();
    await expect(colour(page, locale, "leather")).toBeDisabled();
    await accessible(page);
    await next(page, locale);
    await expect(page.getByText(say(locale, "exchange.missing"))).toBeVisible();
    await colour(page, locale, "striped").check();
    for (const box of await page.locator(".ac-chip").all()) expect((await box.boundingBox())?.height ?? 0).toBeGreaterThanOrEqual(44);
    await page.reload();
    await expect(colour(page, locale, "striped")).toBeChecked();
    await accessible(page);
    await next(page, locale);
    await expect(heading(page, locale, "returns_flow.how_title")).toBeFocused();
    await page.getByRole("radio").first().check();
    await next(page, locale);
    await expect(heading(page, locale, "returns_flow.review_title")).toBeFocused();
    await expect(page.getByText(colours[locale].striped)).toBeVisible();
    await expect(page.getByText(say(locale, "exchange.sum"))).toBeVisible();
    // The parts add up to the whole: the difference, and no fee.
    const amounts = await page.locator(".ac-sum dd").allTextContents();
    const minor = amounts.map((text) => Math.round(Number(text.replace("−", "-").replace(/[^\d.-]/g, "")) * 100));
    expect(minor.slice(0, -1).reduce((sum, one) => sum + one, 0)).toBe(minor.at(-1));
    expect(minor.at(-1)).toBe(locale === "en" ? 700 : 2_000);
    await accessible(page);
    await press(page, locale, "returns_flow.send");
    await expect(page.getByText(say(locale, "returns_flow.done_mail"))).toBeVisible();
    await expect(page.getByText(say(locale, "exchange.instead", { variant: colours[locale].striped }))).toBeVisible();
    await accessible(page);
  });

  test(`sold to somebody else in the meantime: the rest is kept (${locale})`, async ({ page, complaints }) => {
    complaints.allow(/status of 409/);
    await toVariants(page, locale);
    await colour(page, locale, "sand").check();
    await next(page, locale);
    await page.getByRole("radio").first().check();
    await next(page, locale);
    await page.getByLabel(say(locale, "returns_flow.comment")).fill("42");
    const gone = { code: "variant_gone", field: "variants[0].variant", message: "", request_id: "" };
    await page.route(/\/returns$/, (route) => route.request().method() === "POST"
      ? route.fulfill({ status: 409, contentType: "application/json", body: JSON.stringify(gone) }) : route.continue(), { times: 1 });
    await press(page, locale, "returns_flow.send");
    await expect(page.getByText(say(locale, "exchange.gone"))).toBeVisible();
    await expect(colour(page, locale, "sand")).not.toBeChecked();
    await colour(page, locale, "sand").check();
    await next(page, locale);
    await expect(page.getByRole("radio").first()).toBeChecked();
    await next(page, locale);
    await expect(page.getByLabel(say(locale, "returns_flow.comment"))).toHaveValue("42");
    await press(page, locale, "returns_flow.send");
    await expect(page.getByText(say(locale, "returns_flow.done_mail"))).toBeVisible();
  });

  test(`the shop's system is down: other ways remain (${locale})`, async ({ page, complaints }) => {
    complaints.allow(/status of 503/);
    const down = { code: "variants_unavailable", message: "", request_id: "", retry_after: 2 };
    await page.route(/\/returns\/variants\?/, (route) => route.fulfill({ status: 503, contentType: "application/json", body: JSON.stringify(down) }));
    await toVariants(page, locale);
    await expect(page.getByText(say(locale, "exchange.unavailable"))).toBeVisible();
    await accessible(page);
    await page.getByRole("radio", { name: new RegExp(`^${say(locale, "returns.resolution_refund")}`) }).check();
    await expect(page.getByText(say(locale, "exchange.unavailable"))).toHaveCount(0);
    await next(page, locale);
    await expect(heading(page, locale, "returns_flow.how_title")).toBeFocused();
  });
});
