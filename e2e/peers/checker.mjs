// Compares what an engine, our database and the post office know of returns that were asked for, approved, received and
// refunded: each of them must have everything, and have it once.

const EFFECTS = ["engine_receive", "engine_return", "mail_approved", "mail_received", "mail_refunded", "refund"];
const SUBJECTS = ["We have received what you sent back", "Your refund of $… is on its way", "Your request is approved"];

/**
 * Everything that is known of one return. `backs` are as `returns.mjs` made them, `desk` reads our admin API, `taken`
 * are the mails that have left; without a post office none of them is looked at.
 */
export async function facts(ours, peer, back, desk, taken) {
  const { view, total, events, lines } = await desk.shown(back);
  const about = (mail) => mail.subject.includes(back.number);
  const plain = (mail) => mail.subject.replace(/\d+\.\d\d/, "…").replace(` (${back.number})`, "");
  const mails = (await ours.outbox()).filter(about);
  return {
    engine: back.engine,
    number: back.number,
    state: view.state,
    total,
    events: events.map(({ event }) => event),
    counted: Object.fromEntries(lines.map(({ line, received }) => [line, received])),
    effects: (await desk.effects(back)).map(({ kind, state, says }) => ({ kind, state, says })),
    mails: mails.map((mail) => ({ subject: plain(mail), sent: mail.sent })),
    // The same mail twice is one to whoever gets it: it bears the same id.
    left: taken && [...new Map(taken.filter(about).map((mail) => [mail.id, plain(mail)])).values()],
    theirs: await (back.engine === "vendure" ? vendure : medusa)(peer, back),
  };
}

/** `records` is what the engine has besides: of Vendure notes and cancellations, of Medusa returns and its own books. */
async function vendure(peer, back) {
  const query = `query($id: ID!) { order(id: $id) {
    lines { id quantity orderPlacedQuantity } payments { refunds { total state reason } }
    history(options: { take: 100 }) { items { type data } }
  } }`;
  const { order } = await peer.shop.admin.ask(query, { id: back.order.id });
  const refunds = order.payments.flatMap((payment) => payment.refunds);
  const of = (type) => order.history.items.filter((item) => item.type === type).length;
  return {
    taken: Object.fromEntries(order.lines.map((line) => [line.id, line.orderPlacedQuantity - line.quantity])),
    refunds: refunds.map(({ total, state }) => [total, state]),
    marked: refunds.filter(({ reason }) => reason.includes(`${back.number} [aftercart `)).length,
    records: { notes: of("ORDER_NOTE"), cancellations: of("ORDER_CANCELLATION") },
  };
}

async function medusa(peer, back) {
  const fields = "id,*items,*items.detail,*payment_collections.payments.refunds,*returns,*returns.items,*transactions";
  const { order } = await peer.shop.get(`/admin/orders/${back.order.id}?fields=${fields}`);
  const refunds = order.payment_collections.flatMap(({ payments }) => payments).flatMap(({ refunds }) => refunds);
  const cents = (amount) => Math.round(Math.abs(amount) * 100);
  return {
    taken: Object.fromEntries(order.items.map((item) => [item.id, item.detail.return_received_quantity])),
    refunds: refunds.map(({ amount }) => [cents(amount), "Settled"]),
    marked: refunds.filter(({ note }) => note?.includes(`${back.number} [aftercart `)).length,
    records: {
      returns: order.returns.map(({ status, metadata, items }) => [
        status, metadata?.number, Object.fromEntries(items.map((item) => [item.item_id, item.received_quantity]).sort()),
      ]),
      books: order.transactions.filter(({ amount }) => amount < 0).map(({ amount }) => cents(amount)),
    },
  };
}

/** @returns {string[]} what is wrong */
export function wrong(known) {
  const found = [];
  const say = (what) => found.push(`${known.engine} ${known.number}: ${what}`);
  const same = (what, is, should) => {
    if (JSON.stringify(is) !== JSON.stringify(should)) say(`${what}: ${JSON.stringify(is)}, not ${JSON.stringify(should)}`);
  };
  const sorted = (object) => Object.fromEntries(Object.entries(object).sort());
  same("state", known.state, "refunded");
  same("effects", known.effects.map(({ kind }) => kind).sort(), EFFECTS);
  for (const { kind, state, says } of known.effects) if (state !== "done") say(`${kind} is ${state}: ${says}`);
  for (const event of ["approve", "receive", "refund_received", "refund_succeed"]) {
    same(`event ${event}`, known.events.filter((one) => one === event).length, 1);
  }
  same("mails", known.mails.map(({ subject }) => subject).sort(), SUBJECTS);
  if (known.left) {
    same("mails that left", [...known.left].sort(), SUBJECTS);
    same("mails kept as sent", known.mails.filter(({ sent }) => sent).length, SUBJECTS.length);
  }
  same("pieces taken back", sorted(known.theirs.taken), sorted(known.counted));
  same("refunds", known.theirs.refunds, [[known.total, "Settled"]]);
  same("refunds with our mark", known.theirs.marked, 1);
  const returned = [["received", known.number, sorted(known.counted)]];
  const records = known.engine === "vendure" ? { notes: 1, cancellations: 1 } : { returns: returned, books: [known.total] };
  same("the engine's records", known.theirs.records, records);
  return found;
}

/** Each falsifies one fact. A checker that then says nothing is blind to it. */
const LIES = {
  "another state": (known) => (known.state = "refunding"),
  "an effect twice": (known) => known.effects.push(known.effects[0]),
  "an effect never": (known) => known.effects.pop(),
  "an effect not done": (known) => (known.effects[0].state = "pending"),
  "received twice": (known) => known.events.push("receive"),
  "a mail twice": (known) => known.mails.push(known.mails[0]),
  "a mail never": (known) => known.mails.pop(),
  "a mail left twice": (known) => known.left?.push(known.left[0]) ?? known.mails.pop(),
  "a piece more": (known) => (known.theirs.taken[Object.keys(known.theirs.taken)[0]] += 1),
  "a refund twice": (known) => known.theirs.refunds.push(known.theirs.refunds[0]),
  "a refund never": (known) => known.theirs.refunds.pop(),
  "a cent more": (known) => (known.theirs.refunds[0][0] += 1),
  "a refund of somebody else": (known) => (known.theirs.marked = 0),
  "a record more": (known) => {
    if (known.engine === "vendure") known.theirs.records.notes += 1;
    else known.theirs.records.returns.push(known.theirs.records.returns[0]);
  },
};

/** @returns {string[]} which lies about a return that is right are not noticed */
export const unnoticed = (known) =>
  Object.entries(LIES).flatMap(([name, lie]) => {
    const told = structuredClone(known);
    lie(told);
    return wrong(told).length > 0 ? [] : [name];
  });
