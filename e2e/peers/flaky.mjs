// Stands between us and an engine: passes everything on, and then keeps some of the answers to itself.
import { createServer, request } from "node:http";

/** The same numbers for the same seed (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** What a request changes, in words that stay the same from one return to the next; nothing for one that only reads. */
export function changes(method, path, body) {
  if (path.endsWith("/admin-api")) return /^\s*mutation (\w+)/.exec(JSON.parse(body).query)?.[1];
  if (method !== "POST") return undefined;
  return path.replace(/^\/admin/, "").replace(/(return|pay)_[0-9A-Z]+/g, "…");
}

/**
 * @param {string} target
 * @param {{ drop?: (step?: string) => false | "break" | "hold", before?: (step: string) => Promise<boolean>,
 *   after?: (step: string) => Promise<boolean>, twice?: unknown }} how `before` and `after` surround what changes something,
 *   and say whether the request goes on; `twice`: it is passed on twice, as whoever asks again without looking would do
 * @returns {Promise<{ url: string, counts: { all: number, dropped: number, droppedChanges: number }, stop: () => Promise<void> }>}
 */
export async function flaky(target, how) {
  const counts = { all: 0, dropped: 0, droppedChanges: 0 };
  const sockets = new Set();
  const server = createServer(async (from, to) => {
    try {
      const parts = [];
      for await (const part of from) parts.push(part);
      const body = Buffer.concat(parts);
      const step = changes(from.method, from.url.split("?")[0], body.toString());
      counts.all += 1;
      if (step && how.before && !(await how.before(step))) return void to.destroy();
      const answer = await pass(target, from, body);
      if (step && how.twice) await pass(target, from, body);
      if (step && how.after && !(await how.after(step))) return void to.destroy();
      const drop = how.drop?.(step) ?? false;
      if (drop) {
        counts.dropped += 1;
        if (step) counts.droppedChanges += 1;
        // Held: until whoever asked loses patience.
        if (drop === "break") to.destroy();
        return;
      }
      to.writeHead(answer.status, answer.headers);
      to.end(answer.body);
    } catch {
      to.destroy();
    }
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
  };
  return { url: `http://127.0.0.1:${server.address().port}`, counts, stop };
}

function pass(target, from, body) {
  const headers = { ...from.headers, host: new URL(target).host, connection: "close" };
  delete headers["transfer-encoding"];
  if (body.length > 0) headers["content-length"] = String(body.length);
  return new Promise((done, failed) => {
    const upstream = request(target + from.url, { method: from.method, headers }, async (answer) => {
      const parts = [];
      for await (const part of answer) parts.push(part);
      const kept = { ...answer.headers };
      delete kept.connection;
      delete kept["transfer-encoding"];
      const whole = Buffer.concat(parts);
      done({ status: answer.statusCode, headers: { ...kept, "content-length": String(whole.length) }, body: whole });
    });
    upstream.on("error", failed);
    upstream.end(body);
  });
}
