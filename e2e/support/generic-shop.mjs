// A shop system that Aftercart can connect to: the requests of the contract in the README, in one small file.
//
//   SHOP_TOKEN=… node e2e/support/generic-shop.mjs [port]
//
// `orders` is a stand-in for a database: in your shop these are queries.
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

/** Numbers are compared without case and signs: `a 1001` is `A-1001`. */
const key = (number) => number.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");

/**
 * @param {{ orders: Map<string, any>, token: string, page?: number, products?: any[][] }} shop
 *   `orders` by id, in Aftercart's own format; each of `products` is the list of its variants
 */
export function genericShop({ orders, token, page = 50, products = [] }) {
  const expected = Buffer.from(`Bearer ${token}`);
  return createServer(async (request, answer) => {
    const say = (status, body) => {
      answer.writeHead(status, { "content-type": "application/json" });
      answer.end(JSON.stringify(body));
    };
    const given = Buffer.from(request.headers.authorization ?? "");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return say(401, { error: "unauthorized" });
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://shop");

    // 1. The orders with this number. Aftercart compares the shopper's e-mail or phone itself.
    if (request.method === "POST" && pathname === "/orders/find") {
      let body = "";
      for await (const chunk of request) body += chunk;
      const { number } = JSON.parse(body);
      return say(200, { orders: [...orders.values()].filter((order) => key(order.number) === key(number)) });
    }
    // 2. What changed since a moment, the oldest change first, in pages.
    if (request.method === "GET" && pathname === "/orders") {
      const since = Date.parse(searchParams.get("changed_since") ?? "");
      const from = Number(searchParams.get("cursor") ?? 0);
      const changed = [...orders.values()]
        .filter((order) => Date.parse(order.updated_at) >= since)
        .sort((a, b) => Date.parse(a.updated_at) - Date.parse(b.updated_at));
      const next = from + page < changed.length ? String(from + page) : null;
      return say(200, { orders: changed.slice(from, from + page), next });
    }
    // 3. Only if you exchange for other sizes and colours: all variants of what this line was bought of.
    const [, of, nth] = /^\/orders\/([^/]+)\/lines\/([^/]+)\/variants$/.exec(pathname) ?? [];
    if (request.method === "GET" && of) {
      const line = orders.get(of)?.lines.find(({ id }) => id === nth);
      const variants = products.find((all) => all.some(({ sku }) => sku === line?.sku));
      if (!line || !variants) return say(404, { error: "no other sizes of this are known" });
      return say(200, { bought: variants.find(({ sku }) => sku === line.sku).id, variants });
    }
    // 4. One order by its id.
    const order = request.method === "GET" && orders.get(decodeURIComponent(pathname.replace(/^\/orders\//, "")));
    return order ? say(200, order) : say(404, { error: "no such order" });
  });
}

/** Tells Aftercart that an order has changed. `secret` is what `aftercart connector add` wrote into its file. */
export async function tell({ url, secret }, id) {
  const body = JSON.stringify({ type: "order.changed", data: { id } });
  const message = `msg_${randomUUID()}`;
  const time = String(Math.floor(Date.now() / 1000));
  const hmac = createHmac("sha256", Buffer.from(secret.replace(/^whsec_/, ""), "base64"));
  const signature = `v1,${hmac.update(`${message}.${time}.${body}`).digest("base64")}`;
  const headers = {
    "content-type": "application/json", "webhook-id": message, "webhook-timestamp": time, "webhook-signature": signature,
  };
  return fetch(url, { method: "POST", headers, body });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.argv[2] ?? 4000);
  const token = process.env.SHOP_TOKEN;
  if (!token) throw new Error("set SHOP_TOKEN to what Aftercart is to send as its bearer token");
  const now = new Date().toISOString();
  const orders = new Map([
    ["10001", {
      id: "10001", number: "G-10001", placed_at: now, updated_at: now, currency: "EUR", email: "ada@example.com",
      recipient: "Ada Chen", lines: [{ id: "1", sku: "APRON-S", title: "Linen Apron", quantity: 1, unit_price: "49.00" }],
    }],
  ]);
  const size = (value, stock) => ({
    id: `apron-${value}`, sku: `APRON-${value}`, options: [{ name: { en: "Size", "zh-CN": "尺码" }, value: { en: value } }],
    prices: { EUR: "49.00" }, stock,
  });
  genericShop({ orders, token, products: [[size("S", 4), size("M", 2), size("L", 0)]] }).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}`));
}
