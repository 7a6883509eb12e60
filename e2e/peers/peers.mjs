// Real commerce engines to connect to: installs, starts and seeds them, each on a port of its own.
//
//   node e2e/peers/peers.mjs install            npm packages of both engines (minutes the first time, then nothing)
//   node e2e/peers/peers.mjs start [engine …]   runs them until Ctrl-C and says how to connect
//
// What the first start makes (tables, goods, orders) is kept in .cache and restored by the next ones, until a script or
// a version changes.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync, createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as medusaShop from "./medusa/shop.mjs";
import * as vendureShop from "./vendure/shop.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const cache = join(here, ".cache");
export const engines = ["vendure", "medusa"];

/** The packages of an engine, from its lock file; nothing when they are there already. */
export function install(engine) {
  const folder = join(here, engine);
  const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
  const mark = join(folder, "node_modules/.installed");
  const wanted = createHash("sha256").update(lock).digest("hex");
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return;
  // Not `npm ci`: this lock names the packages of the platform it was made on, and `ci` misses those of all others.
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--legacy-peer-deps", "--loglevel=error"];
  execFileSync("npm", args, { cwd: folder, stdio: "inherit" });
  writeFileSync(mark, wanted);
}

/** Changes with everything that what is kept depends on. */
function age(engine) {
  const hash = createHash("sha256");
  for (const name of readdirSync(join(here, engine)).sort()) {
    if (/\.(js|mjs|csv)$|^package-lock/.test(name)) hash.update(readFileSync(join(here, engine, name)));
  }
  return hash.digest("hex").slice(0, 16);
}

function freePort() {
  return new Promise((found, failed) => {
    const probe = createServer().on("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });
}

/** Runs a program until `ready` says yes. */
async function run(name, command, args, options, ready) {
  mkdirSync(cache, { recursive: true });
  const log = createWriteStream(join(cache, `${name}.log`));
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let ended = "";
  child.on("exit", (code, signal) => (ended = `exit ${code ?? signal}`));
  child.on("error", (error) => (ended = String(error)));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const stop = async () => {
    if (!ended) {
      const gone = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      const patience = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await gone;
      clearTimeout(patience);
    }
    log.end();
  };
  const until = Date.now() + 180_000;
  while (!ended && Date.now() < until) {
    if (await ready().catch(() => false)) return stop;
    await new Promise((again) => setTimeout(again, 100));
  }
  await stop();
  throw new Error(`${name} did not get ready (${ended || "180 s have passed"}); see ${join(cache, `${name}.log`)}`);
}

const answers = (url) => async () => (await fetch(url)).ok;

/**
 * @typedef {{ engine: string, url: string, key: string, orders: Record<string, { id: string, number: string }>,
 *   shop: object, webhooks: (to?: { url: string, secret: string }) => void, stop: () => Promise<void> }} Peer
 * `key` is what Aftercart connects with; `webhooks()` switches them off.
 */

/** @returns {Promise<Peer>} */
export async function startVendure() {
  const folder = mkdtempSync(join(tmpdir(), "aftercart-vendure-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const kept = join(cache, `vendure-${age("vendure")}`);
  const webhookFile = join(folder, "webhook.json");
  const database = join(folder, "vendure.sqlite");
  const env = { ...process.env, PORT: String(port), DATABASE: database, WEBHOOK_FILE: webhookFile, NODE_ENV: "production" };
  const options = { cwd: join(here, "vendure"), env };
  mkdirSync(cache, { recursive: true });
  const fresh = !existsSync(`${kept}.json`);
  if (fresh) execFileSync(process.execPath, ["populate.js"], { ...options, stdio: ["ignore", "ignore", "inherit"] });
  else cpSync(`${kept}.sqlite`, database);
  const stop = await run("vendure", process.execPath, ["server.js"], options, answers(`${url}/health`));
  if (fresh) {
    const seeded = await vendureShop.seed(url);
    // A consistent copy of a database in use.
    const copy = `new (require("better-sqlite3"))(process.env.DATABASE).backup(${JSON.stringify(`${kept}.sqlite`)})`;
    execFileSync(process.execPath, ["-e", copy], options);
    writeFileSync(`${kept}.json`, JSON.stringify(seeded, null, 1));
  }
  const shop = new vendureShop.Vendure(url);
  await shop.signIn();
  const end = async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { engine: "vendure", url, ...readJson(`${kept}.json`), shop, webhooks: webhooks(webhookFile), stop: end };
}

/** @returns {Promise<Peer>} */
export async function startMedusa() {
  const postgres = await startPostgres();
  try {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const kept = join(cache, `medusa-${age("medusa")}`);
    const webhookFile = join(postgres.folder, "webhook.json");
    const env = {
      ...process.env, PORT: String(port), DATABASE_URL: postgres.url, WEBHOOK_FILE: webhookFile, NODE_ENV: "production",
      MEDUSA_DISABLE_TELEMETRY: "true",
    };
    const options = { cwd: join(here, "medusa"), env };
    const medusa = join(here, "medusa/node_modules/.bin/medusa");
    mkdirSync(cache, { recursive: true });
  const fresh = !existsSync(`${kept}.json`);
    if (fresh) {
      execFileSync(medusa, ["db:migrate"], { ...options, stdio: ["ignore", "ignore", "inherit"] });
      execFileSync(medusa, ["user", "-e", "admin@example.com", "-p", "supersecret"], { ...options, stdio: ["ignore", "ignore", "inherit"] });
    } else {
      execFileSync(join(postgres.programs, "pg_restore"), ["-d", postgres.url, `${kept}.dump`]);
    }
    const stop = await run("medusa", medusa, ["start", "--host", "127.0.0.1", "--port", String(port)], options, answers(`${url}/health`));
    if (fresh) {
      const seeded = await medusaShop.seed(url);
      execFileSync(join(postgres.programs, "pg_dump"), ["-Fc", "-f", `${kept}.dump`, postgres.url]);
      writeFileSync(`${kept}.json`, JSON.stringify(seeded, null, 1));
    }
    const { shop: furniture, ...seeded } = readJson(`${kept}.json`);
    const shop = new medusaShop.Medusa(url);
    shop.shop = furniture;
    await shop.signIn();
    const end = async () => {
      await stop();
      await postgres.stop();
    };
    return { engine: "medusa", url, ...seeded, shop, webhooks: webhooks(webhookFile), stop: end };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** A PostgreSQL that nobody else sees. Its programs refuse to run as root; Debian's package brings a user for it. */
async function startPostgres() {
  const base = "/usr/lib/postgresql";
  const version = readdirSync(base).filter((v) => existsSync(join(base, v, "bin/initdb"))).sort((a, b) => Number(b) - Number(a))[0];
  if (!version) throw new Error("PostgreSQL is missing: apt-get install postgresql");
  const programs = join(base, version, "bin");
  const root = process.getuid?.() === 0;
  const as = (program, args) => (root ? ["setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", "--", program, ...args]] : [program, args]);
  const folder = mkdtempSync(join(tmpdir(), "aftercart-medusa-"));
  if (root) execFileSync("chown", ["postgres:", folder]);
  const port = await freePort();
  const data = join(folder, "data");
  const options = { cwd: "/" };
  execFileSync(...as(join(programs, "initdb"), ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "-D", data]), { ...options, stdio: "ignore" });
  const settings = [`port=${port}`, "listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`, "fsync=off", "synchronous_commit=off", "full_page_writes=off"];
  const server = as(join(programs, "postgres"), ["-D", data, ...settings.flatMap((setting) => ["-c", setting])]);
  const isReady = async () => spawnSync(join(programs, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", String(port)]).status === 0;
  const stopServer = await run("medusa-postgres", ...server, options, isReady);
  const address = (database) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  execFileSync(join(programs, "psql"), ["-q", "-c", "CREATE DATABASE medusa", address("postgres")]);
  const stop = async () => {
    await stopServer();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: address("medusa"), programs, folder, stop };
}

function webhooks(file) {
  return (to) => (to ? writeFileSync(file, JSON.stringify(to)) : rmSync(file, { force: true }));
}

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

const starters = { vendure: startVendure, medusa: startMedusa };

/** For people: the engines, until Ctrl-C. */
async function main([command, ...names]) {
  const chosen = names.length > 0 ? names : engines;
  const unknown = chosen.find((name) => !engines.includes(name));
  if (unknown || !["install", "start"].includes(command)) {
    console.error(`usage: node e2e/peers/peers.mjs install|start [${engines.join("] [")}]`);
    process.exitCode = 2;
    return;
  }
  chosen.forEach(install);
  if (command === "install") return;
  const running = [];
  const stop = () => Promise.all(running.map((peer) => peer.stop()));
  process.once("SIGINT", () => void stop());
  process.once("SIGTERM", () => void stop());
  for (const name of chosen) {
    const peer = await starters[name]();
    running.push(peer);
    console.log(`${name}  ${peer.url}  key ${peer.key}  orders ${Object.values(peer.orders).map((o) => o.number).join(" ")}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
