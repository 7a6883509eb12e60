// The machine's power, and what is left on the disk when it goes: everything that was synced, and of the rest whatever the
// disk had got to, sector by sector, in any order.
import { execFileSync } from "node:child_process";
import { existsSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../support/server.mjs";

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), "unsynced.c");
const LAYER = join(root, "target/unsynced.so");
/** What a disk writes whole or not at all. */
const SECTOR = 512;
const HEAD = 40;

/** The layer between SQLite and the disk; built when it is not there, or older than its source. */
function layer() {
  if (!existsSync(LAYER) || statSync(LAYER).mtimeMs < statSync(SOURCE).mtimeMs) {
    mkdirSync(dirname(LAYER), { recursive: true });
    execFileSync(process.env.CC ?? "cc", ["-shared", "-fPIC", "-O1", "-o", LAYER, SOURCE, "-ldl", "-lpthread"], { stdio: "inherit" });
  }
  return LAYER;
}

/** @param {Buffer} log @returns {{ cut: boolean, offset: number, size: number, before: Buffer, said: Buffer }[]} */
function records(log) {
  const found = [];
  for (let at = 0; at + HEAD <= log.length; ) {
    const [cut, offset, length, size, there] = [0, 8, 16, 24, 32].map((place) => Number(log.readBigUInt64LE(at + place)));
    const [before, said] = [at + HEAD, at + HEAD + there];
    const end = said + (cut ? 0 : length);
    // The process was killed while it wrote this down: what it tells of was not written.
    if (end > log.length) break;
    found.push({ cut: cut === 1, offset, size, before: log.subarray(before, said), said: log.subarray(said, end) });
    at = end;
  }
  return found;
}

/**
 * @param {{ draw: () => number, deaf?: boolean }} how `deaf`: a disk that does not sync the log of what was committed, as with
 *   synchronous=NORMAL, which must be noticed
 */
export function power({ draw, deaf = false }) {
  const logs = mkdtempSync(join(tmpdir(), "aftercart-unsynced-"));
  const counts = { lost: 0, kept: 0, bytes: 0 };
  return {
    counts,
    settings: { LD_PRELOAD: layer(), UNSYNCED_LOGS: logs, ...(deaf && { UNSYNCED_DEAF: "-wal" }) },
    /** After the process is gone. @param {string} folder where the database lies */
    goes(folder) {
      for (const name of readdirSync(logs)) {
        const [log, path] = [join(logs, name), join(folder, name)];
        const written = records(readFileSync(log));
        truncateSync(log);
        if (written.length === 0 || !existsSync(path)) continue;
        const file = openSync(path, "r+");
        for (const { offset, size, before } of written.toReversed()) {
          writeSync(file, before, 0, before.length, offset);
          ftruncateSync(file, size);
        }
        // Nothing of it, everything up to somewhere, or whatever was quicker.
        const mood = draw();
        const last = Math.floor(draw() * (written.length + 1));
        written.forEach(({ cut, offset, said }, nth) => {
          const reached = () => (mood < 0.34 ? false : mood < 0.67 ? nth < last : draw() < 0.5);
          if (cut) return void (reached() && ftruncateSync(file, offset));
          for (let at = 0; at < said.length; at += SECTOR) {
            const part = said.subarray(at, at + SECTOR);
            if (reached()) {
              writeSync(file, part, 0, part.length, offset + at);
              counts.kept += 1;
            } else {
              counts.lost += 1;
              counts.bytes += part.length;
            }
          }
        });
        closeSync(file);
      }
      // Shared memory, made anew from the others.
      for (const name of readdirSync(folder)) if (name.endsWith(".db-shm")) rmSync(join(folder, name));
    },
    stop: () => rmSync(logs, { recursive: true, force: true }),
  };
}
