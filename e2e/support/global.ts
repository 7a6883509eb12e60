// One server for the whole run. Tests that need it slow or gone put `support/proxy.ts` before it.
import { start } from "./server.mjs";

export default async function globalSetup(): Promise<(() => Promise<void>) | void> {
  // Both set: test a server that runs already.
  if (process.env.E2E_URL && process.env.SHOP_URL) return;
  const server = await start("server");
  process.env.E2E_URL = server.url;
  process.env.SHOP_URL = server.shop;
  return server.stop;
}
