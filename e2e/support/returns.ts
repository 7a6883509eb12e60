// Orders that have just arrived, one for each test, written as the shop's own system would; and their shoppers.
import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { codeFor } from "./outbox.ts";
import { aftercart, expect, fullPage, site } from "./test.ts";
import type { Locale } from "./words.ts";

export interface Bought {
  sku: string;
  title: string;
  quantity: number;
  /** In major units. */
  price: string;
}

export interface Arrived {
  number: string;
  contact: string;
  /** Of the session that knows it, once somebody has signed in. */
  id: string;
  token: string;
}

/** What the demo's policy says to each of these is written in static/demo/returns.toml. */
const goods: Record<Locale, Record<string, Bought>> = {
  en: {
    lamp: { sku: "LP-DESK", title: "Harbour desk lamp, brass", quantity: 1, price: "89.00" },
    bags: { sku: "BG-POUCH", title: "Pouch, olive", quantity: 3, price: "22.00" },
    bowls: { sku: "KT-BOWL-4", title: "Stoneware bowls, set of 4", quantity: 1, price: "36.00" },
    card: { sku: "GC-50", title: "Gift card", quantity: 1, price: "50.00" },
    travelling: { sku: "LN-DUVET-20", title: "Washed linen duvet cover, mist", quantity: 1, price: "149.00" },
  },
  "zh-CN": {
    lamp: { sku: "LP-DESK", title: "港湾台灯，黄铜", quantity: 1, price: "389.00" },
    bags: { sku: "BG-POUCH", title: "收纳小包，橄榄绿", quantity: 3, price: "69.00" },
    bowls: { sku: "KT-BOWL-4", title: "粗陶饭碗，四只", quantity: 1, price: "139.00" },
    card: { sku: "GC-50", title: "礼品卡", quantity: 1, price: "200.00" },
    travelling: { sku: "LN-DUVET-20", title: "水洗亚麻被套，雾蓝", quantity: 1, price: "599.00" },
  },
};

export function titleOfGoods(locale: Locale, name: string): string {
  return goods[locale][name]?.title ?? "";
}

/** An order that arrived two days ago, but for what is `travelling`: in Brighton in English, in Shanghai in Chinese. */
export async function arrived(locale: Locale, ...names: string[]): Promise<Arrived> {
  const number = `A-${randomBytes(4).readUInt32BE() % 90_000_000 + 10_000_000}`;
  const contact = `shopper.${number.slice(2)}@example.com`;
  const at = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  const lines = names.map((name, i) => {
    const { price, ...line } = goods[locale][name] as Bought;
    return { id: `l${i + 1}`, unit_price: price, ...line };
  });
  const english = locale === "en";
  const here = lines.filter((_, i) => names[i] !== "travelling");
  const parcel = (of: typeof lines, nth: number) => ({
    id: `s${nth}`, carrier: english ? "royal_mail" : "sf",
    tracking_number: english ? `MZ${number.slice(-8)}${nth}GB` : `SF1000${nth}${number.slice(2)}`,
    status: nth === 1 ? "delivered" : "in_transit", shipped_at: at(4),
    lines: of.map(({ id, quantity }) => ({ line: id, quantity })),
    events: [{ at: at(3.5), status: "in_transit" }, ...(nth === 1 ? [{ at: at(2), status: "delivered" }] : [])],
  });
  const shipments = [
    ...(here.length > 0 ? [parcel(here, 1)] : []),
    ...(here.length < lines.length ? [parcel(lines.filter((line) => !here.includes(line)), 2)] : []),
  ];
  const answer = await fetch(`${aftercart()}/api/v1/admin/orders/${number}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${process.env.E2E_API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({
      id: number, number, placed_at: at(5), currency: english ? "GBP" : "CNY", locale, email: contact,
      recipient: english ? "Iris Hale" : "何青",
      address: english
        ? { line1: "3 Pier Street", city: "Brighton", postcode: "BN1 4ZZ", country: "GB" }
        : { line1: "南京西路288号", city: "上海市", region: "上海市", postcode: "200041", country: "CN" },
      lines,
      shipments,
    }),
  });
  expect(answer.status, await answer.text()).toBe(200);
  return { number, contact, id: "", token: "" };
}

async function post(path: string, body: unknown): Promise<Record<string, string>> {
  const headers = { "aftercart-site": site, "content-type": "application/json" };
  const answer = await fetch(`${aftercart()}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  expect(answer.ok, `${path}: ${answer.status}`).toBe(true);
  return (await answer.json()) as Record<string, string>;
}

/** By a code, without the form: that has tests of its own. */
export async function known(order: Arrived, locale: Locale): Promise<Arrived> {
  const { number, contact } = order;
  const { id } = await post("/codes", { number, contact, locale });
  const started = await post(`/codes/${id}/redeem`, { code: await codeFor(contact) });
  return { ...order, id: started.order_id ?? "", token: started.token ?? "" };
}

/** Opens a view as the shopper whose session it is. */
export async function as(page: Page, order: Arrived, view: string, locale: Locale): Promise<void> {
  await page.addInitScript(([key, token]) => sessionStorage.setItem(key, token), [`aftercart ${site}`, order.token] as const);
  await fullPage(page, view, locale);
}

/** Two colours and a line: a picture that every decoder reads. */
export async function photo(page: Page): Promise<Buffer> {
  const url = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [320, 240];
    const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
    pen.fillStyle = "#c8b49a";
    pen.fillRect(0, 0, 320, 240);
    pen.fillStyle = "#6b4f3a";
    pen.beginPath();
    pen.arc(160, 120, 70, 0, 7);
    pen.fill();
    pen.strokeStyle = "#fff";
    pen.lineWidth = 4;
    pen.beginPath();
    pen.moveTo(150, 50);
    pen.lineTo(172, 110);
    pen.lineTo(150, 190);
    pen.stroke();
    return canvas.toDataURL("image/jpeg");
  });
  return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
}
