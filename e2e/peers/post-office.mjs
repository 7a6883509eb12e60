// A mail server that keeps what it takes, and may be cut off before it has taken a mail or before it says so.
import { createServer } from "node:net";

/** What a mail is about, from its subject. */
function kindOf(subject) {
  const kinds = { approved: /approved/i, received: /received/i, refunded: /refund/i };
  return Object.keys(kinds).find((kind) => kinds[kind].test(subject));
}

/** @returns {{ id?: string, subject: string, kind?: string }} */
function read(mail) {
  const head = mail.slice(0, mail.indexOf("\r\n\r\n")).replace(/\r\n[ \t]+/g, " ");
  const field = (name) => new RegExp(`^${name}: *(.*)$`, "im").exec(head)?.[1].trim();
  const subject = field("Subject") ?? "";
  return { id: field("Message-ID"), subject, kind: kindOf(subject) };
}

/**
 * @param {{ before?: (kind: string) => Promise<boolean>, after?: (kind: string) => Promise<boolean> }} how `before` and
 *   `after` surround a mail about a return, and say whether the conversation goes on
 */
export async function postOffice(how = {}) {
  /** @type {{ to: string[], id?: string, subject: string, kind?: string }[]} */
  const taken = [];
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
    const say = (line) => socket.write(`${line}\r\n`);
    let [unread, to, inData] = ["", [], false];
    let turn = Promise.resolve();
    const mailIs = async (text) => {
      const mail = { to, ...read(text) };
      to = [];
      if (mail.kind && how.before && !(await how.before(mail.kind))) return void socket.destroy();
      taken.push(mail);
      if (mail.kind && how.after && !(await how.after(mail.kind))) return void socket.destroy();
      say("250 taken");
    };
    const command = (line) => {
      const [verb] = line.toUpperCase().split(/[ :]/);
      if (verb === "RCPT") to.push(/<([^>]*)>/.exec(line)?.[1] ?? "");
      if (verb === "DATA") inData = true;
      say({ DATA: "354 go on", QUIT: "221 bye" }[verb] ?? "250 ok");
      if (verb === "QUIT") socket.end();
    };
    const more = async () => {
      for (;;) {
        const end = unread.indexOf(inData ? "\r\n.\r\n" : "\r\n");
        if (end < 0) return;
        const part = unread.slice(0, end);
        unread = unread.slice(end + (inData ? 5 : 2));
        if (inData) {
          inData = false;
          await mailIs(part);
        } else command(part);
      }
    };
    socket.setEncoding("utf8").on("data", (part) => {
      unread += part;
      turn = turn.then(more);
    });
    say("220 post office");
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
  };
  return { url: `smtp://127.0.0.1:${server.address().port}`, taken, stop };
}
