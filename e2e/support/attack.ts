// Everything that an outsider, a shop system or a colleague can write, filled with what support/payloads.ts holds: by the same
// API and the same importers. A field may refuse, in words of its own; it must not fail.
import { createHmac, randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { colleague } from "./colleague.ts";
import { payloads, type Payload } from "./payloads.ts";
import { start } from "./server.mjs";
import { site } from "./test.ts";
import { mei, password } from "./workbench.ts";

/** As many orders, returns and earlier conversations of one shopper as the desk shows. */
const together = 20;
const secret = "a secret for the tests of this file alone";
const day = 86_400_000;

/** What became of one field. */
interface Count {
  taken: number;
  refused: number;
}

/** What a shopper's conversation was given; each list in the order in which it must be seen. */
export interface Talk {
  id: string;
  visitor: string;
  session: string;
  hers: string[];
  ours: string[];
  notes: string[];
  orders: number;
  returns: string[];
  ended: string[];
}

// Nobody else is on this server, and all of it comes from one address.
const limits = Object.fromEntries(
  ["REQUESTS_PER_SECOND", "BURST", "FAILURES_PER_ORDER", "FAILURES_PER_CONTACT", "FAILURES_PER_SOURCE", "CODES_PER_SOURCE", "RETURNS_PER_SHOPPER",
    "VISITORS_PER_SOURCE", "MESSAGES_PER_VISITOR"].map((name) => [`AFTERCART_LIMITS__${name}`, "100000"]),
);

/** A few at a time: the order of what belongs together is kept by whoever calls. */
async function each<T>(list: T[], at: (one: T, nth: number) => Promise<void>, most = 12): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < list.length) {
      const nth = next++;
      await at(list[nth] as T, nth);
    }
  };
  await Promise.all(Array.from({ length: most }, work));
}

/** Three to a text where one text is work; what a field must refuse would spoil its neighbours. */
function joined(texts: string[]): string[][] {
  const alone = (text: string) => text.includes("\0") || Buffer.from(text).toString() !== text;
  const others = texts.filter((text) => !alone(text));
  const threes = Array.from({ length: Math.ceil(others.length / 3) }, (_, nth) => others.slice(nth * 3, nth * 3 + 3));
  return [...threes, ...texts.filter(alone).map((text) => [text])];
}

type Fields = (text: string) => Record<string, unknown>;

/** The fields of an order that take any text, and where they stand. Each is tried alone. */
const line = (more: object) => ({ lines: [{ title: "Lamp", quantity: 1, ...more }] });
const parcel = (more: object) => ({ shipments: [{ id: "s1", carrier: "ups", tracking_number: "1", status: "in_transit", ...more }] });
const event = (more: object) => parcel({ events: [{ at: new Date(Date.now() - day).toISOString(), status: "in_transit", ...more }] });
const orderFields: Record<string, Fields> = {
  "order.id": (id) => ({ id }), "order.number": (number) => ({ number }), "order.email": (email) => ({ email }), "order.phone": (phone) => ({ phone }),
  "order.recipient": (recipient) => ({ recipient }), "order.currency": (currency) => ({ currency }), "order.exchange_of": (number) => ({ exchange_of: number }),
  ...Object.fromEntries(["line1", "line2", "city", "region", "postcode", "country"].map((part) => [`order.address.${part}`, (text: string) => ({ address: { [part]: text } })])),
  "order.line.id": (id) => line({ id }), "order.line.title": (title) => line({ title }), "order.line.sku": (sku) => line({ sku }), "order.line.serial": (one) => line({ serials: [one] }),
  "order.parcel.id": (id) => parcel({ id }), "order.parcel.carrier": (carrier) => parcel({ carrier }), "order.parcel.number": (number) => parcel({ tracking_number: number }),
  "order.parcel.url": (url) => parcel({ tracking_url: url }), "order.parcel.url.https": (path) => parcel({ tracking_url: `https://carrier.example/${path}` }),
  "order.parcel.status": (status) => parcel({ raw_status: status }),
  "order.event.text": (text) => event({ text }), "order.event.place": (place) => event({ place }), "order.event.code": (raw) => event({ raw_code: raw }),
};

export class Attack {
  readonly counts = new Map<string, Count>();
  /** What failed, or refused without saying why. */
  readonly faults: string[] = [];
  readonly talks: Talk[] = [];
  /** A conversation of one message each, with whatever its shopper is called. */
  readonly named: { name: string; id: string; visitor: string }[] = [];
  readonly articles: string[] = [];
  private key = "";
  private cookie = "";
  private readonly orderTakes = new Map<string, Set<string>>();

  private constructor(private readonly server: Awaited<ReturnType<typeof start>>) {}

  static async begin(): Promise<Attack> {
    const attack = new Attack(await start("desk-attack", { ...limits, AFTERCART_LIMITS__LOOKUP_DEADLINE_MS: "0", AFTERCART_TRUSTED_PROXIES: "127.0.0.1" }));
    const { server } = attack;
    attack.key = /sk_\S+/.exec(await server.cli(["site", "api-key", "create", "--name", "e2e", "--site", site]))?.[0] ?? "";
    await server.cli(["agent", "create", "--email", colleague.email, "--name", colleague.name, "--site", site], "a pass phrase for tests\n");
    await server.cli(["site", "identity-key", "set", site, "--hs256", "-"], secret);
    const headers = { "content-type": "application/json", "aftercart-desk": "1" };
    const door = await fetch(`${attack.url}/api/v1/desk/log-in`, { method: "POST", headers, body: JSON.stringify({ email: mei.email, password }) });
    attack.cookie = door.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
    return attack;
  }

  get url(): string {
    return this.server.url;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** Payloads times fields, and how many of them were taken. */
  get sums(): { fields: number; tried: number; taken: number } {
    const all = [...this.counts.values()];
    return { fields: all.length, tried: all.reduce((sum, { taken, refused }) => sum + taken + refused, 0), taken: all.reduce((sum, { taken }) => sum + taken, 0) };
  }

  private count(field: string, taken: boolean, times = 1): boolean {
    const count = this.counts.get(field) ?? { taken: 0, refused: 0 };
    count[taken ? "taken" : "refused"] += times;
    this.counts.set(field, count);
    return taken;
  }

  /** Sends it, and notes what became of `field`; `undefined` where it was refused in words. */
  async send<T>(field: string, method: string, path: string, body: unknown, headers: Record<string, string> = {}, times = 1): Promise<T | undefined> {
    const own: Record<string, string> = { "content-type": "application/json", "aftercart-site": site, ...headers };
    const answer = await fetch(`${this.url}/api/v1${path}`, { method, headers: own, body: JSON.stringify(body) });
    const text = await answer.text();
    if (answer.ok) {
      this.count(field, true, times);
      return (text ? JSON.parse(text) : {}) as T;
    }
    this.count(field, false, times);
    const typed = /^\{.*"code":"[a-z_]+"/s.test(text) && answer.status < 500 && answer.status !== 429;
    if (!typed) this.faults.push(`${field}: ${answer.status} ${text.slice(0, 200)} to ${JSON.stringify(body).slice(0, 200)}`);
    return undefined;
  }

  private get desk(): Record<string, string> {
    return { cookie: this.cookie, "aftercart-desk": "1" };
  }

  private get shop(): Record<string, string> {
    return { authorization: `Bearer ${this.key}` };
  }

  /** By the importer, every field alone: a row is refused as a whole. */
  async orders(): Promise<void> {
    const now = new Date(Date.now() - 2 * day).toISOString();
    const rows = Object.entries(orderFields).flatMap(([field, put]) => payloads.map(({ text }, nth) => ({ field, text, put, id: `${field}-${nth}`, nth })));
    const whole = { placed_at: now, currency: "GBP", email: "probe@example.com", ...line({}) };
    const written = rows.map(({ put, text, id, nth }) => JSON.stringify({ id, number: `P-${id.length}${nth}`, ...whole, ...put(text) }));
    const file = join(this.server.dataDir, "attack.jsonl");
    writeFileSync(file, `${written.join("\n")}\n`);
    await this.server.cli(["import", "orders", file, "--site", site]).catch(() => "");
    const refused = new Set<number>();
    for (const row of readFileSync(`${file}.rejected.jsonl`, "utf8").trim().split("\n")) {
      const { line, reason } = JSON.parse(row) as { line: number; reason: string };
      refused.add(line);
      if (!reason) this.faults.push(`orders: line ${line} was refused without a reason`);
    }
    rows.forEach(({ field, text }, nth) => {
      if (!this.count(field, !refused.has(nth + 1))) return;
      this.orderTakes.set(field, (this.orderTakes.get(field) ?? new Set()).add(text));
    });
  }

  /** An order that has everything in it that is taken of this payload. */
  private order(nth: number, email: string): Record<string, unknown> {
    const text = payloads[nth]?.text ?? "";
    const taken = (field: string) => (this.orderTakes.get(field)?.has(text) ? text : undefined);
    const https = taken("order.parcel.url.https");
    const at = (days: number) => new Date(Date.now() - days * day - nth * 1_000).toISOString();
    const parts = ["line1", "line2", "city", "region", "postcode"];
    return {
      id: `attack-${nth}`, number: `X-${100_000 + nth}`, placed_at: at(6), currency: "GBP", locale: "en", email, recipient: taken("order.recipient"),
      address: { ...Object.fromEntries(parts.map((part) => [part, taken(`order.address.${part}`)])), country: "GB" },
      lines: [{ id: "l1", title: taken("order.line.title") ?? "Lamp", sku: taken("order.line.sku"), quantity: 1, unit_price: "9.00", serials: [taken("order.line.serial") ?? "1"] }],
      shipments: [{
        id: "s1", carrier: taken("order.parcel.carrier") ?? "ups", tracking_number: taken("order.parcel.number") ?? "1Z", status: "delivered", shipped_at: at(4),
        tracking_url: https ? `https://carrier.example/${https}` : undefined, raw_status: taken("order.parcel.status"), lines: [{ line: "l1", quantity: 1 }],
        events: [
          { at: at(3), status: "in_transit", text: taken("order.event.text"), place: taken("order.event.place"), raw_code: taken("order.event.code") },
          { at: at(2), status: "delivered", text: taken("order.event.text"), place: taken("order.event.place") },
        ],
      }],
    };
  }

  private token(claims: Record<string, unknown>): string {
    const now = Math.floor(Date.now() / 1000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const words = `${part({ alg: "HS256", typ: "JWT" })}.${part({ aud: site, iat: now, exp: now + 300, nonce: randomUUID(), ...claims })}`;
    return `${words}.${createHmac("sha256", secret).update(words).digest("base64url")}`;
  }

  private async identified(field: string, claims: Record<string, unknown>): Promise<string | undefined> {
    return (await this.send<{ token: string }>(field, "POST", "/identify", { token: this.token(claims) }))?.token;
  }

  private async opened(session: string | undefined, field: string, subject: object): Promise<{ id: string; visitor: string } | undefined> {
    const own: Record<string, string> = session ? { authorization: `Bearer ${session}` } : {};
    const answer = await this.send<{ conversation: { id: string }; visitor?: { token: string } }>(field, "POST", "/conversations", { locale: "en", subject }, own);
    return answer && { id: answer.conversation.id, visitor: answer.visitor?.token ?? "" };
  }

  private async says(field: string, talk: { id: string; visitor: string }, said: object, client = randomUUID() as string, times = 1): Promise<boolean> {
    return !!(await this.send(field, "POST", `/conversations/${talk.id}/events`, { client_id: client, said }, { "aftercart-visitor": talk.visitor }, times));
  }

  /** Whatever a signed-in customer is called, and what she was looking at: a row of the queue each. */
  async rows(): Promise<void> {
    await each(payloads, async ({ text }, nth) => {
      const session = await this.identified("identify.name", { sub: `n${nth}`, name: text });
      const about = (["order", "return_number", "article"] as const)[nth % 3] ?? "order";
      const talk = (await this.opened(session, `subject.${about}`, { [about]: text })) ?? (await this.opened(session, "subject", {}));
      if (!talk) return;
      const said = await this.says("message.row", talk, { kind: "message", text });
      if (session && said) this.named.push({ name: text, ...talk });
    });
  }

  /** Everything else, of twenty payloads to a shopper. */
  async shoppers(): Promise<void> {
    const chunks = Array.from({ length: Math.ceil(payloads.length / together) }, (_, nth) => payloads.slice(nth * together, (nth + 1) * together));
    const orders = payloads.map((_, nth) => this.order(nth, `attacked.${Math.floor(nth / together)}@example.com`));
    for (let from = 0; from < orders.length; from += 100) {
      const batch = { orders: orders.slice(from, from + 100) };
      const answer = await this.send<{ results: { error?: unknown }[] }>("orders", "POST", "/admin/orders/batch", batch, this.shop);
      answer?.results.forEach(({ error }) => error && this.faults.push(`orders: ${JSON.stringify(error)}`));
    }
    await each(chunks, async (chunk, nth) => {
      this.talks[nth] = await this.shopper(nth, chunk.map(({ text }) => text));
    }, 6);
  }

  private async shopper(nth: number, texts: string[]): Promise<Talk> {
    const email = `attacked.${nth}@example.com`;
    const named = { sub: `attacked-${nth}`, email };
    const session = (await this.identified("identify", { ...named, name: texts[0] })) ?? (await this.identified("identify", named)) ?? "";
    const talk: Talk = { id: "", visitor: "", session, hers: [], ours: [], notes: [], orders: texts.length, returns: [], ended: [] };
    const agent = { agent: colleague.email };
    for (const three of joined(texts)) {
      const before = (await this.opened(session, "subject.earlier", { order: three[0] })) ?? (await this.opened(session, "subject", {}));
      if (!before) continue;
      talk.visitor = before.visitor || talk.visitor;
      const held = { id: before.id, visitor: talk.visitor };
      await this.says("message", held, { kind: "message", text: "Hello" }, randomUUID(), 0);
      await this.send("close", "POST", `/admin/conversations/${held.id}/close`, agent, this.shop);
      const rated = { kind: "rated", score: 1, comment: three.join("\n") };
      if (await this.says("rating.comment", held, rated, randomUUID(), three.length)) talk.ended.push(held.id);
    }
    const own = await this.opened(session, "conversation", {});
    talk.id = own?.id ?? "";
    talk.visitor = own?.visitor || talk.visitor;
    for (const text of texts) {
      const hers = { kind: "message", text };
      const under = await this.says("message.client_id", talk, hers, text);
      if (under || (await this.says("message", talk, hers))) talk.hers.push(text);
      const said = { ...agent, client_id: randomUUID(), said: { kind: "message", text } };
      const note = { client_id: randomUUID(), text };
      if (await this.send("note", "POST", `/desk/conversations/${talk.id}/notes`, note, this.desk)) talk.notes.push(text);
      if (await this.send("agent.message", "POST", `/admin/conversations/${talk.id}/events`, said, this.shop)) talk.ours.push(text);
    }
    await this.sentBack(talk, texts);
    return talk;
  }

  /** She is writing just now. */
  async types(talk: { id: string; visitor: string }): Promise<void> {
    await this.send("typing", "POST", `/conversations/${talk.id}/typing`, {}, { "aftercart-visitor": talk.visitor });
  }

  private async sentBack(talk: Talk, texts: string[]): Promise<void> {
    const own = { authorization: `Bearer ${talk.session}` };
    const answer = await fetch(`${this.url}/api/v1/me/orders`, { headers: { ...own, "aftercart-site": site } });
    const { orders } = (await answer.json()) as { orders: { id: string }[] };
    for (const [nth, three] of joined(texts).entries()) {
      const order = orders[nth]?.id;
      const wish = { locale: "en", lines: [{ line: "l1", quantity: 1, reason: "faulty" }], resolution: "refund" };
      const quote = await this.send<{ methods: { method: string }[] }>("return.quote", "POST", `/me/orders/${order}/returns/quote`, wish, own);
      const asked = { ...wish, key: randomUUID(), method: quote?.methods[0]?.method, comment: three.join("\n") };
      const made = await this.send<{ summary: { id: string } }>("return.comment", "POST", `/me/orders/${order}/returns`, asked, own, three.length);
      if (!made) continue;
      talk.returns.push(made.summary.id);
      const reason = { agent: colleague.email, reason: three.join("\n") };
      if (nth % 2) await this.send("return.refusal", "POST", `/admin/returns/${made.summary.id}/refuse`, reason, this.shop, three.length);
    }
  }

  /** What is typed into forms that answer at once, and said of somebody without being shown: it must not fail. */
  async forms(some: Payload[]): Promise<void> {
    const whole = { locale: "en", number: "A-1001" };
    await each(some, async ({ text }, nth) => {
      const email = `a${nth}@example.com`;
      await this.identified("identify.phone", { sub: `p${nth}`, phone: text });
      await this.identified("identify.email", { sub: `e${nth}`, email: text });
      await this.identified("identify.locale", { sub: `l${nth}`, locale: text });
      await this.identified("identify.sub", { sub: text });
      await this.send("lookup.number", "POST", "/orders/lookup", { number: text, contact: "a@example.com" });
      await this.send("lookup.contact", "POST", "/orders/lookup", { number: "A-1001", contact: text });
      await this.send("code.contact", "POST", "/codes", { contact: text, locale: "en" });
      await this.send("gift.number", "POST", "/gifts", { number: text, postcode: "1", email, locale: "en" });
      await this.send("gift.postcode", "POST", "/gifts", { number: "A-1001", postcode: text, email, locale: "en" });
      await this.send("gift.email", "POST", "/gifts", { number: "A-1001", postcode: "1", email: text, locale: "en" });
      // A few an hour of one address, from anywhere.
      const from = { "x-forwarded-for": `10.9.${nth >> 8}.${nth & 255}` };
      await this.send("withdrawal.name", "POST", "/withdrawals", { ...whole, contact: email, key: randomUUID(), name: text }, from);
      await this.send("withdrawal.part", "POST", "/withdrawals", { ...whole, contact: email, key: randomUUID(), name: "A", part: text }, from);
      await this.send("withdrawal.number", "POST", "/withdrawals", { ...whole, contact: email, key: randomUUID(), name: "A", number: text }, from);
    });
  }

  /** Texts that are written often: in two languages each, for a shop has room for five hundred. */
  async canned(): Promise<void> {
    const pairs = payloads.filter((_, nth) => nth % 2 === 0).map(({ text }, nth) => [text, payloads[nth * 2 + 1]?.text ?? "."] as const);
    await each(pairs, async ([en, zh], nth) => {
      const texts = [{ locale: "en", text: en }, { locale: "zh-CN", text: zh }];
      const put = (texts: object[]) => this.send("canned.text", "PUT", `/desk/canned-replies/p${nth}`, { texts }, this.desk);
      // Of two that are refused together, each is tried alone.
      if (!(await put(texts))) for (const one of texts) await put([one]);
    });
    await each(payloads, async ({ text }) => {
      const shortcut = encodeURIComponent(Buffer.from(text).toString());
      await this.send("canned.shortcut", "PUT", `/desk/canned-replies/${shortcut}`, { texts: [{ locale: "en", text: "." }] }, this.desk);
    });
  }

  /** Colleagues with such names, and browsers that call themselves so. */
  async colleagues(some: Payload[]): Promise<void> {
    for (const [nth, { text }] of some.entries()) {
      const who = ["agent", "create", "--email", `colleague.${nth}@shop.example`, "--name", text, "--site", site];
      // A text with a zero in it is no argument of a command.
      if (text.includes("\0")) continue;
      this.count("agent.name", await this.server.cli(who, "a pass phrase for tests\n").then(() => true, () => false));
      const headers = { "user-agent": text.replace(/[^\t\x20-\x7e]/g, "?") };
      await this.send("session.device", "POST", "/desk/log-in", { email: mei.email, password }, { ...this.desk, cookie: "", ...headers });
    }
  }

  /** Titles, bodies and the words by which they are found. A row is refused as a whole, so each field stands alone. */
  async help(): Promise<void> {
    const fields: Record<string, Fields> = {
      title: (title) => ({ title, tags: [title], phrasings: [title] }), body: (body) => ({ body }), category: (category) => ({ category }),
    };
    const rows = Object.entries(fields).flatMap(([field, put]) =>
      payloads.map(({ text }, nth) => ({ field, id: `${field}-${nth}`, row: { title: `About ${nth}`, body: "Something.", ...put(text) } })));
    const file = join(this.server.dataDir, "articles.jsonl");
    writeFileSync(file, rows.map(({ id, row }) => JSON.stringify({ id, locale: "en", ...row })).join("\n"));
    const said = await this.server.cli(["import", "articles", file, "--site", site]);
    const refused = new Set([...said.matchAll(/, line (\d+): \S/g)].map(([, line]) => Number(line) - 1));
    rows.forEach(({ field, id }, nth) => {
      if (this.count(`article.${field}`, !refused.has(nth)) && field !== "category") this.articles.push(id);
    });
  }
}
