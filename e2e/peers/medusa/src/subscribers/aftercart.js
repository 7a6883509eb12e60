// What a shop adds so that Aftercart hears of its orders at once: a subscriber that posts which order has changed.
const { post } = require("../../../webhook.cjs");

// Some events name the order, some only the fulfilment.
const ORDERS = ["order.placed", "order.updated", "order.canceled", "order.completed", "order.return_requested", "order.return_received"];
const FULFILMENTS = ["order.fulfillment_created", "order.fulfillment_canceled", "shipment.created", "delivery.created"];

module.exports.default = async function tell({ event, container }) {
  let id = event.data.order_id ?? (ORDERS.includes(event.name) ? event.data.id : undefined);
  if (!id) {
    const query = container.resolve("query");
    const filters = { id: event.data.fulfillment_id ?? event.data.id };
    const { data } = await query.graph({ entity: "fulfillment", fields: ["order.id"], filters });
    id = data[0]?.order?.id;
  }
  if (id) await post("order.changed", { id });
};
module.exports.config = { event: [...ORDERS, ...FULFILMENTS] };
