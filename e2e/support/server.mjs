// Starts the real binary on free ports with an empty data folder, and stops it by its process id.
import { spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const results = join(root, "e2e/results");
export const binary = process.env.E2E_BINARY ?? join(root, "target/release/aftercart");

/** A port nobody listens on. @returns {Promise<number>} */
export function freePort() {
  return new Promise((found, failed) => {
    const probe = createServer().on("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (probe.address());
      probe.close(() => found(port));
    });
  });
}

/**
 * @typedef {{ url: string, shop: string, pid: number, readyMs: number, dataDir: string,
 *   cli: (args: string[], input?: string) => Promise<string>, stop: () => Promise<void> }} Running
 * `url` is Aftercart's own, `shop` the demo shop's: another site to the browser (localhost, not 127.0.0.1). `cli` runs
 * a command of the program beside the server and gives what it printed.
 */

/**
 * @param {string} name for the log file `e2e/results/<name>.log`
 * @param {Record<string, string>} [settings] as environment variables
 * @returns {Promise<Running>}
 */
export async function start(name, settings = {}) {
  if (!existsSync(binary)) {
    throw new Error(`${binary} is missing: build it with "cargo build --release", or run e2e/run`);
  }
  const [port, shopPort] = [await freePort(), await freePort()];
  const dataDir = mkdtempSync(join(tmpdir(), "aftercart-e2e-"));
  const url = `http://127.0.0.1:${port}`;
  mkdirSync(results, { recursive: true });
  const log = createWriteStream(join(results, `${name}.log`));
  const began = performance.now();
  const child = spawn(
    binary,
    ["--demo", "--data-dir", dataDir, "--listen", `127.0.0.1:${port}`, "--demo-listen", `127.0.0.1:${shopPort}`],
    // Not in the repository: nobody's own aftercart.toml may change what is tested.
    { cwd: dataDir, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...settings } },
  );
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  let ended = "";
  child.on("exit", (code, signal) => (ended = `exit ${code ?? signal}`));
  child.on("error", (error) => (ended = String(error)));

  // Not waited for in a way that stops this process: a test may play the shop that the command asks.
  const cli = async (/** @type {string[]} */ args, input = "") => {
    const env = { ...process.env, AFTERCART_PUBLIC_URL: url, ...settings };
    const command = spawn(binary, ["--data-dir", dataDir, ...args], { cwd: dataDir, env });
    const said = { out: "", error: "" };
    command.stdout.on("data", (part) => (said.out += part));
    command.stderr.on("data", (part) => (said.error += part));
    // A command that ends at once reads nothing: its own words say why.
    command.stdin.on("error", () => {});
    command.stdin.end(input);
    const code = await new Promise((done) => command.on("close", done));
    if (code !== 0) throw new Error(`aftercart ${args.join(" ")}: ${said.error}`);
    return said.out;
  };

  const stop = async () => {
    if (!ended && child.pid) {
      const gone = new Promise((done) => child.once("exit", done));
      process.kill(child.pid, "SIGTERM");
      const patience = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await gone;
      clearTimeout(patience);
    }
    log.end();
    rmSync(dataDir, { recursive: true, force: true });
  };

  while (performance.now() - began < 60_000) {
    if (ended) break;
    try {
      if ((await fetch(`${url}/readyz`)).ok) {
        const readyMs = performance.now() - began;
        return { url, shop: `http://localhost:${shopPort}`, pid: child.pid ?? 0, readyMs, dataDir, cli, stop };
      }
    } catch {
      // Not listening yet.
    }
    await new Promise((again) => setTimeout(again, 50));
  }
  await stop();
  throw new Error(`the server did not get ready (${ended || "60 s have passed"}); see e2e/results/${name}.log`);
}
