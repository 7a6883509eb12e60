// Somebody in a conversation who never gives up: keeps what she said until it is acknowledged, says it again after whatever
// went wrong, and goes on reading where she was. Writes down everything that she saw.
import { connect } from "../support/websocket.mjs";

/** As a real client does, only sooner: full jitter. */
const AGAIN_MS = { first: 20, most: 400 };
/** Without a sign of life for so long the line is dead. */
const SILENCE_MS = 2_500;
const PING_MS = 800;
const SHARE_TWICE = 0.05;

export const later = (ms) => new Promise((done) => setTimeout(done, ms));

export class Client {
  /**
   * @param {{ name: string, by: "socket" | "poll" | "desk", url: () => string, site: string, token: string, agent: string,
   *   conversation: string, epoch: number, draw: () => number }} who `desk` is one of the shop's people, who asks and waits as
   *   `poll` does; her `token` is the shop's secret key
   */
  constructor(who) {
    Object.assign(this, who);
    this.cursor = { epoch: who.epoch, seq: 0 };
    this.said = 0;
    /** What is not acknowledged yet, in the order in which it was said. @type {Map<string, { text: string, at: number }>} */
    this.outbox = new Map();
    /** @type {{ id: string, text: string }[]} */
    this.sent = [];
    /** Each acknowledgement that came, also the second for the same. @type {{ id: string, seq: number, at: number }[]} */
    this.acked = [];
    /** @type {object[]} */
    this.received = [];
    /** What must never happen. @type {string[]} */
    this.faults = [];
    this.counts = { connections: 0, twice: 0, held: 0 };
    /** Milliseconds from the first try to the acknowledgement. @type {number[]} */
    this.took = [];
    this.stopped = false;
    this.wake = () => {};
  }

  start() {
    this.running = this.by === "socket" ? [this.bySocket()] : [this.byPost(), this.byPoll()];
  }

  async stop() {
    this.stopped = true;
    this.wake();
    this.hangUp?.();
    await Promise.all(this.running);
  }

  say() {
    this.said += 1;
    const id = `${this.name}-${this.said}`;
    const text = `${this.conversation} ${this.name} ${this.said}`;
    this.sent.push({ id, text });
    this.outbox.set(id, { text, at: performance.now() });
    this.wake();
  }

  /** `failures` in a row. */
  backOff(failures) {
    return later(this.draw() * Math.min(AGAIN_MS.most, AGAIN_MS.first * 2 ** failures));
  }

  heardAck(id, { seq, at }) {
    this.acked.push({ id, seq, at });
    const mine = this.outbox.get(id);
    if (!mine) return;
    this.took.push(performance.now() - mine.at);
    this.outbox.delete(id);
  }

  /** Every event once, each after the one before. */
  heard(event) {
    if (event.seq !== this.cursor.seq + 1) {
      this.faults.push(`event ${event.seq} came after ${this.cursor.seq}`);
      return;
    }
    this.cursor.seq = event.seq;
    this.received.push(event);
  }

  // By socket.

  async bySocket() {
    let failures = 0;
    while (!this.stopped) {
      const worked = await this.oneSocket().catch(() => false);
      failures = worked ? 0 : failures + 1;
      if (!this.stopped) await this.backOff(failures);
    }
  }

  /** @returns whether it was let in */
  async oneSocket() {
    let ended;
    const end = new Promise((done) => (ended = done));
    let welcome = false;
    let heardAt = performance.now();
    /** What was said on this socket, so that nothing is said on it again without need. */
    const told = new Set();
    const socket = await connect(`${this.url()}/api/v1/socket`, {
      text: (text) => {
        heardAt = performance.now();
        this.frame(JSON.parse(text), { welcomed: () => ((welcome = true), flush()), again: (seconds) => hold(seconds) });
      },
      end: ended,
      patienceMs: SILENCE_MS,
    });
    this.counts.connections += 1;
    this.hangUp = () => socket.destroy();
    const flush = () => {
      if (!welcome || held) return;
      for (const [id, { text }] of this.outbox) {
        if (told.has(id)) continue;
        told.add(id);
        const said = JSON.stringify({ op: "send", client_id: id, said: { kind: "message", text } });
        socket.send(said);
        if (this.draw() < SHARE_TWICE) {
          this.counts.twice += 1;
          socket.send(said);
        }
      }
    };
    let held;
    const hold = (seconds) => {
      this.counts.held += 1;
      held ??= setTimeout(() => {
        held = undefined;
        // In the order in which it was said.
        told.clear();
        flush();
      }, seconds * 1_000);
    };
    this.wake = flush;
    const pulse = setInterval(() => {
      if (performance.now() - heardAt > SILENCE_MS) socket.destroy();
      else socket.send('{"op":"ping"}');
    }, PING_MS);
    const { site, token, conversation, cursor } = this;
    socket.send(JSON.stringify({ op: "hello", site, token, conversation, cursor }));
    if (this.stopped) socket.destroy();
    const code = await end;
    clearInterval(pulse);
    clearTimeout(held);
    this.wake = () => {};
    if (code && ![1012, 3008].includes(code)) this.faults.push(`the socket was closed with ${code}`);
    return welcome;
  }

  frame(frame, { welcomed, again }) {
    switch (frame.op) {
      case "welcome":
        if (frame.epoch !== this.cursor.epoch) this.faults.push(`another epoch: ${frame.epoch}`);
        return welcomed();
      case "event":
        return this.heard(frame.event);
      case "ack":
        return this.heardAck(frame.client_id, frame.ack);
      case "refused":
        if (frame.retry_after) return again(frame.retry_after);
        return void this.faults.push(`${frame.client_id} was refused: ${frame.code}`);
      case "pong":
      case "queue":
      case "read":
      case "typing":
        return;
      default:
        this.faults.push(`a frame that is none: ${JSON.stringify(frame)}`);
    }
  }

  // By requests.

  /** @returns the answer's body, or nothing if there was none that counts */
  async ask(path, { body, patienceMs }) {
    const { site, token } = this;
    const desk = this.by === "desk";
    const who = desk ? { authorization: `Bearer ${token}` } : { "aftercart-site": site, "aftercart-visitor": token };
    const headers = { "content-type": "application/json", ...who };
    const hangUp = new AbortController();
    const patience = setTimeout(() => hangUp.abort(), patienceMs);
    (this.asking ??= new Set()).add(hangUp);
    this.hangUp = () => this.asking.forEach((one) => one.abort());
    try {
      const answer = await fetch(`${this.url()}/api/v1${desk ? "/admin" : ""}/conversations/${this.conversation}/${path}`, {
        method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal: hangUp.signal,
      });
      const text = await answer.text();
      if (answer.ok) return JSON.parse(text);
      if (answer.status < 500 && answer.status !== 429) this.faults.push(`${path}: ${answer.status} ${text}`);
      return { refused: answer.status };
    } finally {
      clearTimeout(patience);
      this.asking.delete(hangUp);
    }
  }

  async byPost() {
    let failures = 0;
    while (!this.stopped) {
      const next = this.outbox.entries().next().value;
      if (!next) {
        await new Promise((woken) => (this.wake = woken));
        continue;
      }
      const [id, { text }] = next;
      const body = { client_id: id, said: { kind: "message", text }, ...(this.by === "desk" && { agent: this.agent }) };
      const tries = this.draw() < SHARE_TWICE ? 2 : 1;
      this.counts.twice += tries - 1;
      const asked = Array.from({ length: tries }, () => this.ask("events", { body, patienceMs: SILENCE_MS }));
      for (const answer of await Promise.allSettled(asked)) {
        if (answer.status === "fulfilled" && answer.value.seq) this.heardAck(id, answer.value);
      }
      failures = this.outbox.has(id) ? failures + 1 : 0;
      if (failures > 0 && !this.stopped) await this.backOff(failures);
    }
  }

  async byPoll() {
    let failures = 0;
    while (!this.stopped) {
      const { epoch, seq } = this.cursor;
      try {
        const path = `events?after=${seq}&epoch=${epoch}&wait=5`;
        const answer = await this.ask(path, { patienceMs: 5_000 + SILENCE_MS });
        failures = answer.refused ? failures + 1 : 0;
        if (answer.epoch && answer.epoch !== epoch) this.faults.push(`another epoch: ${answer.epoch}`);
        for (const event of answer.events ?? []) this.heard(event);
      } catch {
        failures += 1;
      }
      if (failures > 0 && !this.stopped) await this.backOff(failures);
    }
  }
}
