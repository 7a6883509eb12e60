// A line that breaks: passes on bytes between clients and a server, a little late, until it is told to break somewhere.
import { connect, createServer } from "node:net";

/** How one connection may end. */
export const WAYS = /** @type {const} */ ({
  // Both ends learn of it at once.
  reset: (line) => line.end(),
  // What the server answers from now on is lost, though it has heard everything.
  deaf: (line) => {
    line.lost.down = true;
    setTimeout(() => line.end(), 150);
  },
  // The server never hears the rest.
  mute: (line) => {
    line.lost.up = true;
    setTimeout(() => line.end(), 150);
  },
  // Half of what comes next arrives, and then nothing.
  torn: (line) => (line.tear = true),
  // Neither end hears anything more, or that it is over: a telephone that has left the house.
  dead: (line) => (line.lost = { up: true, down: true }),
});

/**
 * @param {string} target
 * @param {{ draw: () => number, lateMs?: number }} how each part waits for up to `lateMs`
 */
export async function cuts(target, { draw, lateMs = 0 }) {
  const { hostname, port } = new URL(target);
  const lines = new Set();
  const counts = Object.fromEntries(Object.keys(WAYS).map((way) => [way, 0]));
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: hostname, port: Number(port), noDelay: true });
    const line = {
      lost: { up: false, down: false },
      tear: false,
      end: () => {
        lines.delete(line);
        client.destroy();
        upstream.destroy();
      },
    };
    lines.add(line);
    pass(line, client, upstream, "up");
    pass(line, upstream, client, "down");
  });

  function pass(line, from, to, way) {
    // One after the other, however late each is.
    let before = Promise.resolve();
    from.on("data", (part) => {
      const late = lateMs > 0 ? new Promise((on) => setTimeout(on, draw() * lateMs)) : undefined;
      before = before.then(() => late).then(() => {
        if (line.lost[way] || to.destroyed) return;
        if (!line.tear) return void to.write(part);
        to.write(part.subarray(0, part.length >> 1), () => line.end());
        line.lost = { up: true, down: true };
      });
    });
    from.on("error", () => line.end());
    // A dead line does not tell of an end either.
    from.on("close", () => before.then(() => (line.lost.up && line.lost.down) || line.end()));
  }

  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    counts,
    /** Breaks one connection in one way, whichever the dice say. @returns whether there was one */
    cut() {
      const ways = Object.keys(WAYS);
      const open = [...lines].filter(({ lost, tear }) => !lost.up && !lost.down && !tear);
      const line = open[Math.floor(draw() * open.length)];
      const way = ways[Math.floor(draw() * ways.length)];
      if (!line) return false;
      counts[way] += 1;
      WAYS[way](line);
      return true;
    },
    async stop() {
      const closed = new Promise((done) => server.close(done));
      for (const line of lines) line.end();
      await closed;
    },
  };
}
