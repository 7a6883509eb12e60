// News of an order by e-mail, through a real mail server: asked for, confirmed from the mailbox, told, stopped.
import { simpleParser, type ParsedMail } from "mailparser";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { root, start, type Running } from "../support/server.mjs";
import { expect, like, say, site, test } from "../support/test.ts";

const email = "li.na@example.cn";
const number = "N-2001";

/** A mail server that keeps what it is given. */
class Mailbox {
  readonly mails: ParsedMail[] = [];
  private readonly server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, _session, done) => {
      simpleParser(stream).then((mail) => {
        this.mails.push(mail);
        done();
      }, done);
    },
  });

  listen(): Promise<number> {
    return new Promise((listening) => {
      const bound = this.server.listen(0, "127.0.0.1", () => {
        const address = bound.address();
        listening(typeof address === "object" && address ? address.port : 0);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((closed) => this.server.close(() => closed()));
  }

  /** The mail after the first `n`. */
  async after(n: number): Promise<ParsedMail> {
    await expect.poll(() => this.mails.length, { timeout: 30_000 }).toBeGreaterThan(n);
    const mail = this.mails[n];
    if (!mail) throw new Error("the mail is gone");
    return mail;
  }
}

function linkIn(mail: ParsedMail, what: "confirm" | "stop"): string {
  const link = new RegExp(`http\\S+#${what}\\.\\S+`).exec(mail.text ?? "")?.[0];
  if (!link) throw new Error(`no link to ${what} in: ${mail.text}`);
  return link;
}

test.describe("mail", () => {
  test.describe.configure({ mode: "serial" });
  // One is enough: it brings a server of its own, and its own sizes.
  test.skip(({ isMobile }) => isMobile, "runs once");
  const box = new Mailbox();
  let server: Running;
  let key = "";

  test.beforeAll(async () => {
    const port = await box.listen();
    server = await start("mail", {
      AFTERCART_MAIL__SERVER: `smtp://127.0.0.1:${port}`,
      AFTERCART_MAIL__FROM: "service@harbour-and-pine.example",
    });
    const made = await server.cli(["site", "api-key", "create", "--name", "e2e", "--site", site]);
    key = /sk_\S+/.exec(made)?.[0] ?? "";
  });

  test.afterAll(async () => {
    await server.stop();
    await box.close();
  });

  /** As the shop's own system would. */
  async function write(status: string): Promise<void> {
    const at = new Date(Date.now() - 60_000).toISOString();
    const answer = await fetch(`${server.url}/api/v1/admin/orders/${number}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({
        id: number, number, placed_at: "2026-11-10T09:12:00+08:00", currency: "CNY", locale: "zh-CN", email,
        lines: [{ id: "l1", title: "茶杯", quantity: 1, unit_price: "129.00" }],
        shipments: [{
          id: "s1", carrier: "sf", tracking_number: "SF1234567890123", status,
          events: [
            { at: "2026-11-12T08:00:00+08:00", status: "in_transit", place: "上海市" },
            ...(status === "in_transit" ? [] : [{ at, status, place: "上海市" }]),
          ],
        }],
      }),
    });
    expect(answer.status, await answer.text()).toBe(200);
  }

  test("is asked for, confirmed once, sent in Chinese, and stopped", async ({ page, complaints }) => {
    // Links that were used answer with a 404.
    complaints.allow(/status of 404/);
    await write("in_transit");
    await page.goto(`${server.url}/s/${site}/track?number=${number}&locale=zh-CN`);
    await page.getByLabel(say("zh-CN", "track.contact_label")).fill(email);
    await page.getByRole("button", { name: say("zh-CN", "track.submit") }).click();
    await page.getByRole("button", { name: say("zh-CN", "notices.ask") }).click();
    const field = page.getByLabel(say("zh-CN", "notices.email"));
    await expect(field).toBeFocused();
    await expect(field).toHaveValue(email);
    await page.keyboard.press("Enter");
    await expect(page.getByText(say("zh-CN", "notices.check_mail"))).toBeVisible();

    const asked = await box.after(0);
    expect(asked.subject).toMatch(like("zh-CN", "notices.confirm_subject"));
    expect(asked.from?.value[0]).toMatchObject({ address: "service@harbour-and-pine.example", name: "松港生活" });

    const mails = await page.context().newPage();
    await mails.goto(linkIn(asked, "confirm"));
    await mails.getByRole("button", { name: say("zh-CN", "notices.confirm_button") }).click();
    await expect(mails.getByText(say("zh-CN", "notices.page_confirmed"))).toBeVisible();
    await mails.reload();
    await mails.getByRole("button", { name: say("zh-CN", "notices.confirm_button") }).click();
    await expect(mails.getByText(say("zh-CN", "notices.page_dead"))).toBeVisible();

    // What is on screen follows by itself, and the mail comes too.
    await write("out_for_delivery");
    await expect(page.getByText(like("zh-CN", "status.out_for_delivery")).first()).toBeVisible({ timeout: 4_000 });
    const news = await box.after(1);
    expect(news.subject).toBe(`${say("zh-CN", "notices.out_for_delivery")} · ${number}`);
    expect(news.headers.has("list-unsubscribe-post") || news.headers.has("list")).toBe(true);
    expect(news.html).not.toMatch(/<img|https?:\/\/(?!127\.0\.0\.1)/);

    mkdirSync(join(root, "e2e/shots"), { recursive: true });
    // Away from our own page: its policy would strip a mail of its styles, and another fragment were no navigation.
    await mails.goto("about:blank");
    for (const [name, mail] of [["mail-confirm", asked], ["mail-news", news]] as const) {
      await mails.setViewportSize({ width: 390, height: 844 });
      await mails.setContent(String(mail.html));
      await mails.screenshot({ path: join(root, `e2e/shots/${name}-390x844-zh-CN-light.png`) });
      const wide = await mails.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, "a mail fits a phone").toBeLessThanOrEqual(390);
    }

    await mails.goto(linkIn(news, "stop"));
    await mails.getByRole("button", { name: say("zh-CN", "notices.stop") }).click();
    await expect(mails.getByText(say("zh-CN", "notices.page_stopped"))).toBeVisible();
    await write("delivered");
    await expect(page.getByText(like("zh-CN", "status.delivered")).first()).toBeVisible({ timeout: 4_000 });
    // Somebody else's news comes after it, so hers would have come before.
    const answer = await fetch(`${server.url}/api/v1/codes`, {
      method: "POST",
      headers: { "aftercart-site": site, "content-type": "application/json" },
      body: JSON.stringify({ contact: email, locale: "zh-CN" }),
    });
    expect(answer.status).toBe(202);
    const code = await box.after(2);
    expect(code.subject).toMatch(like("zh-CN", "code.mail_subject"));
  });
});
