// A PostgreSQL that nobody else sees: data of its own, a free port, gone when stopped.
import { execFileSync } from "node:child_process";
import { chownSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../support/server.mjs";
import { finish, folderFor, serve } from "./program.mjs";

const base = "/usr/lib/postgresql";

/** Its programs refuse to run as root; Debian's package brings a user for it. */
function as(program, args) {
  if (process.getuid?.() !== 0) return [program, args];
  return ["setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", "--", program, ...args]];
}

/**
 * @typedef {{ create: (name: string) => Promise<string>, dump: (name: string, file: string) => Promise<void>,
 *   restore: (name: string, file: string) => Promise<void>, stop: () => Promise<void> }} Postgres
 * `create` makes an empty database and gives its address.
 */

/** @returns {Promise<Postgres>} */
export async function startPostgres() {
  const versions = existsSync(base) ? readdirSync(base).filter((v) => existsSync(join(base, v, "bin/initdb"))) : [];
  const version = versions.sort((a, b) => Number(b) - Number(a))[0];
  if (!version) throw new Error("PostgreSQL is missing: apt-get install postgresql");
  const program = (name) => join(base, version, "bin", name);
  const { folder, remove } = folderFor("postgres");
  if (process.getuid?.() === 0) {
    const id = (flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
    chownSync(folder, id("-u"), id("-g"));
  }
  const port = await freePort();
  const data = join(folder, "data");
  const options = { cwd: "/" };
  await finish(...as(program("initdb"), ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "-D", data]), options);
  // Nothing here has to outlive the run.
  const settings = [
    `port=${port}`, "listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`, "fsync=off", "synchronous_commit=off",
    "full_page_writes=off", "autovacuum=off", "max_wal_size=2GB",
  ];
  const server = as(program("postgres"), ["-D", data, ...settings.flatMap((setting) => ["-c", setting])]);
  const ready = () => finish(program("pg_isready"), ["-q", "-h", "127.0.0.1", "-p", String(port)]).then(() => true);
  const end = await serve("peers-postgres", ...server, options, ready);
  const address = (name) => `postgres://postgres@127.0.0.1:${port}/${name}`;
  const create = async (name) => {
    await finish(program("psql"), ["-q", "-c", `CREATE DATABASE ${name}`, address("postgres")], options);
    return address(name);
  };
  const dump = (name, file) => finish(program("pg_dump"), ["-Fc", "-Z1", "-f", file, address(name)]);
  const restore = (name, file) => finish(program("pg_restore"), ["--no-owner", "-d", address(name), file]);
  const stop = async () => {
    await end();
    remove();
  };
  return { create, dump, restore, stop };
}
