// Real commerce engines to connect to: installs, starts and seeds them, each on a port of its own.
//
//   node e2e/peers/peers.mjs prepare            npm packages of both engines, and what the first start makes
//   node e2e/peers/peers.mjs start [engine …]   runs them until Ctrl-C and says how to connect
//
// What the first start makes (tables, goods, orders) is kept in .cache and restored by the next ones, until a script or
// a version changes.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../support/server.mjs";
import * as medusaShop from "./medusa/shop.mjs";
import { startPostgres } from "./postgres.mjs";
import { finish, folderFor, serve, stopAll } from "./program.mjs";
import * as vendureShop from "./vendure/shop.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const cache = join(here, ".cache");
export const engines = /** @type {const} */ (["vendure", "medusa"]);

/** The packages of an engine, exactly as its lock file has them; nothing when they are there already. */
export async function install(engine) {
  const folder = join(here, engine);
  const mark = join(folder, "node_modules/.installed");
  const wanted = hash(["package.json", "package-lock.json"].map((name) => join(folder, name)));
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return;
  await finish("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder });
  writeFileSync(mark, wanted);
}

function hash(files) {
  const all = createHash("sha256");
  for (const file of files) all.update(readFileSync(file)).update("\0");
  return all.digest("hex").slice(0, 16);
}

/** What the engine's first start makes is kept under this name, which changes with everything that it depends on. */
function kept(engine) {
  const folder = join(here, engine);
  const files = readdirSync(folder).filter((name) => /\.(js|mjs|csv)$|^package/.test(name)).sort();
  return join(cache, `${engine}-${hash(files.map((name) => join(folder, name)))}`);
}

const answers = (url) => async () => (await fetch(url)).ok;
const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

/**
 * @typedef {{ engine: string, url: string, key: string, orders: Record<string, { id: string, number: string }>,
 *   shop: object, webhooks: (to?: { url: string, secret: string }) => void, stop: () => Promise<void> }} Peer
 * `key` is what Aftercart connects with; `webhooks()` switches them off.
 */

/**
 * @param {import("./postgres.mjs").Postgres} postgres
 * @param {(engine: string, phase: string) => void} tell
 * @param {{ command: string, args: (port: string) => string[], make: (options: object) => Promise<void>,
 *   seed: (url: string) => Promise<object>, shop: (url: string, seeded: object) => object }} how
 * @returns {Promise<Peer>}
 */
async function start(postgres, engine, how, tell) {
  const { folder, remove } = folderFor(engine);
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const state = kept(engine);
  const webhookFile = join(folder, "webhook.json");
  const env = {
    ...process.env, PORT: port, DATABASE_URL: await postgres.create(engine), WEBHOOK_FILE: webhookFile, NODE_ENV: "production",
    MEDUSA_DISABLE_TELEMETRY: "true", VENDURE_DISABLE_TELEMETRY: "true",
  };
  const options = { cwd: join(here, engine), env };
  const fresh = !existsSync(`${state}.json`);
  if (fresh) await how.make(options);
  else await postgres.restore(engine, `${state}.dump`);
  tell(engine, fresh ? "tables made" : "tables restored");
  const end = await serve(`peers-${engine}`, how.command, how.args(port), options, answers(`${url}/health`));
  tell(engine, "started");
  try {
    if (fresh) {
      const seeded = await how.seed(url);
      mkdirSync(cache, { recursive: true });
      await postgres.dump(engine, `${state}.dump`);
      // Last: it says that the other is whole.
      writeFileSync(`${state}.json`, JSON.stringify(seeded, null, 1));
      tell(engine, "seeded");
    }
    const { key, orders, ...seeded } = readJson(`${state}.json`);
    const shop = how.shop(url, seeded);
    await shop.signIn();
    const webhooks = (to) => (to ? writeFileSync(webhookFile, JSON.stringify(to)) : rmSync(webhookFile, { force: true }));
    const stop = async () => {
      await end();
      remove();
    };
    return { engine, url, key, orders, shop, webhooks, stop };
  } catch (error) {
    await end();
    throw error;
  }
}

const medusa = join(here, "medusa/node_modules/.bin/medusa");
const how = {
  vendure: {
    command: process.execPath,
    args: () => ["server.js"],
    make: (options) => finish(process.execPath, ["populate.js"], options),
    seed: vendureShop.seed,
    shop: (url) => new vendureShop.Vendure(url),
  },
  medusa: {
    command: medusa,
    args: (port) => ["start", "--host", "127.0.0.1", "--port", port],
    make: async (options) => {
      await finish(medusa, ["db:migrate"], options);
      await finish(medusa, ["user", "-e", medusaShop.staff.email, "-p", medusaShop.staff.password], options);
    },
    seed: medusaShop.seed,
    shop: (url, { shop }) => new medusaShop.Medusa(url, shop),
  },
};

/**
 * Installs what is missing and starts the engines side by side; `tell` hears how far each has come.
 * @returns {Promise<{ peers: Record<string, Peer>, database: (name: string) => Promise<string>, stop: () => Promise<void> }>}
 * `database` makes an empty one beside the engines' own.
 */
export async function startPeers(names = engines, tell = (_engine, _phase) => {}) {
  const postgres = await startPostgres();
  const begun = await Promise.allSettled(
    names.map(async (name) => {
      await install(name);
      tell(name, "packages there");
      return start(postgres, name, how[name], tell);
    }),
  );
  const peers = Object.fromEntries(begun.flatMap(({ value }) => (value ? [[value.engine, value]] : [])));
  const stop = async () => {
    await Promise.all(Object.values(peers).map((peer) => peer.stop()));
    await postgres.stop();
  };
  const failed = begun.find(({ status }) => status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return { peers, database: postgres.create, stop };
}

async function main([command, ...names]) {
  const chosen = names.length > 0 ? names : engines;
  const unknown = chosen.find((name) => !engines.includes(name));
  if (unknown || !["prepare", "start"].includes(command)) {
    console.error(`usage: node e2e/peers/peers.mjs prepare|start [${engines.join("] [")}]`);
    process.exitCode = 2;
    return;
  }
  const interrupted = new Promise((signal) => ["SIGINT", "SIGTERM"].forEach((name) => process.once(name, () => signal(name))));
  const work = async () => {
    // What is there already needs no start.
    if (command === "prepare" && chosen.every((name) => existsSync(`${kept(name)}.json`))) {
      await Promise.all(chosen.map(install));
      return;
    }
    const { peers, stop } = await startPeers(chosen, (name, phase) => {
      console.log(`${name}: ${phase} after ${Math.round(performance.now() / 1_000)} s`);
    });
    for (const { engine, url, key, orders } of Object.values(peers)) {
      console.log(`${engine}: ${Object.values(orders).map((order) => order.number).join(" ")}`);
      if (command === "start") console.log(`${engine}: ${url}, key ${key}`);
    }
    if (command === "start") await interrupted;
    await stop();
  };
  const signal = await Promise.race([work(), interrupted]).finally(stopAll);
  // What was under way is gone, and so is what it would still have said.
  if (signal) process.exit(command === "start" ? 0 : 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
