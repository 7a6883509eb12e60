// Thousands who wait for a word: how much memory a silent socket costs, whether everything that is said arrives, once and in
// order, and how soon.
//
//   node e2e/load/sockets.mjs [--sockets 5000] [--rate 200] [--seconds 600] [--deaf 0]
//
// Each conversation has two sockets of one visitor, as two tabs have. Half of what is said she says, on one of them, the other
// half says the shop's people by requests. `--deaf`: so many sockets read nothing while it lasts, and must have missed nothing
// when they listen again; the others must not feel it. This program takes one of two cores: what it measures is no better
// than the machine.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Ours, later, stopOurs } from "../peers/ours.mjs";
import { seeded } from "../peers/flaky.mjs";
import { connect } from "../support/websocket.mjs";

const SITE = "pk_demo";
const AGENT = "ming@shop.example";
const LIMITS = {
  AFTERCART_LIMITS__MESSAGES_PER_VISITOR: "100000",
  AFTERCART_LIMITS__VISITORS_PER_SOURCE: "100000",
  AFTERCART_LIMITS__SOCKETS_PER_SOURCE: "20000",
  AFTERCART_LIMITS__REQUESTS_PER_SECOND: "100000",
  AFTERCART_LIMITS__BURST: "100000",
};
/** shared/BUDGETS: what 5,000 sockets may cost. */
const WANTED = { p99Ms: 150, memoryMb: 400 };
/** Less often than the server finds somebody dead. */
const PING_MS = 20_000;
const AT_ONCE = 100;
const STILL_MS = 20_000;

const { values } = parseArgs({
  options: Object.fromEntries(
    Object.entries({ sockets: 5_000, rate: 200, seconds: 600, deaf: 0 }).map(([name, value]) => [name, { type: "string", default: `${value}` }]),
  ),
});
const [sockets, rate, seconds, deaf] = [values.sockets, values.rate, values.seconds, values.deaf].map(Number);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stopOurs().then(() => process.exit(1)));

/** Kilobytes, as the kernel tells of a process. */
const memory = (pid, what) => Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
const mb = (kb) => (kb / 1024).toFixed(1);

/** For each of `many`, at most `AT_ONCE` at the same time. */
async function each(many, work) {
  const left = many.entries();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const [at, one] of left) await work(one, at);
  }));
}

/** @type {number[]} */
const delays = [];
const faults = [];

/** Listens, and goes on where it was when the server hung up. */
class Listener {
  constructor(ours, conversation) {
    Object.assign(this, { ours, conversation, seq: 0, ends: 0, deaf: false, stopped: false });
  }

  async listen() {
    const { id, token, epoch } = this.conversation;
    let welcomed;
    const welcome = new Promise((done) => (welcomed = done));
    this.socket = await connect(`${this.ours.url}/api/v1/socket`, {
      patienceMs: 30_000,
      text: (text) => this.frame(JSON.parse(text), welcomed),
      end: (code) => {
        if (this.stopped) return;
        this.ends += 1;
        if (code !== 3008 && code !== undefined) faults.push(`${id} was hung up on with ${code}`);
        this.again = this.listen().catch((error) => faults.push(`${id}: ${error}`));
      },
    });
    this.socket.send(JSON.stringify({ op: "hello", site: SITE, token, conversation: id, cursor: { epoch, seq: this.seq } }));
    await welcome;
  }

  frame(frame, welcomed) {
    if (frame.op === "welcome") return welcomed();
    if (frame.op === "refused") return void faults.push(`refused: ${frame.code}`);
    if (frame.op !== "event") return;
    if (frame.event.seq !== this.seq + 1) faults.push(`${this.conversation.id}: ${frame.event.seq} came after ${this.seq}`);
    this.seq = frame.event.seq;
    // Whoever listens again after a while hears what is old.
    if (!this.deaf) delays.push(performance.now() - Number(frame.event.text.split(" ")[0]));
  }
}

async function main() {
  const draw = seeded(5);
  const ours = await Ours.start("load-sockets", LIMITS);
  ours.demo = false;
  await ours.cli(["agent", "create", "--email", AGENT, "--name", "Ming", "--role", "agent", "--site", SITE], "only for tests\n");
  const key = /sk_[0-9a-f]+/.exec(await ours.cli(["site", "api-key", "create", "--name", "desk", "--site", SITE]))[0];
  const post = async (path, body, headers = {}) => {
    const answer = await ours.ask("POST", path, { body, headers });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };

  const conversations = Array.from({ length: Math.ceil(sockets / 2) }, () => ({ said: 0 }));
  await each(conversations, async (one) => {
    const { conversation, visitor } = await post("/conversations", { locale: "en" });
    Object.assign(one, { id: conversation.id, epoch: conversation.epoch, token: visitor.token });
  });
  // What making them left behind is not what waiting costs; but a few requests everybody has answered before.
  await ours.bounce();
  const { pid } = ours.child;
  await each(conversations.slice(0, 200), () => post("/conversations", { locale: "en" }));
  const empty = memory(pid, "VmRSS");
  const listeners = conversations.flatMap((one) => [new Listener(ours, one), new Listener(ours, one)]);
  await each(listeners, (listener) => listener.listen());
  await later(3_000);
  const silent = memory(pid, "VmRSS");
  console.log(`${listeners.length} silent sockets: ${mb(empty)} → ${mb(silent)} MB, ${((silent - empty) / listeners.length).toFixed(1)} kB each`);
  const pulse = setInterval(() => listeners.forEach((listener) => listener.socket.send('{"op":"ping"}')), PING_MS);

  for (const listener of listeners.slice(0, deaf)) {
    listener.deaf = true;
    listener.socket.pause();
  }
  const begun = performance.now();
  let total = 0;
  const acks = [];
  const ticks = setInterval(() => {
    for (; total < ((performance.now() - begun) / 1_000) * rate && total < rate * seconds; total++) {
      // Whoever does not listen is talked to most: otherwise nothing would pile up.
      const nth = deaf > 0 && draw() < 0.5 ? Math.floor((draw() * deaf) / 2) : Math.floor(draw() * conversations.length);
      const conversation = conversations[nth];
      conversation.said += 1;
      const client_id = `m-${total}`;
      const text = `${performance.now()} ${"x".repeat(deaf > 0 ? 3_000 : 80)}`;
      const said = { kind: "message", text };
      const socket = listeners[nth * 2 + 1];
      if (draw() < 0.5 && !socket.deaf) socket.socket.send(JSON.stringify({ op: "send", client_id, said }));
      else {
        const headers = { authorization: `Bearer ${key}` };
        acks.push(post(`/admin/conversations/${conversation.id}/events`, { agent: AGENT, client_id, said }, headers));
      }
    }
  }, 5);
  while (total < rate * seconds) await later(200);
  clearInterval(ticks);
  await Promise.all(acks);
  for (const listener of listeners.slice(0, deaf)) listener.socket.resume();

  const missing = () => listeners.reduce((all, { seq, conversation }) => all + conversation.said - seq, 0);
  let [left, moved] = [missing(), performance.now()];
  while (left > 0 && performance.now() - moved < STILL_MS) {
    await later(50);
    const now = missing();
    if (now !== left) [left, moved] = [now, performance.now()];
  }
  clearInterval(pulse);
  const hung = listeners.slice(deaf).reduce((all, { ends }) => all + ends, 0);
  if (hung > 0) faults.push(`${hung} sockets that listened were hung up on`);
  const [peak, now] = [memory(pid, "VmHWM"), memory(pid, "VmRSS")];
  delays.sort((a, b) => a - b);
  const share = (part) => Math.round(delays[Math.min(delays.length - 1, Math.floor(delays.length * part))]);
  const p99 = share(0.99);
  console.log(`${total} messages in ${Math.round((performance.now() - begun) / 1_000)} s, heard ${total * 2 - left} of ${total * 2} times`);
  console.log(`heard after p50 ${share(0.5)}, p99 ${p99}, at most ${share(1)} ms; memory ${mb(now)} MB, at most ${mb(peak)} MB`);
  if (deaf > 0) {
    const ends = listeners.slice(0, deaf).reduce((all, { ends }) => all + ends, 0);
    console.log(`${deaf} did not listen: hung up on ${ends} times, complete when they listened again: ${left === 0}`);
  }
  if (left > 0) faults.push(`${left} were never heard`);
  if (p99 > WANTED.p99Ms) faults.push(`p99 ${p99} ms, ${WANTED.p99Ms} asked`);
  if (peak > WANTED.memoryMb * 1024) faults.push(`${mb(peak)} MB, ${WANTED.memoryMb} asked`);
  for (const listener of listeners) {
    listener.stopped = true;
    listener.socket.destroy();
  }
  await ours.stop();
  for (const fault of faults.slice(0, 20)) console.error(fault);
  console.log(`sockets: ${faults.length} faults`);
  if (faults.length > 0) process.exitCode = 1;
}

await main().finally(stopOurs);
