// Whoever says at her desk that she is there is given whoever waits; whoever pauses is not.
import { start } from "../support/server.mjs";
import { accessible, expect, locales, once, say, site, test } from "../support/test.ts";
import { logIn, seat } from "../support/workbench.ts";

test.skip(once);

for (const locale of locales) {
  test(`whoever is there is given whoever waits (${locale})`, async ({ browser }) => {
    // A shop of its own: elsewhere nobody is to be given anything.
    const own = await start(`desk-there-${locale}`);
    const { page, complaints, close } = await seat(browser, locale);
    try {
      await own.cli(["site", "routing", "set", "--capacity", "4", "--site", site]);
      const asks = async (text: string) => {
        const headers = { "aftercart-site": site, "content-type": "application/json" };
        const post = (path: string, body: unknown, more = {}) =>
          fetch(`${own.url}/api/v1${path}`, { method: "POST", headers: { ...headers, ...more }, body: JSON.stringify(body) });
        const opened = await (await post("/conversations", { locale })).json();
        const said = { client_id: "1", said: { kind: "message", text } };
        const sent = await post(`/conversations/${opened.conversation.id}/events`, said, { "aftercart-visitor": opened.visitor.token });
        expect(sent.status).toBe(200);
      };
      const row = (text: string) => page.locator(".ad-rows .ad-row", { hasText: text });
      const there = page.locator("#ad-there");
      await page.goto(`${own.url}/desk`);
      await logIn(page, locale);
      await expect(page.locator(".ad-views")).toBeVisible();
      // The server hears within a second or two of what the command has changed.
      await expect(async () => {
        await page.reload();
        await expect(there).toBeVisible({ timeout: 1_500 });
      }).toPass();
      await expect(there).toHaveAttribute("aria-checked", "false");
      await there.click();
      await expect(there).toHaveAttribute("aria-checked", "true");
      await expect(there).toContainText(say(locale, "desk.there_on"));
      await accessible(page);
      await asks("canary first");
      await expect(row("canary first")).toBeVisible();
      await page.reload();
      await expect(there).toHaveAttribute("aria-checked", "true");
      await there.click();
      await expect(there).toContainText(say(locale, "desk.there_off"));
      await expect.poll(async () => (await (await page.request.get(`${own.url}/api/v1/desk/availability`)).json()).available).toBe(false);
      await asks("canary second");
      await page.locator(".ad-views").getByRole("button", { name: say(locale, "desk.unassigned") }).click();
      await expect(row("canary second")).toBeVisible();
      await expect(row("canary first")).toHaveCount(0);
      expect(complaints.left()).toEqual([]);
    } finally {
      await close();
      await own.stop();
    }
  });
}
