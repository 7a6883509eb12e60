// Our server, which can be killed and comes back with the same data on the same ports.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary, freePort, results } from "../support/server.mjs";

const SITE = { "content-type": "application/json", "aftercart-site": "pk_demo" };
/** For a start, or for an answer while it comes back: more than a slow machine takes. */
const PATIENCE_MS = 120_000;
export const later = (ms) => new Promise((done) => setTimeout(done, ms));

/** @type {Set<Ours>} */
const running = new Set();
export const stopOurs = () => Promise.all([...running].map((ours) => ours.stop()));

export class Ours {
  /** @param {Record<string, string>} settings as environment variables */
  static async start(name, settings) {
    const ours = new Ours();
    running.add(ours);
    mkdirSync(results, { recursive: true });
    ours.log = createWriteStream(join(results, `${name}.log`));
    ours.data = mkdtempSync(join(tmpdir(), "aftercart-returns-"));
    const [port, shop] = [await freePort(), await freePort()];
    ours.url = `http://127.0.0.1:${port}`;
    ours.args = ["--data-dir", ours.data];
    ours.listen = ["--listen", `127.0.0.1:${port}`];
    ours.shop = ["--demo", "--demo-listen", `127.0.0.1:${shop}`];
    /** As a demo it makes its shop and shows its outbox, and takes twice as long to start. */
    ours.demo = true;
    ours.env = {
      ...process.env, AFTERCART_PUBLIC_URL: ours.url, AFTERCART_OUTGOING__PRIVATE: "127.0.0.0/8",
      AFTERCART_CONNECTORS__RECONCILE_EVERY_S: "2",
      AFTERCART_LIMITS__REQUESTS_PER_SECOND: "1000", AFTERCART_LIMITS__BURST: "1000", ...settings,
    };
    ours.kills = 0;
    /** What coming back took, of all kills together. */
    ours.awayMs = 0;
    /** What happens to its data while it is gone. */
    ours.whileGone = () => {};
    try {
      await ours.serve();
    } catch (error) {
      await ours.stop();
      throw error;
    }
    return ours;
  }

  async serve() {
    const args = [...this.args, ...this.listen, ...(this.demo ? this.shop : [])];
    this.child = spawn(binary, args, { cwd: this.data, stdio: ["ignore", "pipe", "pipe"], env: this.env });
    this.gone = new Promise((gone) => this.child.once("exit", gone).once("error", gone));
    this.child.stdout.pipe(this.log, { end: false });
    this.child.stderr.pipe(this.log, { end: false });
    const until = Date.now() + PATIENCE_MS;
    while (Date.now() < until) {
      if (!this.alive()) break;
      if (await fetch(`${this.url}/readyz`).then((answer) => answer.ok, () => false)) return;
      await later(20);
    }
    throw new Error("our server did not get ready; see e2e/results");
  }

  alive() {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Killed as if the machine's power had gone, and started again; for two who want it at once, once. */
  bounce() {
    this.bouncing ??= (async () => {
      this.kills += 1;
      const begun = performance.now();
      process.kill(this.child.pid, "SIGKILL");
      await this.gone;
      this.whileGone();
      await this.serve();
      this.awayMs += performance.now() - begun;
    })().finally(() => (this.bouncing = undefined));
    return this.bouncing;
  }

  async stop() {
    // Not one that is just coming back.
    await this.bouncing?.catch(() => {});
    if (this.child && this.alive()) this.child.kill("SIGTERM");
    await this.gone;
    running.delete(this);
    this.log.end();
    rmSync(this.data, { recursive: true, force: true });
  }

  async cli(args, input = "") {
    // What the line does to the server is no matter here.
    const env = { ...this.env, AFTERCART_OUTGOING__PATIENCE_MS: "30000" };
    const command = spawn(binary, [...this.args, ...args], { cwd: this.data, env });
    let [out, error] = ["", ""];
    command.stdout.on("data", (part) => (out += part));
    command.stderr.on("data", (part) => (error += part));
    command.stdin.on("error", () => {});
    command.stdin.end(input);
    const code = await new Promise((done) => command.on("close", done));
    if (code !== 0) throw new Error(`aftercart ${args.join(" ")}: ${error}`);
    return out;
  }

  /** Asks until it is there to answer: it may just be coming back. */
  async ask(method, path, { body, headers = {} } = {}) {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        const answer = await fetch(`${this.url}/api/v1${path}`, {
          method, headers: { ...SITE, ...headers }, body: body && JSON.stringify(body),
        });
        const text = await answer.text();
        return { status: answer.status, body: text ? JSON.parse(text) : {} };
      } catch (error) {
        if (Date.now() > until) throw error;
        await later(50);
      }
    }
  }

  /** The mails as our database has them; only a demo tells. */
  async outbox() {
    for (;;) {
      const answer = await fetch(`${this.url}/demo/outbox.json`).catch(() => undefined);
      if (answer?.ok) return (await answer.json()).mails;
      await later(50);
    }
  }
}
