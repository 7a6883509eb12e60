// Returns against real engines: asked for, approved, received and refunded through our own API, over a bad line, and with
// our server killed at every step. Afterwards the engine's records, our database and the mails are compared: each of them
// must have everything exactly once.
//
//   node e2e/peers/returns.mjs timeouts|kills [returns for each engine] [seed]
//   ENGINE=medusa …      only one of the engines
//   POSTGRES=1 …         kills: our own database is PostgreSQL instead of SQLite
//   TWICE=1 …            the line passes every change on twice, as if we had not looked before: must be complained of
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { facts, unnoticed, wrong } from "./checker.mjs";
import { flaky, seeded } from "./flaky.mjs";
import { Ours, later, stopOurs } from "./ours.mjs";
import { engines, startPeers } from "./peers.mjs";
import { postOffice } from "./post-office.mjs";
import { stopAll } from "./program.mjs";

const SHARE = 0.3;
/** For everything to come to rest. */
const REST_MS = Number(process.env.RETURNS_REST_MS ?? 1_200_000);
const AGENT = "ming@shop.example";
const ACTS = /** @type {const} */ ({ requested: "approve", approved: "receive", received: "refund" });
/** What each engine is asked to change, in `flaky.mjs`' words. */
const CHANGES = {
  vendure: ["Note", "Cancel", "Refund"],
  medusa: [
    "/returns", "/returns/…/request-items", "/returns/…/request", "/returns/…/receive", "/returns/…/receive-items",
    "/returns/…/receive/confirm", "/payments/…/refund",
  ],
};

/** When our server is killed: in the middle of an act of shopper or staff and after its answer, around every change of the
 * engine and around every mail, and as soon as an effect is done. */
export const moments = (engine) => [
  ...["submit", ...Object.values(ACTS)].flatMap((act) => [`in ${act}`, `after ${act}`]),
  ...CHANGES[engine].flatMap((change) => [`before ${change}`, `after ${change}`]),
  ...["approved", "received", "refunded"].flatMap((mail) => [`before mail ${mail}`, `after mail ${mail}`]),
  ...["engine_return", "engine_receive", "refund"].map((effect) => `done ${effect}`),
];

/**
 * Of an answer of the engine; a question counts as over after six times as long. For every change that never arrived that
 * is the time until it is asked for again, so a round of kills takes little.
 */
const patience = (ms) => ({ AFTERCART_OUTGOING__PATIENCE_MS: String(process.env.RETURNS_PATIENCE_MS ?? ms) });

function must({ status, body }, ...expected) {
  if (!expected.includes(status)) throw new Error(`status ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Makes a shop of our server: an engine behind its line, a key for the desk, an agent. */
async function open(ours, peers, lines) {
  for (const [engine, peer] of Object.entries(peers)) {
    const key = engine === "vendure" ? await peer.shop.key(["ReadOrder", "ReadCustomer", "UpdateOrder"]) : peer.key;
    await ours.cli(["connector", "add", engine, lines[engine].url, "--site", "pk_demo", "--credential-file", "-"], key);
  }
  await ours.cli(["agent", "create", "--email", AGENT, "--name", "Ming", "--role", "owner", "--site", "pk_demo"], "only for tests\n");
  const said = await ours.cli(["site", "api-key", "create", "--name", "desk", "--site", "pk_demo"]);
  const headers = { authorization: `Bearer ${/sk_[0-9a-f]+/.exec(said)[0]}` };
  const at = (back, rest = "") => `/admin/returns/${back.id}${rest}`;
  return {
    act: (back, what, body = {}) => ours.ask("POST", at(back, `/${what}`), { headers, body: { agent: AGENT, ...body } }),
    shown: async (back) => must(await ours.ask("GET", at(back), { headers }), 200),
    effects: async (back) => must(await ours.ask("GET", at(back, "/effects"), { headers }), 200).effects,
  };
}

async function signIn(ours, number, contact) {
  const { id } = must(await ours.ask("POST", "/codes", { body: { contact, number, locale: "en" } }), 202);
  for (let tries = 0; tries < 100; tries++) {
    const mail = (await ours.mails()).find((mail) => mail.to.includes(contact) && /^\d{6} /.test(mail.subject));
    if (mail) {
      const { token } = must(await ours.ask("POST", `/codes/${id}/redeem`, { body: { code: mail.subject.slice(0, 6) } }), 200);
      return { authorization: `Bearer ${token}` };
    }
    await later(100);
  }
  throw new Error("no code came");
}

const numberOf = (order) => order.code ?? String(order.display_id);

/** An order that has arrived, in the engine and with us. */
async function arrived(ours, peer) {
  const order = await peer.shop.buy("ada", [["APRON-M", 1], ["TEA-100", 3]]);
  await peer.shop.deliver(order, await peer.shop.ship(order, `1Z${Date.now()}`));
  const number = numberOf(order);
  for (let tries = 0; tries < 800; tries++) {
    const { status, body } = await ours.ask("POST", "/orders/lookup", { body: { number, contact: "ada@example.com" } });
    if (status === 200 && body.parcels?.some((parcel) => parcel.status === "delivered")) return { order, number };
    await later(150);
  }
  throw new Error(`${number} never arrived with us`);
}

const plainly = (_act, ask) => ask();

/** Two kinds of goods, of the second one piece stays with the shopper. What is faulty is looked at by a person first. */
async function sendBack(ours, peer, { reason, acting = plainly }) {
  const { order, number } = await arrived(ours, peer);
  // One code for all: nobody gets many within an hour.
  const headers = (ours.session ??= await signIn(ours, number, "ada@example.com"));
  const { orders } = must(await ours.ask("GET", "/me/orders", { headers }), 200);
  const { id } = orders.find((order) => order.number === number);
  const options = must(await ours.ask("GET", `/me/orders/${id}/returns/options?locale=en`, { headers }), 200);
  const lines = options.lines.map((line) => ({ line: line.line, quantity: Math.min(line.left, 2), reason }));
  const asked = { locale: "en", lines, resolution: "refund" };
  const quote = must(await ours.ask("POST", `/me/orders/${id}/returns/quote`, { headers, body: asked }), 200);
  if (!quote.resolutions.some((offer) => offer.resolution === "refund")) throw new Error("no refund is offered");
  const wish = { ...asked, key: randomUUID(), method: quote.methods[0].method };
  const made = must(
    await acting("submit", () => ours.ask("POST", `/me/orders/${id}/returns`, { headers, body: wish })), 200, 201,
  );
  return { engine: peer.engine, order, number: made.summary.number, id: made.summary.id, lines };
}

/** Whatever an answer that was not heard may have done: asked again, it must not be done again. */
async function carryThrough(desk, back, acting) {
  const { view } = await desk.shown(back);
  const counted = back.lines.map(({ line, quantity }) => ({ line, quantity, grade: "as_new" }));
  const act = ACTS[view.state];
  if (act) await acting(act, () => desk.act(back, act, act === "receive" ? { lines: counted } : {}));
  return view.state;
}

/** What the shop's staff do: settle the refunds that wait for it. */
async function settle(desk, peer, back) {
  if (peer.engine !== "vendure") return;
  const waiting = (await desk.effects(back)).find(({ kind, state }) => kind === "refund" && state === "pending");
  if (!waiting?.reference) return;
  const query = "query($id: ID!) { order(id: $id) { payments { refunds { id state reason } } } }";
  const { order } = await peer.shop.admin.ask(query, { id: back.order.id });
  for (const refund of order.payments.flatMap((payment) => payment.refunds).filter(({ state }) => state === "Pending")) {
    const i = { id: refund.id, transactionId: `bank-${refund.id}` };
    await peer.shop.admin.ask("mutation($i: SettleRefundInput!) { settleRefund(input: $i) { ... on Refund { id } } }", { i });
  }
  await desk.act(back, `effects/${waiting.id}/retry`);
}

/** Until every return is refunded, has nothing left to do and its mails are gone, or the time is over. */
async function rest(ours, desk, peers, backs, { acting = plainly, saw = async () => {} } = {}) {
  const until = Date.now() + REST_MS;
  while (Date.now() < until) {
    let open = 0;
    for (const back of backs) {
      const state = await carryThrough(desk, back, acting);
      const effects = await desk.effects(back);
      await saw(effects);
      if (state !== "refunded" || effects.some((effect) => effect.state !== "done")) open += 1;
      await settle(desk, peers[back.engine], back);
    }
    const unsent = ours.demo ? (await ours.outbox()).filter((mail) => !mail.sent).length : 0;
    if (open + unsent === 0) return;
    await later(50);
  }
}

/** What is wrong, and what the checker would not have noticed. */
async function check(ours, desk, peers, backs, taken) {
  const found = [];
  for (const back of backs) {
    const known = await facts(ours, peers[back.engine], back, desk, taken);
    const differences = wrong(known);
    found.push(...differences);
    if (differences.length === 0) found.push(...unnoticed(known).map((lie) => `the checker is blind to: ${lie}`));
  }
  return found;
}

/** Three answers of ten are not heard, after what they tell of was done. */
export async function timeouts(peers, { each = 3, seed = 20261122, say = console.log } = {}) {
  const draw = seeded(seed);
  let bad = false;
  const lines = {};
  for (const [engine, peer] of Object.entries(peers)) {
    // The answer to the first change of each kind is lost for certain, so that a short run has tried them all.
    const kinds = new Set();
    const drop = (step) => {
      if (!bad) return false;
      const first = step && !kinds.has(step);
      if (first) kinds.add(step);
      return (draw() < SHARE || first) && (draw() < 0.5 ? "break" : "hold");
    };
    lines[engine] = await flaky(peer.url, { drop, twice: process.env.TWICE });
  }
  const ours = await Ours.start("returns-timeouts", patience(2_500));
  ours.mails = () => ours.outbox().then((mails) => mails.map((mail) => ({ ...mail, to: [mail.to] })));
  try {
    const desk = await open(ours, peers, lines);
    const backs = [];
    for (const peer of Object.values(peers)) {
      for (let n = 0; n < each; n++) {
        bad = false;
        backs.push(await sendBack(ours, peer, { reason: "faulty" }));
        bad = true;
      }
    }
    await rest(ours, desk, peers, backs);
    for (const [engine, { counts }] of Object.entries(lines)) {
      say(`${engine}: ${counts.dropped} of ${counts.all} answers were not heard, ${counts.droppedChanges} of them of changes`);
    }
    return { returns: backs.length, wrong: await check(ours, desk, peers, backs), lines };
  } finally {
    await ours.stop();
    for (const line of Object.values(lines)) await line.stop();
  }
}

/** Our server is killed at every one of an engine's {@link moments}, the first time that it comes to it. */
async function killsWith(peer, { each, draw, say, database }) {
  const left = new Set(moments(peer.engine));
  const begun = performance.now();
  let ours;
  const die = async (moment) => {
    if (!left.delete(moment)) return false;
    await ours.bounce();
    return true;
  };
  const around = (what = "") => ({
    before: async (step) => !(await die(`before ${what}${step}`)),
    after: async (step) => !(await die(`after ${what}${step}`)),
  });
  // In the middle of our own act its answer is not heard, and it is asked again.
  const acting = async (act, ask) => {
    const answer = ask();
    if (left.delete(`in ${act}`)) {
      await later(draw() * 30);
      await ours.bounce();
    }
    const said = await answer;
    await die(`after ${act}`);
    return said;
  };
  const saw = async (effects) => {
    for (const effect of effects) if (effect.state === "done") await die(`done ${effect.kind}`);
  };
  const peers = { [peer.engine]: peer };
  const line = await flaky(peer.url, { ...around(), twice: process.env.TWICE });
  const post = await postOffice(around("mail "));
  try {
    const mail = { AFTERCART_MAIL__SERVER: post.url, AFTERCART_MAIL__FROM: "help@shop.example" };
    const kept = database && { AFTERCART_DATABASE: await database(`ours_${peer.engine}`) };
    ours = await Ours.start(`returns-kills-${peer.engine}`, { ...patience(1_500), ...mail, ...kept });
    ours.mails = async () => post.taken;
    const desk = await open(ours, peers, { [peer.engine]: line });
    ours.demo = false;
    const backs = [];
    for (let n = 0; n < each; n++) backs.push(await sendBack(ours, peer, { reason: "faulty", acting }));
    await rest(ours, desk, peers, backs, { acting, saw });
    // Whatever a last start would take up once more.
    ours.demo = true;
    await ours.bounce();
    await rest(ours, desk, peers, backs);
    const seconds = Math.round((performance.now() - begun) / 1_000);
    say(`${peer.engine}: killed ${ours.kills} times in ${seconds} s, ${Math.round(ours.awayMs / 1_000)} s of them coming back`);
    const missed = [...left].map((moment) => `${peer.engine}: never came to "${moment}"`);
    return { returns: backs.length, kills: ours.kills, wrong: [...missed, ...(await check(ours, desk, peers, backs, post.taken))] };
  } finally {
    await ours?.stop();
    await line.stop();
    await post.stop();
  }
}

/**
 * Both engines side by side, each with a server of ours of its own: on SQLite, or where `database` makes one. On PostgreSQL
 * whatever was under way waits fifteen seconds after every kill, since another node might be at it.
 */
export async function kills(peers, { each = 1, seed = 20261122, say = console.log, database } = {}) {
  const draw = seeded(seed);
  const rounds = await Promise.allSettled(Object.values(peers).map((peer) => killsWith(peer, { each, draw, say, database })));
  const failed = rounds.find(({ status }) => status === "rejected");
  if (failed) throw failed.reason;
  const sum = (count) => rounds.reduce((all, { value }) => all + count(value), 0);
  return { returns: sum((one) => one.returns), kills: sum((one) => one.kills), wrong: rounds.flatMap(({ value }) => value.wrong) };
}

async function main([what, each, seed]) {
  const run = { timeouts, kills }[what];
  if (!run) {
    console.error("usage: node e2e/peers/returns.mjs timeouts|kills [returns for each engine] [seed]");
    process.exitCode = 2;
    return;
  }
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, async () => {
      await stopOurs();
      await stopAll();
      process.exit(1);
    });
  }
  const { peers, database, stop } = await startPeers(process.env.ENGINE ? [process.env.ENGINE] : engines);
  try {
    const begun = performance.now();
    const how = { ...(each && { each: Number(each) }), ...(seed && { seed: Number(seed) }) };
    const { returns, wrong } = await run(peers, { ...how, ...(process.env.POSTGRES && { database }) });
    for (const line of wrong) console.error(line);
    console.log(`${what}: ${returns} returns, ${wrong.length} differences, ${Math.round((performance.now() - begun) / 1_000)} s`);
    if (wrong.length > 0) process.exitCode = 1;
  } finally {
    await stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
