// One server for the whole run. Tests that need it slow or gone put `support/proxy.ts` before it.
import { colleague } from "./colleague.ts";
import { start } from "./server.mjs";

export default async function globalSetup(): Promise<(() => Promise<void>) | void> {
  // Both set: test a server that runs already.
  if (process.env.E2E_URL && process.env.SHOP_URL) return;
  const server = await start("server");
  process.env.E2E_URL = server.url;
  // As the shop's own systems have one: tests write orders of their own with it.
  const made = await server.cli(["site", "api-key", "create", "--name", "e2e", "--site", "pk_demo"]);
  process.env.E2E_API_KEY = /sk_\S+/.exec(made)?.[0] ?? "";
  // Somebody to talk to.
  const who = ["--email", colleague.email, "--name", colleague.name, "--role", "agent", "--site", "pk_demo"];
  await server.cli(["agent", "create", ...who], "a pass phrase for tests\n");
  process.env.SHOP_URL = server.shop;
  return server.stop;
}
