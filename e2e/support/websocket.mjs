// A WebSocket client of our own: Node 20 has none, and tests want to break what a good one would never let them.
import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** A frame as clients must send it: masked. */
export function frame(kind, payload) {
  const size = payload.length;
  const head = size < 126 ? [size] : size < 65_536 ? [126, size >> 8, size & 255] : undefined;
  if (!head) throw new Error("larger than anything we ever send");
  head[0] |= 0x80;
  const mask = randomBytes(4);
  const masked = Buffer.from(payload);
  for (let i = 0; i < size; i++) masked[i] ^= mask[i & 3];
  return Buffer.concat([Buffer.from([0x80 | kind, ...head]), mask, masked]);
}

/**
 * @param {string} url of http
 * @param {{ text: (text: string) => void, end: (code?: number) => void, origin?: string, patienceMs?: number }} heard
 *   `end` is called once; without a code when the connection broke
 * @returns {Promise<{ send: (text: string) => void, ping: () => void, close: (code?: number) => void, destroy: () => void,
 *   pause: () => void, resume: () => void }>} `pause`: reads nothing until `resume`
 */
export function connect(url, { text, end, origin, patienceMs = 5_000 }) {
  return new Promise((connected, failed) => {
    const key = randomBytes(16).toString("base64");
    const headers = {
      connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": key,
      ...(origin && { origin }),
    };
    const asked = request(url, { headers, agent: false });
    const patience = setTimeout(() => asked.destroy(new Error("no answer")), patienceMs);
    asked.on("error", (error) => {
      clearTimeout(patience);
      failed(error);
    });
    asked.on("response", (answer) => {
      clearTimeout(patience);
      answer.destroy();
      failed(new Error(`status ${answer.statusCode}`));
    });
    asked.on("upgrade", (answer, socket, early) => {
      clearTimeout(patience);
      const proof = createHash("sha1").update(key + MAGIC).digest("base64");
      if (answer.headers["sec-websocket-accept"] !== proof) {
        socket.destroy();
        return void failed(new Error("not our handshake"));
      }
      connected(speak(socket, early, text, end));
    });
    asked.end();
  });
}

function speak(socket, early, text, end) {
  let kept = early;
  let ended = false;
  const over = (code) => {
    if (ended) return;
    ended = true;
    socket.destroy();
    end(code);
  };
  const read = (part) => {
    kept = kept.length > 0 ? Buffer.concat([kept, part]) : part;
    while (kept.length >= 2 && !ended) {
      let size = kept[1] & 127;
      let from = 2;
      if (size === 126) {
        if (kept.length < 4) return;
        [size, from] = [kept.readUInt16BE(2), 4];
      } else if (size === 127) {
        if (kept.length < 10) return;
        [size, from] = [Number(kept.readBigUInt64BE(2)), 10];
      }
      if (kept.length < from + size) return;
      const kind = kept[0] & 15;
      const payload = kept.subarray(from, from + size);
      kept = kept.subarray(from + size);
      if (kind === TEXT) text(payload.toString());
      else if (kind === PING) socket.write(frame(PONG, payload));
      else if (kind === CLOSE) over(size >= 2 ? payload.readUInt16BE(0) : 1005);
    }
  };
  socket.setNoDelay(true);
  socket.on("data", read);
  socket.on("error", () => over());
  socket.on("close", () => over());
  if (kept.length > 0) read(Buffer.alloc(0));
  return {
    send: (said) => ended || socket.write(frame(TEXT, Buffer.from(said))),
    ping: () => ended || socket.write(frame(PING, Buffer.alloc(0))),
    close: (code = 1000) => ended || socket.write(frame(CLOSE, Buffer.from([code >> 8, code & 255]))),
    destroy: () => over(),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
  };
}
