// Stands between browser and server, and misbehaves on demand: late, slow, broken off in the middle, or not there.
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface Fault {
  /** Milliseconds before the first byte of an answer. */
  delay?: number;
  /** Bytes of an answer's body after which the connection breaks. */
  cut?: number;
  /** Bytes a second. */
  throttle?: number;
  /** Answers nothing: the connection breaks at once. */
  refuse?: boolean;
  /** Takes requests and never answers. */
  hang?: boolean;
  /** Answers this itself. */
  answer?: { status: number; body: unknown; headers?: Record<string, string> };
  /** Only paths that match; all without it. */
  only?: RegExp;
}

export class Proxy {
  url = "";
  private fault: Fault = {};
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((from, to) => void this.handle(from, to).catch(() => to.destroy()));

  constructor(private readonly target: string) {}

  async start(): Promise<this> {
    this.server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    await new Promise<void>((listening) => this.server.listen(0, "127.0.0.1", listening));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  /** From now on; `{}` is well-behaved again. */
  set(fault: Fault): void {
    this.fault = fault;
    // Or a kept-alive connection would hide that nobody listens.
    if (fault.refuse) for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((closed) => this.server.close(closed));
  }

  private async handle(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const path = from.url ?? "/";
    const fault = !this.fault.only || this.fault.only.test(path) ? this.fault : {};
    if (fault.refuse) return void from.socket.destroy();
    if (fault.hang) return;
    if (fault.delay) await later(fault.delay);
    if (fault.answer) {
      to.writeHead(fault.answer.status, { "content-type": "application/json", ...fault.answer.headers });
      return void to.end(JSON.stringify(fault.answer.body));
    }
    // The server must see its own address as host and origin, or it would rightly take us for a stranger.
    const host = new URL(this.target).host;
    const headers = { ...from.headers, host };
    if (headers.origin === this.url) headers.origin = this.target;
    const upstream = request(this.target + path, { method: from.method, headers });
    from.pipe(upstream);
    upstream.on("error", () => to.destroy());
    upstream.on("response", (answer) => void this.pass(answer, to, fault).catch(() => to.destroy()));
  }

  private async pass(answer: IncomingMessage, to: ServerResponse, fault: Fault): Promise<void> {
    to.writeHead(answer.statusCode ?? 502, answer.headers);
    let sent = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      const rest = fault.cut === undefined ? chunk : chunk.subarray(0, Math.max(0, fault.cut - sent));
      sent += rest.length;
      to.write(rest);
      if (fault.throttle) await later((rest.length / fault.throttle) * 1000);
      if (fault.cut !== undefined && sent >= fault.cut) return void to.destroy();
    }
    to.end();
  }
}

function later(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
