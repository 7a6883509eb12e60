// Every view of a return in every size, language and light, for people to look at.
import { join } from "node:path";
import { arrived, as, known, photo, titleOfGoods } from "../support/returns.ts";
import { root } from "../support/server.mjs";
import { expect, fullPage, locales, say, test } from "../support/test.ts";

const sizes = [[390, 844], [1280, 800]] as const;

for (const [width, height] of sizes) {
  for (const locale of locales) {
    for (const colorScheme of ["light", "dark"] as const) {
      test.describe(`returns ${width}×${height} ${locale} ${colorScheme}`, () => {
        test.use({ viewport: { width, height }, colorScheme });
        test.setTimeout(120_000);

        test("views", async ({ page, complaints }) => {
          complaints.allow(/Failed to load resource/);
          const path = (view: string) => join(root, "e2e/shots", `return-${view}-${width}x${height}-${locale}-${colorScheme}.png`);
          const shoot = async (view: string) => {
            await page.evaluate(() => window.scrollTo(0, 0));
            await page.screenshot({ path: path(view), fullPage: true, animations: "disabled", caret: "hide" });
          };
          const next = () => page.getByRole("button", { name: say(locale, "returns_flow.next") }).click();
          const at = (key: string) => expect(page.getByRole("heading", { level: 1, name: say(locale, `returns_flow.${key}`) })).toBeFocused();
          await fullPage(page, "return", locale);
          await expect(page.getByText(say(locale, "returns_flow.prove"))).toBeVisible();
          await shoot("prove");
          await fullPage(page, "withdraw", locale);
          await page.getByLabel(say(locale, "returns_flow.wd_name")).fill(locale === "en" ? "Iris Hale" : "何青");
          await page.getByLabel(say(locale, "track.number_label")).fill("A-1001");
          await page.getByLabel(say(locale, "returns_flow.wd_contact"), { exact: true }).fill("iris.hale@example.com");
          await shoot("withdraw");
          await next();
          await at("wd_declare_title");
          await shoot("withdraw-confirm");

          const order = await known(await arrived(locale, "lamp", "bags", "bowls", "travelling"), locale);
          await as(page, order, "return", locale);
          await expect(page.getByRole("link").filter({ hasText: order.number })).toBeVisible();
          await shoot("choose");
          await page.getByRole("link").filter({ hasText: order.number }).click();
          await at("pick_title");
          await page.getByRole("checkbox", { name: titleOfGoods(locale, "bags") }).check();
          await page.getByRole("checkbox", { name: titleOfGoods(locale, "bowls") }).check();
          await shoot("pick");
          await next();
          await at("why_title");
          await page.getByRole("radio", { name: say(locale, "returns.reason_changed_mind") }).first().check();
          await page.getByRole("radio", { name: say(locale, "returns.reason_damaged") }).last().check();
          await page.locator("input[type=file]").first().setInputFiles({ name: "bowl.jpg", mimeType: "image/jpeg", buffer: await photo(page) });
          await expect(page.getByText(say(locale, "returns_flow.photo_added")).first()).toBeVisible();
          await shoot("why");
          await next();
          await at("what_title");
          await expect(page.getByRole("radio").or(page.getByText(say(locale, "returns_flow.other_items"))).first()).toBeVisible();
          await shoot("what-together");

          await as(page, order, `return/${order.id}`, locale);
          await page.getByRole("checkbox", { name: titleOfGoods(locale, "bowls") }).uncheck();
          await next();
          await next();
          await at("what_title");
          await page.getByRole("radio").first().check();
          await shoot("what");
          await next();
          await at("how_title");
          await page.getByRole("radio").first().check();
          await shoot("how");
          await next();
          await at("review_title");
          await shoot("review");
          await page.route("**/returns", (route) => route.fulfill({ status: 503, json: { code: "unavailable", message: "down", request_id: "r" } }));
          await page.getByRole("button", { name: say(locale, "returns_flow.send") }).click();
          await expect(page.getByText(say(locale, "returns_flow.kept"))).toBeVisible();
          await shoot("review-error");
          await page.unroute("**/returns");
          await page.getByRole("button", { name: say(locale, "common.retry") }).click();
          await expect(page.getByText(say(locale, "returns_flow.done_mail"))).toBeVisible();
          await shoot("done");
          await page.getByRole("button", { name: say(locale, "returns_flow.cancel") }).click();
          await shoot("cancel");
        });
      });
    }
  }
}
