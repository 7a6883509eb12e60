// Returns against real engines: asked for, approved, received and refunded through our own API, over a bad line, and with
// our server killed at every step. Afterwards the engine's records, our database and the mails are compared: each of them
// must have everything exactly once.
//
//   node e2e/peers/returns.mjs timeouts|kills [returns for each engine] [seed]
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { binary, freePort, results } from "../support/server.mjs";
import { flaky, seeded } from "./flaky.mjs";
import { engines, startPeers } from "./peers.mjs";

/** Of one answer; a question counts as over after six times as long. */
const PATIENCE_MS = Number(process.env.RETURNS_PATIENCE_MS ?? 2_500);
const SHARE = 0.3;
/** For everything to come to rest. */
const REST_MS = Number(process.env.RETURNS_REST_MS ?? 600_000);
const AGENT = "ming@shop.example";
const SITE = { "content-type": "application/json", "aftercart-site": "pk_demo" };
const later = (ms) => new Promise((done) => setTimeout(done, ms));

/** Our server, which can be killed and comes back with the same data on the same ports. */
export class Ours {
  static async start(name) {
    const ours = new Ours();
    mkdirSync(results, { recursive: true });
    ours.log = createWriteStream(join(results, `${name}.log`));
    ours.data = mkdtempSync(join(tmpdir(), "aftercart-returns-"));
    const [port, shop] = [await freePort(), await freePort()];
    ours.url = `http://127.0.0.1:${port}`;
    ours.args = ["--data-dir", ours.data];
    ours.serving = ["--demo", "--listen", `127.0.0.1:${port}`, "--demo-listen", `127.0.0.1:${shop}`];
    ours.env = {
      ...process.env, AFTERCART_PUBLIC_URL: ours.url, AFTERCART_OUTGOING__PRIVATE: "127.0.0.0/8",
      AFTERCART_OUTGOING__PATIENCE_MS: String(PATIENCE_MS), AFTERCART_CONNECTORS__RECONCILE_EVERY_S: "2",
      AFTERCART_LIMITS__REQUESTS_PER_SECOND: "1000", AFTERCART_LIMITS__BURST: "1000",
    };
    ours.kills = 0;
    await ours.serve();
    return ours;
  }

  async serve() {
    this.child = spawn(binary, [...this.args, ...this.serving], { cwd: this.data, stdio: ["ignore", "pipe", "pipe"], env: this.env });
    this.gone = new Promise((gone) => this.child.once("exit", gone));
    this.child.stdout.pipe(this.log, { end: false });
    this.child.stderr.pipe(this.log, { end: false });
    const until = Date.now() + 120_000;
    while (Date.now() < until) {
      if (this.child.exitCode !== null) break;
      if (await fetch(`${this.url}/readyz`).then((answer) => answer.ok, () => false)) return;
      await later(50);
    }
    throw new Error("our server did not get ready; see e2e/results");
  }

  /** As if the machine's power had gone. */
  async kill() {
    this.kills += 1;
    process.kill(this.child.pid, "SIGKILL");
    await this.gone;
  }

  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill("SIGTERM");
    await this.gone;
    this.log.end();
    rmSync(this.data, { recursive: true, force: true });
  }

  async cli(args, input = "") {
    const command = spawn(binary, [...this.args, ...args], { cwd: this.data, env: this.env });
    let [out, error] = ["", ""];
    command.stdout.on("data", (part) => (out += part));
    command.stderr.on("data", (part) => (error += part));
    command.stdin.on("error", () => {});
    command.stdin.end(input);
    const code = await new Promise((done) => command.on("close", done));
    if (code !== 0) throw new Error(`aftercart ${args.join(" ")}: ${error}`);
    return out;
  }

  /** Asks until it is there to answer: it may just be coming back. */
  async ask(method, path, { body, headers = {} } = {}) {
    const until = Date.now() + 120_000;
    for (;;) {
      try {
        const answer = await fetch(`${this.url}/api/v1${path}`, {
          method, headers: { ...SITE, ...headers }, body: body && JSON.stringify(body),
        });
        const text = await answer.text();
        return { status: answer.status, body: text ? JSON.parse(text) : {} };
      } catch (error) {
        if (Date.now() > until) throw error;
        await later(100);
      }
    }
  }

  async outbox() {
    const { mails } = await (await fetch(`${this.url}/demo/outbox.json`)).json();
    return mails;
  }
}

function must({ status, body }, ...expected) {
  if (!expected.includes(status)) throw new Error(`status ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Makes a shop of our server: an engine each behind its line, a key for the desk, an agent. */
async function open(ours, peers, lines) {
  for (const [engine, peer] of Object.entries(peers)) {
    const key = engine === "vendure" ? await peer.shop.key(["ReadOrder", "ReadCustomer", "UpdateOrder"]) : peer.key;
    await ours.cli(["connector", "add", engine, lines[engine].url, "--site", "pk_demo", "--credential-file", "-"], key);
  }
  await ours.cli(["agent", "create", "--email", AGENT, "--name", "Ming", "--role", "owner", "--site", "pk_demo"], "only for tests\n");
  const said = await ours.cli(["site", "api-key", "create", "--name", "desk", "--site", "pk_demo"]);
  ours.desk = { authorization: `Bearer ${/sk_[0-9a-f]+/.exec(said)[0]}` };
}

async function signIn(ours, number, contact) {
  const { id } = must(await ours.ask("POST", "/codes", { body: { contact, number, locale: "en" } }), 202);
  for (let tries = 0; tries < 100; tries++) {
    const mail = (await ours.outbox()).find((mail) => mail.to === contact && /^\d{6} /.test(mail.subject) && !ours.used?.has(mail.id));
    if (mail) {
      (ours.used ??= new Set()).add(mail.id);
      const { token } = must(await ours.ask("POST", `/codes/${id}/redeem`, { body: { code: mail.subject.slice(0, 6) } }), 200);
      return { authorization: `Bearer ${token}` };
    }
    await later(100);
  }
  throw new Error("no code came");
}

const numberOf = (order) => order.code ?? String(order.display_id);

/** An order that has arrived, in the engine and with us. */
async function arrived(ours, peer, goods) {
  const order = await peer.shop.buy("ada", goods);
  await peer.shop.deliver(order, await peer.shop.ship(order, `1Z${Date.now()}`));
  const number = numberOf(order);
  for (let tries = 0; tries < 200; tries++) {
    const { status, body } = await ours.ask("POST", "/orders/lookup", { body: { number, contact: "ada@example.com" } });
    if (status === 200 && body.parcels?.some((parcel) => parcel.status === "delivered")) return { order, number };
    await later(300);
  }
  throw new Error(`${number} never arrived with us`);
}

/** Two kinds of goods, of the second one piece stays with the shopper. */
async function sendBack(ours, peer) {
  const { order, number } = await arrived(ours, peer, [["APRON-M", 1], ["TEA-100", 3]]);
  const session = await signIn(ours, number, "ada@example.com");
  const mine = must(await ours.ask("GET", "/me/orders", { headers: session }), 200);
  const { id } = mine.orders.find((order) => order.number === number);
  const options = must(await ours.ask("GET", `/me/orders/${id}/returns/options?locale=en`, { headers: session }), 200);
  const lines = options.lines.map((line) => ({ line: line.line, quantity: Math.min(line.left, 2), reason: "changed_mind" }));
  const asked = { locale: "en", lines };
  const { resolutions, methods } = must(
    await ours.ask("POST", `/me/orders/${id}/returns/quote`, { headers: session, body: { ...asked, resolution: "refund" } }), 200,
  );
  if (!resolutions.some((offer) => offer.resolution === "refund")) throw new Error("no refund is offered");
  const wish = { ...asked, key: randomUUID(), resolution: "refund", method: methods[0].method };
  const made = must(await ours.ask("POST", `/me/orders/${id}/returns`, { headers: session, body: wish }), 200, 201);
  return { engine: peer.engine, order, number: made.summary.number, id: made.summary.id, lines, asked: Date.now() };
}

const act = (ours, back, what, body = {}) =>
  ours.ask("POST", `/admin/returns/${back.id}/${what}`, { headers: ours.desk, body: { agent: AGENT, ...body } });
const shown = async (ours, back) => must(await ours.ask("GET", `/admin/returns/${back.id}`, { headers: ours.desk }), 200);
const effectsOf = async (ours, back) =>
  must(await ours.ask("GET", `/admin/returns/${back.id}/effects`, { headers: ours.desk }), 200).effects;

/** Whatever an answer that was not heard may have done: asked again, it must not be done again. */
async function carryThrough(ours, back) {
  const { view } = await shown(ours, back);
  const counted = back.lines.map(({ line, quantity }) => ({ line, quantity, grade: "as_new" }));
  if (view.state === "requested") await act(ours, back, "approve");
  else if (view.state === "approved") await act(ours, back, "receive", { lines: counted });
  else if (view.state === "received") await act(ours, back, "refund");
  return view.state;
}

/** What the shop's staff do: settle the refunds that wait for it. */
async function settle(ours, peer, backs) {
  if (peer.engine !== "vendure") return;
  for (const back of backs) {
    const query = "query($id: ID!) { order(id: $id) { payments { refunds { id state reason } } } }";
    const { order } = await peer.shop.admin.ask(query, { id: back.order.id });
    for (const refund of order.payments.flatMap((payment) => payment.refunds).filter(({ state }) => state === "Pending")) {
      const i = { id: refund.id, transactionId: `bank-${refund.id}` };
      await peer.shop.admin.ask("mutation($i: SettleRefundInput!) { settleRefund(input: $i) { ... on Refund { id } } }", { i });
    }
    const waiting = (await effectsOf(ours, back)).find(({ kind, state }) => kind === "refund" && state === "pending");
    if (waiting?.reference) await act(ours, back, `effects/${waiting.id}/retry`);
  }
}

/** Until every return is refunded and has nothing left to do, or the time is over. */
async function rest(ours, peers, backs) {
  const until = Date.now() + REST_MS;
  while (Date.now() < until) {
    let open = 0;
    for (const back of backs) {
      const state = await carryThrough(ours, back);
      const left = (await effectsOf(ours, back)).filter((effect) => effect.state !== "done");
      if (state !== "refunded" || left.length > 0) open += 1;
    }
    if (open === 0) return;
    for (const peer of Object.values(peers)) await settle(ours, peer, backs.filter(({ engine }) => engine === peer.engine));
    await later(300);
  }
}

/** Compares the three. @returns {Promise<string[]>} what is wrong */
async function check(ours, peers, backs) {
  const wrong = [];
  const mails = await ours.outbox();
  for (const back of backs) {
    const say = (what) => wrong.push(`${back.engine} ${back.number}: ${what}`);
    const same = (what, found, expected) => {
      if (JSON.stringify(found) !== JSON.stringify(expected)) say(`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
    };
    const { view, total, events, lines } = await shown(ours, back);
    const effects = await effectsOf(ours, back);
    same("state", view.state, "refunded");
    for (const effect of effects.filter(({ state }) => state !== "done")) say(`${effect.kind} is ${effect.state}: ${effect.says}`);
    const kinds = effects.map(({ kind }) => kind).sort();
    same("effects", kinds, ["engine_receive", "engine_return", "mail_approved", "mail_received", "mail_refunded", "refund"]);
    for (const event of ["receive", "refund_received", "refund_succeed"]) {
      same(event, events.filter((one) => one.event === event).length, 1);
    }
    const own = mails.filter((mail) => mail.text.includes(back.number)).map((mail) => mail.subject.replace(/\d+\.\d\d/, "…")).sort();
    const subjects = ["We have received what you sent back", "Your refund of $… is on its way", "Your request is approved"];
    same("mails", own, subjects.map((subject) => `${subject} (${back.number})`));
    const counts = Object.fromEntries(lines.map(({ line, received }) => [line, received]));
    await (back.engine === "vendure" ? vendure : medusa)(peers[back.engine], back, { same, total, counts });
  }
  return wrong;
}

async function vendure(peer, back, { same, total, counts }) {
  const query = `query($id: ID!) { order(id: $id) {
    lines { id quantity orderPlacedQuantity } payments { refunds { total state reason } }
    history(options: { take: 100 }) { items { type data } }
  } }`;
  const { order } = await peer.shop.admin.ask(query, { id: back.order.id });
  const taken = order.lines.map((line) => [line.id, line.orderPlacedQuantity - line.quantity]);
  same("pieces taken back", Object.fromEntries(taken), counts);
  const refunds = order.payments.flatMap((payment) => payment.refunds);
  same("refunds", refunds.map(({ total, state }) => [total, state]), [[total, "Settled"]]);
  same("refunds with our mark", refunds.filter(({ reason }) => reason.includes(`${back.number} [aftercart `)).length, 1);
  const of = (type) => order.history.items.filter((item) => item.type === type).length;
  same("notes and cancellations", [of("ORDER_NOTE"), of("ORDER_CANCELLATION")], [1, 1]);
}

async function medusa(peer, back, { same, total, counts }) {
  const { order } = await peer.shop.get(
    `/admin/orders/${back.order.id}?fields=id,*items,*items.detail,*payment_collections.payments.refunds,*returns,*returns.items`,
  );
  const received = order.items.map((item) => [item.id, item.detail.return_received_quantity]);
  same("pieces taken back", Object.fromEntries(received), counts);
  same("returns", order.returns.map(({ status, metadata }) => [status, metadata.number]), [["received", back.number]]);
  const inReturn = order.returns[0].items.map((item) => [item.item_id, item.received_quantity]).sort();
  same("pieces in the return", inReturn, Object.entries(counts).sort());
  const refunds = order.payment_collections.flatMap(({ payments }) => payments).flatMap(({ refunds }) => refunds);
  same("refunds", refunds.map(({ amount }) => Math.round(amount * 100)), [total]);
  same("refunds with our mark", refunds.filter(({ note }) => note?.includes(`${back.number} [aftercart `)).length, 1);
}

/** Three answers of ten are not heard, after what they tell of was done. */
export async function timeouts(peers, { each = 3, seed = 20261122, say = console.log } = {}) {
  const draw = seeded(seed);
  let bad = false;
  const drop = () => bad && draw() < SHARE && (draw() < 0.5 ? "break" : "hold");
  const lines = {};
  for (const [engine, peer] of Object.entries(peers)) lines[engine] = await flaky(peer.url, { drop });
  const ours = await Ours.start("returns-timeouts");
  try {
    await open(ours, peers, lines);
    const backs = [];
    for (const peer of Object.values(peers)) {
      for (let n = 0; n < each; n++) {
        bad = false;
        backs.push(await sendBack(ours, peer));
        bad = true;
      }
    }
    await rest(ours, peers, backs);
    for (const [engine, { counts }] of Object.entries(lines)) {
      say(`${engine}: ${counts.dropped} of ${counts.all} answers were not heard, ${counts.droppedChanges} of them of changes`);
    }
    return { returns: backs.length, wrong: await check(ours, peers, backs), lines };
  } finally {
    await ours.stop();
    for (const line of Object.values(lines)) await line.stop();
  }
}

/** Our server is killed before and after every kind of change, the first time it is seen, and after each of our own acts. */
export async function kills(peers, { each = 2, say = console.log } = {}) {
  const seen = new Set();
  let ours;
  let armed = false;
  const once = (engine, moment) => async (step) => {
    const name = `${engine} ${moment} ${step}`;
    if (!armed || seen.has(name)) return true;
    seen.add(name);
    await ours.kill();
    void ours.serve();
    return false;
  };
  const lines = {};
  for (const [engine, peer] of Object.entries(peers)) {
    lines[engine] = await flaky(peer.url, { before: once(engine, "before"), after: once(engine, "after") });
  }
  ours = await Ours.start("returns-kills");
  try {
    await open(ours, peers, lines);
    const backs = [];
    for (const peer of Object.values(peers)) {
      for (let n = 0; n < each; n++) {
        armed = false;
        backs.push(await sendBack(ours, peer));
        armed = true;
        // Between the answer to an act and anything that follows from it.
        const begun = Date.now();
        for (let state = "", before = "start"; state !== "received" && Date.now() - begun < 60_000; before = state) {
          state = await carryThrough(ours, backs.at(-1));
          if (state !== before) {
            await ours.kill();
            await ours.serve();
          } else {
            await later(200);
          }
        }
      }
    }
    await rest(ours, peers, backs);
    say(`killed ${ours.kills} times: ${[...seen].join(", ")}`);
    return { returns: backs.length, wrong: await check(ours, peers, backs), kills: ours.kills, moments: seen };
  } finally {
    await ours.stop();
    for (const line of Object.values(lines)) await line.stop();
  }
}

async function main([what, each, seed]) {
  const run = { timeouts, kills }[what];
  if (!run) {
    console.error("usage: node e2e/peers/returns.mjs timeouts|kills [returns for each engine] [seed]");
    process.exitCode = 2;
    return;
  }
  const running = await startPeers(process.env.ENGINE ? [process.env.ENGINE] : engines);
  try {
    const { returns, wrong } = await run(running.peers, { ...(each && { each: Number(each) }), ...(seed && { seed: Number(seed) }) });
    for (const line of wrong) console.error(line);
    console.log(`${what}: ${returns} returns, ${wrong.length} differences`);
    if (wrong.length > 0) process.exitCode = 1;
  } finally {
    await running.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
