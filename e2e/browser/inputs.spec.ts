import {
  aftercart, expect, fullPage, literal, locales, lookUp, once, orderLine, orders, say, site, test,
} from "../support/test.ts";

test.skip(once, "alike on every screen");

test.describe("tracking", () => {
  for (const locale of locales) {
    test(`each bad input is named at its field, and stays there (${locale})`, async ({ page }) => {
      await fullPage(page, "track", locale);
      const number = page.getByLabel(say(locale, "track.number_label"));
      const contact = page.getByLabel(say(locale, "track.contact_label"));
      const good = orders.single;
      for (const [typed, written, at, error] of [
        ["", good.contact, number, "track.number_required"],
        ["   \u200b ", good.contact, number, "track.number_required"],
        ["📦📦📦", good.contact, number, "errors.order_number_invalid"],
        ["no digits here", good.contact, number, "errors.order_number_invalid"],
        ["A-1001<script>", good.contact, number, "errors.order_number_invalid"],
        ["1".repeat(10_240), good.contact, number, "errors.too_long"],
        [good.number, "", contact, "track.contact_required"],
        [good.number, "emma.wilson", contact, "errors.contact_invalid"],
        [good.number, "emma@", contact, "errors.contact_invalid"],
        [good.number, "123", contact, "errors.contact_invalid"],
        [good.number, "🙂".repeat(20), contact, "errors.contact_invalid"],
        [good.number, "a".repeat(10_240), contact, "errors.too_long"],
      ] as const) {
        await lookUp(page, locale, typed, written);
        await expect(at).toHaveAttribute("aria-invalid", "true");
        await expect(at).toHaveAccessibleDescription(new RegExp(literal(say(locale, error))));
        await expect(at).toBeFocused();
        await expect(number).toHaveValue(typed);
        await expect(contact).toHaveValue(written);
      }
      // And nothing of it stands in the way of the right answer.
      await lookUp(page, locale, good.number, good.contact);
      await expect(orderLine(page, locale, good.number)).toBeVisible();
    });
  }

  test("Enter twice asks once", async ({ page }) => {
    let asked = 0;
    await page.route("**/api/v1/orders/lookup", (route) => {
      asked += 1;
      return route.continue();
    });
    await fullPage(page, "track");
    await page.getByLabel(say("en", "track.number_label")).fill(orders.single.number);
    await page.getByLabel(say("en", "track.contact_label")).fill(orders.single.contact);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await expect(orderLine(page, "en", orders.single.number)).toBeVisible();
    expect(asked).toBe(1);
  });
});

test.describe("help", () => {
  const harmless = [
    "?", "!!!", "a", "退", '"refund', "refund*", "NEAR(refund, 5)", "(refund", "refund AND NOT", "100%", "_", "refund_",
    "<b>refund</b>", "退款refund多久", "'; DROP TABLE articles; --", "\u202erefund", "😀",
  ];

  test("whatever is typed is searched for or not, but never breaks", async ({ page }) => {
    await fullPage(page, "help");
    const field = page.getByLabel(say("en", "help.search_label"));
    for (const typed of harmless) {
      const answered = page.waitForResponse((answer) => answer.url().includes("/articles/search"));
      await field.fill(typed);
      const answer = await answered;
      expect(answer.status(), typed).toBe(200);
      await expect(field).toHaveValue(typed);
      await expect(page.locator("#ac-view b")).toHaveCount(0);
      await expect(page.getByRole("alert").filter({ hasText: /./ })).toHaveCount(0);
    }
  });

  test("blanks are no question, and a novel is too long", async ({ page }) => {
    let asked = 0;
    page.on("request", (request) => (asked += request.url().includes("/articles/search") ? 1 : 0));
    await fullPage(page, "help");
    const field = page.getByLabel(say("en", "help.search_label"));
    await field.fill("   ");
    await field.press("Enter");
    await expect(page.getByRole("heading", { level: 2, name: say("en", "help.categories"), exact: true })).toBeVisible();
    await field.fill("x".repeat(201));
    await expect(page.getByRole("alert").filter({ hasText: say("en", "errors.too_long") })).toBeVisible();
    await expect(field).toHaveValue("x".repeat(201));
    expect(asked).toBe(0);
  });

  test("an unknown language falls back to one that we speak", async ({ page }) => {
    for (const locale of ["xx", "de-DE", "zh-Hans-SG", "../../etc", "en_US"]) {
      const answer = await page.goto(`${aftercart()}/s/${site}?locale=${encodeURIComponent(locale)}`);
      expect(answer?.status(), locale).toBe(200);
      const spoken = locale.startsWith("zh") ? "zh-CN" : "en";
      await expect(page.getByLabel(say(spoken, "home.ask_label"))).toBeVisible();
    }
  });

  test("the first field takes nonsense as calmly", async ({ page }) => {
    await fullPage(page);
    const field = page.getByLabel(say("en", "home.ask_label"));
    for (const typed of ['"', "NEAR(", "%", "<i>x</i>", "x".repeat(300)]) {
      await field.fill(typed);
      await field.press("Enter");
      await fullPage(page);
    }
    await field.fill("x".repeat(201));
    await expect(page.getByRole("alert").filter({ hasText: say("en", "errors.too_long") })).toBeVisible();
  });
});
