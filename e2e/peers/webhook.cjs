// Neither engine posts webhooks of its own; both have an event bus. This posts what it hears to whoever is named in the
// file WEBHOOK_FILE ({"url", "secret"}), signed as Standard Webhooks says: `v1,` + base64 HMAC-SHA256 of `id.time.body`.
// The file is read for each event, so that a test can switch webhooks on and off under a running engine.
const { createHmac, randomUUID } = require("node:crypto");
const { readFileSync } = require("node:fs");

function target() {
  try {
    return JSON.parse(readFileSync(process.env.WEBHOOK_FILE, "utf8"));
  } catch {
    return undefined; // No file: webhooks are off.
  }
}

exports.post = async function post(type, data) {
  const to = target();
  if (!to) return;
  const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data });
  const id = `msg_${randomUUID()}`;
  const time = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(to.secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${time}.${body}`).digest("base64");
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": time,
    "webhook-signature": `v1,${signature}`,
  };
  try {
    const answer = await fetch(to.url, { method: "POST", headers, body });
    if (!answer.ok) console.error(`webhook ${type}: ${answer.status}`);
  } catch (error) {
    console.error(`webhook ${type}: ${error.message}`);
  }
};
