// The shop's side of a conversation, by the same API that the shop's own systems use.
import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { colleague } from "./colleague.ts";
import { aftercart, expect } from "./test.ts";

export { colleague };

export interface Said {
  seq: number;
  kind: string;
  from: { by: string; name?: string };
  text?: string;
  score?: number;
  comment?: string;
}

interface Log {
  state: string;
  read: { visitor: number; agent: number };
  events: Said[];
}

async function admin<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${aftercart()}/api/v1/admin/conversations${path}`, {
    method,
    headers: { authorization: `Bearer ${process.env.E2E_API_KEY}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  expect(answer.ok, `${method} ${path}: ${answer.status} ${text}`).toBe(true);
  return (text ? JSON.parse(text) : undefined) as T;
}

/** One conversation, as an agent has it. */
export class Desk {
  constructor(readonly id: string) {}

  /** The one that this page begins or finds next. Call before she sends, await after. */
  static async of(page: Page): Promise<Desk> {
    const opened = await page.waitForResponse((answer) => new URL(answer.url()).pathname === "/api/v1/conversations" && answer.ok());
    const { conversation } = (await opened.json()) as { conversation: { id: string } };
    return new Desk(conversation.id);
  }

  async subject(): Promise<Record<string, string>> {
    return (await admin<{ subject: Record<string, string> }>("GET", `/${this.id}`)).subject;
  }

  log(): Promise<Log> {
    return admin("GET", `/${this.id}/events`);
  }

  /** What was written, in order: hers and ours. */
  async texts(): Promise<string[]> {
    return (await this.log()).events.flatMap((event) => event.text ?? []);
  }

  take(): Promise<unknown> {
    return admin("POST", `/${this.id}/assign`, { agent: colleague.email });
  }

  say(text: string): Promise<{ seq: number }> {
    const said = { kind: "message", text };
    return admin("POST", `/${this.id}/events`, { agent: colleague.email, client_id: randomUUID(), said });
  }

  type(): Promise<unknown> {
    return admin("POST", `/${this.id}/typing`, { agent: colleague.email });
  }

  read(seq: number): Promise<unknown> {
    return admin("POST", `/${this.id}/read`, { agent: colleague.email, seq });
  }

  close(): Promise<unknown> {
    return admin("POST", `/${this.id}/close`, { agent: colleague.email });
  }
}
