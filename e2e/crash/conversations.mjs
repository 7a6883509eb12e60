// No acknowledged message is lost, none stands twice, numbers have no gaps, and everybody sees the same: while our server is
// killed again and again, or while the lines to it break.
//
//   node e2e/crash/conversations.mjs [--kills 10] [--cuts 0] [--clients 50] [--rate 300] [--seed 1] [--power] [--noticed]
//       [--break ack-early | sync-normal | deaf-disk]
//
// Half of the clients hold a socket, the other half asks and waits (long poll); each conversation has one of both, who write
// at the same time. Of those who ask half are the same visitor on another screen, half the shop's people. `--rate` messages a second are said in all. `--cuts` breaks so many connections at random, in every way
// that a network knows, instead of or beside the kills. POSTGRES=1: on PostgreSQL instead of SQLite.
//
// `--power`: with each kill the machine's power goes too, and what was not synced to the disk is lost, wholly or in parts
// (power.mjs; SQLite).
//
// `--break` spoils something that the checker must then complain of: `--noticed` turns the result round. `deaf-disk` is a disk
// that does not sync SQLite's log. `ack-early` has the server acknowledge before it stores, `sync-normal` has SQLite store
// before it is synced: faults that only a development build can be told (a release refuses the setting):
// E2E_BINARY=target/debug/aftercart.
import { parseArgs } from "node:util";
import { Ours, stopOurs } from "../peers/ours.mjs";
import { seeded } from "../peers/flaky.mjs";
import { startPostgres } from "../peers/postgres.mjs";
import { cuts } from "../support/cuts.mjs";
import { unnoticed, wrong } from "./checker.mjs";
import { Client, later } from "./client.mjs";
import { power } from "./power.mjs";

const SITE = "pk_demo";
const AGENT = "ming@shop.example";
/** Limits protect a shop from people; here a few machines play hundreds of them. */
const LIMITS = {
  AFTERCART_LIMITS__MESSAGES_PER_VISITOR: "100000",
  AFTERCART_LIMITS__VISITORS_PER_SOURCE: "100000",
  AFTERCART_LIMITS__SOCKETS_PER_SOURCE: "10000",
  AFTERCART_LIMITS__REQUESTS_PER_SECOND: "100000",
  AFTERCART_LIMITS__BURST: "100000",
};
/** Between two kills: long enough that everybody is back, short enough that somebody is always on the way. */
const BETWEEN_MS = { least: 500, most: 2_300 };
const CUTS_A_SECOND = 20;
/** Longer than anybody here waits before she tries again: what has not come by then never will. */
const STILL_MS = 15_000;
/** Where something is broken on purpose it never will either. */
const BROKEN_MS = 2_000;

async function post(ours, path, body, token) {
  const headers = token && { "aftercart-visitor": token };
  const answer = await ours.ask("POST", path, { body, headers });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Somebody at the desk, and the shop's secret key. */
async function staff(ours) {
  await ours.cli(["agent", "create", "--email", AGENT, "--name", "Ming", "--role", "agent", "--site", SITE], "only for tests\n");
  return /sk_[0-9a-f]+/.exec(await ours.cli(["site", "api-key", "create", "--name", "desk", "--site", SITE]))[0];
}

/** A conversation with one client who holds a socket and one who does not. */
async function open(ours, n, url, draw, key) {
  const { conversation, visitor } = await post(ours, "/conversations", { locale: "en" });
  const { id, epoch } = conversation;
  const shared = { url, site: SITE, agent: AGENT, conversation: id, epoch, draw };
  const clients = ["socket", n % 2 === 0 ? "poll" : "desk"].map(
    (by) => new Client({ ...shared, by, name: `${by}${n}`, token: by === "desk" ? key : visitor.token }),
  );
  return { id, token: visitor.token, epoch, clients };
}

/** Everything in the log, asked for page by page. */
async function read(ours, { id, token, epoch }) {
  const log = [];
  for (;;) {
    const path = `/conversations/${id}/events?after=${log.length}&epoch=${epoch}&wait=0`;
    const { status, body } = await ours.ask("GET", path, { headers: { "aftercart-visitor": token } });
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    log.push(...body.events);
    if (log.length >= body.last_seq || body.events.length === 0) return log;
  }
}

async function killAgainAndAgain(ours, times, draw) {
  for (let n = 0; n < times; n++) {
    await later(BETWEEN_MS.least + draw() * (BETWEEN_MS.most - BETWEEN_MS.least));
    await ours.bounce();
  }
}

async function cutAgainAndAgain(line, times) {
  for (let n = 0; n < times; ) {
    await later(1_000 / CUTS_A_SECOND);
    if (line.cut()) n += 1;
  }
}

/** `rate` messages a second, by whoever the dice say; returns what ends it. */
function chatter(clients, rate, draw) {
  const begun = performance.now();
  let said = 0;
  const ticks = setInterval(() => {
    for (; said < ((performance.now() - begun) / 1_000) * rate; said++) {
      clients[Math.floor(draw() * clients.length)].say();
    }
  }, 10);
  return () => clearInterval(ticks);
}

/** @returns milliseconds until everything was acknowledged and seen, or none if nothing moves any more for `stillMs` */
async function rest(conversations, stillMs) {
  const begun = performance.now();
  const open = () =>
    conversations.flatMap(({ clients }) => {
      const total = clients.reduce((all, { sent }) => all + sent.length, 0);
      return clients.map(({ outbox, received }) => outbox.size + total - received.length);
    });
  let [left, movedAt] = ["", begun];
  for (;;) {
    const now = open();
    if (now.every((missing) => missing === 0)) return performance.now() - begun;
    if (`${now}` !== left) [left, movedAt] = [`${now}`, performance.now()];
    if (performance.now() - movedAt > stillMs) return undefined;
    await later(20);
  }
}

const sorted = (numbers) => numbers.toSorted((a, b) => a - b);
const share = (numbers, part) => Math.round(numbers[Math.min(numbers.length - 1, Math.floor(numbers.length * part))] ?? 0);

/** @returns {Promise<{ wrong: string[], messages: number }>} */
export async function run({ kills, cuts: cutting, clients: people, rate, seed, broken, powerless, database, say = console.log }) {
  const draw = seeded(seed);
  const disk = powerless ? power({ draw: seeded(seed + 1), deaf: broken === "deaf-disk" }) : undefined;
  const fault = broken && broken !== "deaf-disk" && { AFTERCART_FAIL: broken };
  const settings = { ...LIMITS, ...fault, ...(database && { AFTERCART_DATABASE: database }), ...disk?.settings };
  const ours = await Ours.start("crash-conversations", settings);
  let line;
  try {
    ours.whileGone = () => disk?.goes(ours.data);
    if (cutting > 0) line = await cuts(ours.url, { draw, lateMs: 5 });
    const url = () => line?.url ?? ours.url;
    // The demo made the shop; without it the server is back sooner.
    ours.demo = false;
    const key = await staff(ours);
    const conversations = [];
    for (let n = 0; n < people / 2; n++) conversations.push(await open(ours, n, url, draw, key));
    const clients = conversations.flatMap(({ clients }) => clients);
    clients.forEach((client) => client.start());
    const begun = performance.now();
    const hush = chatter(clients, rate, draw);
    await Promise.all([killAgainAndAgain(ours, kills, draw), line && cutAgainAndAgain(line, cutting)]);
    hush();
    const seconds = (performance.now() - begun) / 1_000;
    const rested = await rest(conversations, broken ? BROKEN_MS : STILL_MS);
    await Promise.all(clients.map((client) => client.stop()));
    // What is read now comes from the disk.
    await ours.bounce();
    const found = [];
    for (const conversation of conversations) {
      const known = { id: conversation.id, log: await read(ours, conversation), clients: conversation.clients.map(facts) };
      const differences = wrong(known);
      found.push(...differences);
      if (differences.length === 0) found.push(...unnoticed(known).map((lie) => `the checker is blind to: ${lie}`));
    }
    const messages = clients.reduce((all, { sent }) => all + sent.length, 0);
    const sum = (of) => clients.reduce((all, { counts }) => all + counts[of], 0);
    const took = sorted(clients.flatMap(({ took }) => took));
    say(`${messages} messages of ${clients.length} clients in ${conversations.length} conversations, ${Math.round(messages / seconds)} a second for ${Math.round(seconds)} s`);
    say(`killed ${kills} times, ${kills && Math.round(ours.awayMs / (kills + 1))} ms away each time; ${sum("connections")} sockets, ${sum("twice")} sent twice on purpose, ${sum("held")} held back`);
    if (line) say(`cut ${cutting} times: ${JSON.stringify(line.counts)}`);
    if (disk) say(`of what was not synced ${disk.counts.lost} sectors were lost and ${disk.counts.kept} kept`);
    say(`acknowledged after p50 ${share(took, 0.5)}, p99 ${share(took, 0.99)}, at most ${share(took, 1)} ms, whatever was broken meanwhile`);
    say(rested === undefined ? "it did not come to rest" : `at rest ${Math.round(rested)} ms after the last word`);
    return { messages, wrong: found };
  } catch (error) {
    throw Object.assign(error, { afterKills: ours.kills });
  } finally {
    await line?.stop();
    await ours.stop();
    disk?.stop();
  }
}

const facts = ({ name, by, sent, acked, received, outbox, faults }) =>
  ({ name, by, sent, acked, received, faults, unsaid: [...outbox.keys()] });

const number = (value) => {
  if (!/^\d+$/.test(value)) throw new Error(`not a number: ${value}`);
  return Number(value);
};

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "10" },
    cuts: { type: "string", default: "0" },
    clients: { type: "string", default: "50" },
    rate: { type: "string", default: "300" },
    seed: { type: "string", default: "20261122" },
    break: { type: "string" },
    power: { type: "boolean", default: false },
    noticed: { type: "boolean", default: false },
  },
});
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    await stopOurs();
    process.exit(1);
  });
}
const begun = performance.now();
const [kills, cutting, clients, rate, seed] = [values.kills, values.cuts, values.clients, values.rate, values.seed].map(number);
const postgres = process.env.POSTGRES && (await startPostgres());
const database = postgres && (await postgres.create("conversations"));
const wished = { kills, cuts: cutting, clients, rate, seed, broken: values.break, powerless: values.power, database };
const result = await run(wished).catch((error) => {
  // A database that cannot be opened after a kill says it loudly enough.
  if (values.noticed && error.afterKills) return { wrong: [String(error)], messages: 0 };
  throw error;
}).finally(() => postgres?.stop());
for (const one of result.wrong.slice(0, values.noticed ? 3 : 40)) console.error(one);
console.log(`conversations: ${result.wrong.length} differences, ${Math.round((performance.now() - begun) / 1_000)} s`);
const right = values.noticed ? result.wrong.length > 0 : result.wrong.length === 0 && result.messages > 0;
if (values.noticed) console.log(right ? `${values.break} was noticed, as it must be` : `${values.break} was not noticed`);
if (!right) process.exitCode = 1;
