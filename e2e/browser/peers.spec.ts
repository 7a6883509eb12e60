// Orders of real commerce engines: found in the panel, changed by webhooks, and found by asking when no webhook comes.
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { install, startMedusa, startVendure } from "../peers/peers.mjs";
import { genericShop, tell } from "../support/generic-shop.mjs";
import { freePort, start } from "../support/server.mjs";
import { expect, lookUp, orderLine, say, test } from "../support/test.ts";

type Peer = Awaited<ReturnType<typeof startVendure>>;
type Server = Awaited<ReturnType<typeof start>>;
interface Hook {
  url: string;
  secret: string;
}

/** What we ask of ourselves: a change in the shop is seen this soon. */
const WEBHOOK_MS = 2_000;
const PERIOD_S = 5;
const ENGINES = ["vendure", "medusa"] as const;
const local = { AFTERCART_OUTGOING__PRIVATE: "127.0.0.0/8" };

let peers: Record<(typeof ENGINES)[number], Peer>;
/** Asks once, at the beginning, and then only hears. */
let hearing: Server;
/** Hears nothing. */
let asking: Server;
const hooks = new Map<string, Hook>();

async function connect(server: Server, kind: string, url: string, key: string): Promise<Hook> {
  const file = join(mkdtempSync(join(tmpdir(), "aftercart-hook-")), "secret");
  const said = await server.cli(
    ["connector", "add", kind, url, "--site", "pk_demo", "--credential-file", "-", "--webhook-secret-file", file], key,
  );
  expect(said).not.toContain(key);
  const secret = readFileSync(file, "utf8");
  expect(said).not.toContain(secret);
  const to = /to\s+(http\S+)/.exec(said)?.[1];
  if (!to) throw new Error(`no address in: ${said}`);
  return { url: to, secret };
}

async function ask(server: Server, number: string, contact: string) {
  const answer = await fetch(`${server.url}/api/v1/orders/lookup`, {
    method: "POST",
    headers: { "content-type": "application/json", "aftercart-site": "pk_demo" },
    body: JSON.stringify({ number, contact }),
  });
  return { status: answer.status, order: await answer.json() };
}

/** Asks until the order's parcels carry this tracking number; how long that took. */
async function untilTracked(server: Server, number: string, contact: string, tracking: string, patience: number) {
  const begun = performance.now();
  while (performance.now() - begun < patience) {
    const { order } = await ask(server, number, contact);
    if (order.parcels?.some((p: { tracking_number: string }) => p.tracking_number === tracking)) {
      return performance.now() - begun;
    }
    await new Promise((again) => setTimeout(again, 100));
  }
  throw new Error(`${tracking} was not seen within ${patience} ms`);
}

const numberOf = (order: { code?: string; display_id?: number }) => order.code ?? String(order.display_id);

test.beforeAll(async () => {
  test.setTimeout(600_000);
  ENGINES.forEach(install);
  peers = { vendure: await startVendure(), medusa: await startMedusa() };
  hearing = await start("peers-hearing", { ...local, AFTERCART_CONNECTORS__RECONCILE_EVERY_S: "86400" });
  asking = await start("peers-asking", { ...local, AFTERCART_CONNECTORS__RECONCILE_EVERY_S: String(PERIOD_S) });
  for (const engine of ENGINES) {
    const { url, key } = peers[engine];
    hooks.set(engine, await connect(hearing, engine, url, key));
    await connect(asking, engine, url, key);
  }
});

test.afterAll(async () => {
  await Promise.all([hearing?.stop(), asking?.stop(), ...Object.values(peers ?? {}).map((peer) => peer.stop())]);
});

for (const engine of ENGINES) {
  test(`${engine}: an order is tracked in the panel, and nobody else sees it`, async ({ page, complaints }) => {
    complaints.allow(/status of 404/);
    const { number } = peers[engine].orders.shipped!;
    await page.goto(`${hearing.url}/s/pk_demo/track?locale=en`);
    await expect(page.getByRole("combobox", { name: say("en", "common.language") })).toBeVisible();
    await lookUp(page, "en", number, "bo@example.com");
    await expect(page.getByRole("alert").filter({ hasText: say("en", "errors.order_not_found") })).toBeVisible();
    await lookUp(page, "en", number, "ada@example.com");
    await expect(orderLine(page, "en", number)).toBeVisible();
    const parcel = page.getByRole("region", { name: say("en", "status.in_transit") });
    await expect(parcel).toContainText("1Z999AA10123456784");
  });

  test(`${engine}: a parcel that is handed over is seen within two seconds by its webhook`, async () => {
    const { shop, webhooks } = peers[engine];
    const order = await shop.buy("ada", [["TEA-100", 1]]);
    // Known before: what follows is news, not a first look.
    expect((await ask(hearing, numberOf(order), "ada@example.com")).status).toBe(200);
    webhooks(hooks.get(engine));
    await shop.ship(order, "1Z999AA10123456701");
    const took = await untilTracked(hearing, numberOf(order), "ada@example.com", "1Z999AA10123456701", WEBHOOK_MS);
    webhooks();
    console.log(`${engine}: webhook to answer ${Math.round(took)} ms`);
  });

  test(`${engine}: without webhooks it is found by asking, within the period`, async () => {
    const { shop, webhooks } = peers[engine];
    webhooks();
    const order = await shop.buy("wang", [["APRON-S", 1]]);
    expect((await ask(asking, numberOf(order), "13800000000")).status).toBe(200);
    await shop.ship(order, "1Z999AA10123456702");
    // The period, and the time that a round takes on a busy machine.
    const took = await untilTracked(asking, numberOf(order), "wang@example.cn", "1Z999AA10123456702", (PERIOD_S + 3) * 1_000);
    console.log(`${engine}: asking to answer ${Math.round(took)} ms of a period of ${PERIOD_S} s`);
  });

  test(`${engine}: an order that just came is asked for live`, async () => {
    const { shop } = peers[engine];
    const times: number[] = [];
    for (let n = 0; n < 5; n++) {
      const order = await shop.buy("bo", [["TEA-100", 1]]);
      const begun = performance.now();
      expect((await ask(hearing, numberOf(order), "bo@example.com")).status).toBe(200);
      times.push(performance.now() - begun);
    }
    times.sort((a, b) => a - b);
    console.log(`${engine}: live look-up ${times.map((ms) => Math.round(ms)).join(" ")} ms`);
  });
}

test("any shop: the example server of the contract", async () => {
  const token = "a token of the tests";
  const now = new Date().toISOString();
  const order = {
    id: "10001", number: "G-10001", placed_at: now, updated_at: now, currency: "EUR", email: "ada@example.com",
    lines: [{ id: "1", title: "Linen Apron", quantity: 1, unit_price: "49.00" }], shipments: [] as object[],
  };
  const others = Array.from({ length: 60 }, (_, n) => ({ ...order, id: String(n), number: `G-${n}`, email: "bo@example.com" }));
  const orders = new Map([...others, order].map((o) => [o.id, o]));
  const shop = genericShop({ orders, token });
  const port = await freePort();
  await new Promise<void>((listening) => shop.listen(port, "127.0.0.1", listening));
  try {
    await expect(connect(hearing, "generic", `http://127.0.0.1:${port}`, "a wrong token")).rejects.toThrow(/refuses the credential/);
    const hook = await connect(hearing, "generic", `http://127.0.0.1:${port}`, token);
    expect((await ask(hearing, "g10001", "ada@example.com")).order.status).toBe("placed");
    expect((await ask(hearing, "G-59", "bo@example.com")).status).toBe(200);
    expect((await ask(hearing, "G-58", "ada@example.com")).status).toBe(404);
    const later = new Date(Date.now() + 1_000).toISOString();
    orders.set("10001", { ...order, updated_at: later, shipments: [{ id: "1", carrier: "dhl", tracking_number: "00340434161094022115", status: "registered" }] });
    expect((await tell({ ...hook, secret: "whsec_d3Jvbmc=" }, "10001")).status).toBe(401);
    expect((await tell(hook, "10001")).status).toBe(202);
    await untilTracked(hearing, "G-10001", "ada@example.com", "00340434161094022115", WEBHOOK_MS);
    expect(await hearing.cli(["connector", "list"])).toMatch(/generic .*ok/);
  } finally {
    await new Promise((closed) => shop.close(closed));
  }
});

test("with its platform down the panel still knows what it knows", async () => {
  const { number } = peers.vendure.orders.delivered!;
  await peers.vendure.stop();
  const begun = performance.now();
  expect((await ask(hearing, number, "ada@example.com")).order.status).toBe("delivered");
  expect(performance.now() - begun).toBeLessThan(400);
  // And what it does not know it denies, at the one moment.
  const asked = performance.now();
  expect((await ask(hearing, "NOSUCHORDER1", "ada@example.com")).status).toBe(404);
  expect(performance.now() - asked).toBeGreaterThan(2_400);
});
