// Returns carried out by real commerce engines: once each, whatever is lost on the way.
import { engines, startPeers } from "../peers/peers.mjs";
import { kills, timeouts } from "../peers/returns.mjs";
import { expect, test } from "../support/test.ts";

let running: Awaited<ReturnType<typeof startPeers>>;

test.beforeAll(async () => {
  test.setTimeout(600_000);
  running = await startPeers(engines);
});

test.afterAll(() => running?.stop());

test("our server is killed at every step, and everything is done once", async () => {
  test.setTimeout(900_000);
  // Several at once: what one of them was in the middle of is another moment than its own.
  const { returns, wrong } = await kills(running.peers, { each: 3 });
  expect(wrong).toEqual([]);
  expect(returns).toBe(6);
});

test("three of ten answers of the engines are not heard, and everything is done once", async () => {
  test.setTimeout(1_200_000);
  const { returns, wrong, lines } = await timeouts(running.peers);
  expect(wrong).toEqual([]);
  expect(returns).toBe(6);
  for (const { counts } of Object.values(lines)) expect(counts.droppedChanges).toBeGreaterThan(0);
});
