// What static/demo holds that tests count on.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./server.mjs";
import type { Locale } from "./words.ts";

/** Orders, and what proves that they are one's own. */
export const orders = {
  /** Three parcels: delivered, stuck on an incomplete address, in transit. */
  split: { number: "A-1024", contact: "li.na@example.cn", phone: "13800138000" },
  /** One parcel, out for delivery today. */
  single: { number: "A-1001", contact: "emma.wilson@example.com", phone: "+44 7700 900123" },
  /** Nothing sent yet. */
  placed: { number: "A-1003", contact: "chen.jing@example.cn" },
  delivered: { number: "A-1007", contact: "liu.yang@example.cn" },
  deliveredToo: { number: "A-1051", contact: "peng.cheng@example.cn" },
  digital: { number: "A-1059", contact: "ella.morgan@example.com" },
  /** A parcel, a pre-order and a download. */
  mixed: { number: "A-1060", contact: "tian.yu@example.cn" },
  preOrder: { number: "A-1061", contact: "george.palmer@example.com" },
  exchange: { number: "A-1062", contact: "ma.li@example.cn" },
  stuck: { number: "A-1063", contact: "nora.bailey@example.com" },
  late: { number: "A-1064", contact: "jiang.nan@example.cn" },
  unscanned: { number: "A-1065", contact: "leo.fisher@example.com" },
  /** No promise of the carrier's: our own history speaks. */
  estimate: { number: "A-1066", contact: "qiu.yan@example.cn" },
  cancelled: { number: "A-1014", contact: "grace.bennett@example.com" },
};

/** An article's title, from its own file. */
export function titleOf(locale: Locale, id: string): string {
  const text = readFileSync(join(root, `static/demo/articles/${locale}/${id}.md`), "utf8");
  const title = /^title:\s*["']?(.+?)["']?\s*$/m.exec(text)?.[1];
  if (!title) throw new Error(`${locale}/${id}.md has no title`);
  return title;
}

export function categoryOf(locale: Locale, id: string): string {
  const all = JSON.parse(readFileSync(join(root, "static/demo/articles/categories.json"), "utf8"));
  return all[id][locale];
}
