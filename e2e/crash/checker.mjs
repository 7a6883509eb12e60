// Compares what clients said, what was acknowledged to them, what they received and what stands in the log: everything that
// was said must stand there once, under the number that was acknowledged, and everybody must have seen the same.

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
/** As everybody sees it: its sender alone is told under which number she sent it. */
const plain = ({ client_id, ...event }) => event;

/**
 * Every text was said once, so it tells what is what; numbers are compared where they are told.
 *
 * @param {{ id: string, log: object[], clients: { name: string, by: string, sent: { id: string, text: string }[],
 *   acked: { id: string, seq: number, at: number }[], received: object[], unsaid: string[], faults: string[] }[] }} known
 *   of one conversation; `log` as the server tells it after its last start
 * @returns {string[]} what is wrong
 */
export function wrong({ id, log, clients }) {
  const found = [];
  const say = (what) => found.length < 40 && found.push(`${id}: ${what}`);
  log.forEach(({ seq }, at) => seq === at + 1 || say(`the log's ${at + 1}. event has the number ${seq}`));

  const saidBy = new Map(clients.flatMap(({ by, sent }) => sent.map(({ id, text }) => [text, { id, by }])));
  const stands = new Map();
  for (const event of log) {
    const said = event.kind === "message" && saidBy.get(event.text);
    if (!said) {
      say(`${event.seq} is nobody's: ${JSON.stringify(event)}`);
      continue;
    }
    const { id, by } = said;
    if (stands.has(id)) say(`${id} stands twice: ${stands.get(id).seq} and ${event.seq}`);
    stands.set(id, event);
    if (event.client_id !== undefined && event.client_id !== id) say(`${id} stands under ${event.client_id}`);
    if (event.from.by !== (by === "desk" ? "agent" : "visitor")) say(`${id} stands as said by ${event.from.by}`);
  }

  for (const { name, sent, acked, received, unsaid, faults } of clients) {
    for (const fault of faults) say(`${name}: ${fault}`);
    for (const one of unsaid) say(`${one} was never acknowledged`);
    const acknowledged = new Set();
    for (const { id, seq, at } of acked) {
      acknowledged.add(id);
      const event = stands.get(id);
      if (!event) say(`${id} was acknowledged as ${seq} and is lost`);
      else if (event.seq !== seq || event.at !== at) say(`${id} was acknowledged as ${seq}, and stands as ${event.seq}`);
    }
    for (const { id } of sent) if (!acknowledged.has(id)) say(`${id} has no acknowledgement`);
    const order = sent.map(({ id }) => stands.get(id)?.seq).filter(Boolean);
    order.forEach((seq, at) => at > 0 && seq < order[at - 1] && say(`${name}: ${sent[at].id} overtook the one before`));
    const seen = received.map(plain);
    const stood = log.map(plain);
    if (!same(seen, stood)) {
      const at = stood.findIndex((event, at) => !same(event, seen[at]));
      say(`${name} received ${seen.length} of ${stood.length} events; the first that differs is ${at + 1}`);
    }
    for (const { seq, client_id, text } of received) {
      if (client_id !== undefined && saidBy.get(text)?.id !== client_id) say(`${name} saw ${seq} under ${client_id}`);
    }
  }
  return found;
}

/** Each falsifies one fact of a conversation that is right. A checker that then says nothing is blind to it. */
const LIES = {
  "a message lost": ({ log, clients }) => {
    const gone = log.pop();
    clients.forEach(({ received }) => received.pop());
    return gone;
  },
  "a message twice": ({ log, clients }) => {
    const again = { ...log[0], seq: log.length + 1 };
    [log, ...clients.map(({ received }) => received)].forEach((list) => list.push(again));
  },
  "under another number": ({ log }) => (log.find(({ client_id }) => client_id).client_id = "x-1"),
  "said by another": ({ log, clients }) => {
    [log[0], ...clients.map(({ received }) => received[0])].forEach(({ from }) => (from.by = "system"));
  },
  "another text": ({ log, clients }) => [log[0], ...clients.map(({ received }) => received[0])].forEach((event) => (event.text += "!")),
  "a gap": ({ log, clients }) => [log, ...clients.map(({ received }) => received)].forEach((list) => (list.at(-1).seq += 1)),
  "acknowledged as another": ({ clients }) => (clients.find(({ acked }) => acked.length > 0).acked[0].seq += 1),
  "acknowledged twice, differently": ({ clients }) => {
    const { acked } = clients.find(({ acked }) => acked.length > 0);
    acked.push({ ...acked[0], at: acked[0].at + 1 });
  },
  "never acknowledged": ({ clients }) => {
    const client = clients.find(({ sent }) => sent.length > 0);
    client.acked = client.acked.filter(({ id }) => id !== client.sent[0].id);
  },
  "an event not received": ({ clients }) => clients[0].received.splice(1, 1),
  "an event received twice": ({ clients }) => clients[1].received.splice(1, 0, clients[1].received[0]),
  "two events in the other order": ({ clients }) => clients[0].received.reverse(),
  "one overtook another": ({ clients }) => clients.find(({ sent }) => sent.length > 1).sent.reverse(),
  "a fault that a client saw": ({ clients }) => clients[0].faults.push("closed with 1006"),
};

/** @returns {string[]} which lies about a conversation that is right are not noticed */
export const unnoticed = (known) =>
  Object.entries(LIES).flatMap(([name, lie]) => {
    const told = structuredClone(known);
    lie(told);
    return wrong(told).length > 0 ? [] : [name];
  });
