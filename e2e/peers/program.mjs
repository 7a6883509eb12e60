// Other programs: run to their end, or beside us until they are stopped by their process id.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const results = join(dirname(fileURLToPath(import.meta.url)), "../results");
/** How long a program may take until it is ready: two engines start side by side while others compile. */
const PATIENCE_MS = 240_000;
/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
/** @type {Set<string>} */
const folders = new Set();

/** A folder for as long as it is needed. */
export function folderFor(name) {
  const folder = mkdtempSync(join(tmpdir(), `aftercart-${name}-`));
  folders.add(folder);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function launch(command, args, options) {
  const child = spawn(command, args, options);
  running.add(child);
  const forget = () => running.delete(child);
  child.once("exit", forget).once("error", forget);
  return child;
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null || !child.pid) return;
  const gone = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  const patience = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(patience);
}

/** Ends everything that still runs, the latest first, since it may need the earlier; and leaves no folder behind. */
export async function stopAll() {
  for (const child of [...running].reverse()) await end(child);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/**
 * Runs a program to its end; what it printed is in the error when it fails.
 * @returns {Promise<void>}
 */
export function finish(command, args, options = {}) {
  return new Promise((done, failed) => {
    const child = launch(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    const keep = (part) => (said = (said + part).slice(-4_000));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", failed);
    child.on("close", (code, signal) => {
      if (code === 0) done();
      else failed(new Error(`${command} ${args.join(" ")}: exit ${code ?? signal}\n${said}`));
    });
  });
}

/**
 * Runs a program beside us. What it says goes into `e2e/results/<name>.log`.
 * @param {() => Promise<boolean>} ready asked again and again until it says yes
 * @returns {Promise<() => Promise<void>>} stops it
 */
export async function serve(name, command, args, options, ready) {
  mkdirSync(results, { recursive: true });
  const log = createWriteStream(join(results, `${name}.log`));
  const child = launch(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let ended = "";
  child.on("exit", (code, signal) => (ended = `exit ${code ?? signal}`));
  child.on("error", (error) => (ended = String(error)));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const stop = async () => {
    await end(child);
    log.end();
  };
  const until = Date.now() + PATIENCE_MS;
  while (!ended && Date.now() < until) {
    if (await ready().catch(() => false)) return stop;
    await new Promise((again) => setTimeout(again, 100));
  }
  await stop();
  throw new Error(`${name} did not get ready (${ended || `${PATIENCE_MS / 1_000} s have passed`}); see e2e/results/${name}.log`);
}
