import { aftercart, categoryOf, expect, fullPage, locales, say, site, test, titleOf } from "../support/test.ts";

test.describe("the panel as a page of its own", () => {
  for (const locale of locales) {
    test(`runs by itself, without a way to close it (${locale})`, async ({ page }) => {
      await fullPage(page, "", locale);
      await expect(page.locator("html")).toHaveAttribute("lang", locale);
      await expect(page.getByRole("link", { name: say(locale, "home.action_track") })).toBeVisible();
      await expect(page.getByRole("button", { name: say(locale, "common.close"), exact: true })).toHaveCount(0);
    });
  }

  test("changes language in place", async ({ page }) => {
    await fullPage(page, "track");
    await page.getByRole("combobox", { name: say("en", "common.language") }).selectOption("zh-CN");
    await expect(page.getByRole("heading", { level: 1, name: say("zh-CN", "track.title") })).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
    await page.reload();
    await expect(page.getByRole("heading", { level: 1, name: say("zh-CN", "track.title") })).toBeVisible();
  });

  test("may not be put into a frame of a stranger", async ({ request }) => {
    const answer = await request.get(`${aftercart()}/w/${site}`);
    const policy = answer.headers()["content-security-policy"] ?? "";
    expect(policy).toMatch(/frame-ancestors [^;]*http:\/\/localhost:/);
    expect(policy).not.toMatch(/frame-ancestors[^;]*\*/);
    expect(policy).not.toContain("'unsafe-inline'");
    expect(policy).not.toContain("'unsafe-eval'");
  });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  for (const locale of locales) {
    test(`help pages are plain pages (${locale})`, async ({ page }) => {
      await page.goto(`${aftercart()}/help/${site}/${locale}`);
      await expect(page.locator("html")).toHaveAttribute("lang", locale);
      await expect(page.getByRole("heading", { name: categoryOf(locale, "returns") })).toBeVisible();
      const title = titleOf(locale, "track-refund");
      await page.getByRole("link", { name: title }).first().click();
      await expect(page).toHaveURL(`${aftercart()}/help/${site}/${locale}/track-refund`);
      await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
      await expect(page).toHaveTitle(new RegExp(title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
      await page.goto(`${aftercart()}/help/${site}/${locale}`);
      await page.getByRole("searchbox").fill(locale === "en" ? "how long do refunds take" : "退款几天到账");
      await page.getByRole("searchbox").press("Enter");
      await expect(page).toHaveURL(/\/search\?q=/);
      await expect(page.getByRole("link", { name: title })).toBeVisible();
    });
  }

  test("the panel's first field still finds help", async ({ page }) => {
    await page.goto(`${aftercart()}/s/${site}?locale=en`);
    await page.getByLabel(say("en", "home.ask_label")).fill("how long do refunds take");
    await page.getByLabel(say("en", "home.ask_label")).press("Enter");
    await expect(page).toHaveURL(new RegExp(`/help/${site}/en/search\\?q=`));
    await expect(page.getByRole("link", { name: titleOf("en", "track-refund") })).toBeVisible();
  });

  test("what is searched for is shown as text, whatever it is", async ({ page }) => {
    const nasty = `<img src=x onerror=alert(1)>"'&`;
    const answer = await page.goto(`${aftercart()}/help/${site}/en/search?q=${encodeURIComponent(nasty)}`);
    expect(answer?.status()).toBe(200);
    await expect(page.locator("img[src=x]")).toHaveCount(0);
    await expect(page.getByRole("searchbox")).toHaveValue(nasty);
  });

  test("what is not there is 404, in a page that leads on", async ({ page, complaints }) => {
    complaints.allow(/status of 404/);
    for (const path of [`/help/${site}/en/no-such-article`, `/help/pk_nobody/en`, "/no/such/page"]) {
      expect((await page.goto(aftercart() + path))?.status(), path).toBe(404);
    }
    await page.goto(`${aftercart()}/help/${site}/en/no-such-article`);
    await expect(page.getByRole("link").first()).toBeVisible();
  });
});
