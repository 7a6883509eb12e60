// Asks the running binary for every file a shopper downloads, as a browser would, and holds each to sizes.json.
//
//   node e2e/bench/sizes.mjs            starts target/release/aftercart by itself
//   E2E_URL=… node e2e/bench/sizes.mjs
import { readFileSync, statSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { binary, root, start } from "../support/server.mjs";

const budget = JSON.parse(readFileSync(join(root, "e2e/bench/sizes.json"), "utf8"));
const running = process.env.E2E_URL ? null : await start("sizes");
const url = process.env.E2E_URL ?? running?.url ?? "";

/** What really travels: fetch() would unpack it. @returns {Promise<{ sent: number, body: Buffer, encoding: string }>} */
function download(path) {
  return new Promise((done, failed) => {
    get(url + path, { headers: { "accept-encoding": "br", referer: "http://localhost/" } }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("error", failed);
      answer.on("end", () => {
        if (answer.statusCode !== 200) return failed(new Error(`${path}: ${answer.statusCode}`));
        const sent = Buffer.concat(chunks);
        const encoding = answer.headers["content-encoding"] ?? "none";
        done({ sent: sent.length, encoding, body: encoding === "br" ? brotliDecompressSync(sent) : sent });
      });
    }).on("error", failed);
  });
}

/** The bundle's files carry their hash in their name; the shell says which they are. */
function linked(shell, id) {
  const tag = shell.match(new RegExp(`<link[^>]*\\bid="?${id}"?[^>]*>`))?.[0];
  const href = tag?.match(/href="?([^"\s>]+)/)?.[1];
  if (!href) throw new Error(`the shell has no <link id="${id}">`);
  return href;
}

/** A part of the bundle that is fetched later; the glue says where from. */
function part(glue, name) {
  const file = glue.match(new RegExp(`"\\./(storefront-split_${name}-[0-9a-f]+\\.wasm)"`))?.[1];
  if (!file) throw new Error(`the glue never fetches the part ${name}`);
  return `/assets/${file}`;
}

/** Everything that a part downloads, with what it shares with others. @returns {string[]} */
function whole(glue, name) {
  const needs = glue.match(new RegExp(`"\\./storefront-split_${name}-[0-9a-f]+\\.wasm", \\[([^\\]]*)\\]`))?.[1];
  if (needs === undefined) throw new Error(`the glue does not say what the part ${name} needs`);
  const shared = needs.split(", ").filter(Boolean).map((chunk) => {
    const file = glue.match(new RegExp(`const ${chunk} = part\\("\\./(storefront-chunk_[0-9]+-[0-9a-f]+\\.wasm)"`))?.[1];
    if (!file) throw new Error(`the glue never fetches ${chunk}`);
    return `/assets/${file}`;
  });
  return [part(glue, name), ...shared];
}

const rows = [];
const totals = { before: { sent: 0, requests: 0 }, open: { sent: 0, requests: 0 }, later: { sent: 0, requests: 0 } };
let failed = 0;
try {
  const shell = (await download(`/w/pk_demo?locale=${budget.locales[0]}`)).body.toString("utf8");
  const glue = (await download(linked(shell, "ac-js"))).body.toString("utf8");
  const address = (path) => path.replace(/\{(ac-\w+)\}/, (_, id) => linked(shell, id)).replace(/\{part:(\w+)\}/, (_, name) => part(glue, name));
  for (const { file, when, brotli, raw, reason } of budget.files) {
    let largest = 0;
    const paths = file.includes("{locale}") ? budget.locales.map((locale) => file.replace("{locale}", locale)) : [file];
    for (const path of paths) {
      const { sent, body, encoding } = await download(address(path));
      largest = Math.max(largest, sent);
      const over = sent > brotli || body.length > raw || encoding !== "br";
      failed += over ? 1 : 0;
      rows.push([path, encoding, body.length, raw, sent, brotli, over ? "OVER" : "ok", reason]);
    }
    totals[when].sent += largest;
    totals[when].requests += 1;
  }
  // What the shop's people download, once a release.
  const desk = (await download("/desk")).body.toString("utf8");
  for (const { id, brotli, raw, reason } of budget.desk) {
    const path = linked(desk, id);
    const { sent, body, encoding } = await download(path);
    const over = sent > brotli || body.length > raw || encoding !== "br";
    failed += over ? 1 : 0;
    rows.push([path, encoding, body.length, raw, sent, brotli, over ? "OVER" : "ok", reason]);
  }
  for (const { name, parts, after, brotli, reason } of budget.stories) {
    const there = new Set(after.flatMap((part) => whole(glue, part)));
    const files = [...new Set(parts.flatMap((part) => whole(glue, part)))].filter((path) => !there.has(path));
    let sent = 0;
    for (const path of files) sent += (await download(path)).sent;
    failed += sent > brotli ? 1 : 0;
    rows.push([`= ${name} (${files.length} requests)`, "", "", "", sent, brotli, sent > brotli ? "OVER" : "ok", reason]);
  }
} finally {
  await running?.stop();
}
// What is downloaded before the click is part of what opening costs.
totals.open.sent += totals.before.sent;
totals.open.requests += totals.before.requests;
for (const { when, brotli, requests, reason } of budget.totals) {
  const total = totals[when];
  const over = total.sent > brotli || total.requests > requests;
  failed += over ? 1 : 0;
  rows.push([`= ${when === "before" ? "before any click" : "to a usable panel"} (${total.requests} of ${requests} requests)`,
    "", "", "", total.sent, brotli, over ? "OVER" : "ok", reason]);
}

// A server that runs elsewhere may be of any build.
if (running) {
  const { size } = statSync(binary);
  const over = size > budget.program.bytes;
  failed += over ? 1 : 0;
  rows.push(["= the program itself", "", size, budget.program.bytes, "", "", over ? "OVER" : "ok", budget.program.reason]);
}

const head = ["file", "coding", "raw", "≤", "sent", "≤", "", "because"];
const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => String(row[i]).length)));
for (const row of [head, ...rows]) {
  console.log(row.map((cell, i) => (typeof cell === "number" ? String(cell).padStart(widths[i]) : String(cell).padEnd(widths[i]))).join("  ").trimEnd());
}
console.log(failed ? `sizes: ${failed} over budget` : `sizes: all ${rows.length} within budget`);
process.exitCode = failed ? 1 : 0;
