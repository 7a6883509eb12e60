// What the demo would have sent: codes are taken from there, as a shopper takes them from her mail.
import { aftercart, expect } from "./test.ts";

interface Outbox {
  mails: { to: string; subject: string; text: string; locale: string; at: number }[];
  texts: { to: string; body: string; at: number }[];
}

export async function outbox(): Promise<Outbox> {
  const answer = await fetch(`${aftercart()}/demo/outbox.json`);
  return (await answer.json()) as Outbox;
}

/** The six digits of the newest message to this address that is newer than `since` (milliseconds). */
export async function codeFor(to: string, since = 0): Promise<string> {
  let code = "";
  await expect
    .poll(async () => {
      const { mails, texts } = await outbox();
      const said = [
        ...mails.map((mail) => ({ to: mail.to, at: mail.at, words: mail.text })),
        ...texts.map((text) => ({ to: text.to, at: text.at, words: text.body })),
      ];
      const newest = said.filter((one) => one.to === to && one.at >= since).sort((a, b) => b.at - a.at)[0];
      code = /\b\d{6}\b/.exec(newest?.words ?? "")?.[0] ?? "";
      return code;
    })
    .not.toBe("");
  return code;
}
