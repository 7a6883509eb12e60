// What shoppers and staff do in a running Medusa, through its HTTP APIs. Its prices are in major units.

export const people = {
  ada: { email: "ada@example.com", first: "Ada", last: "Chen", country: "us", phone: "+12125550100" },
  bo: { email: "bo@example.com", first: "Bo", last: "Berg", country: "us", phone: "+12125550101" },
  wang: { email: "wang@example.cn", first: "伟", last: "王", country: "cn", phone: "+8613800000000" },
};

export const staff = { email: "admin@example.com", password: "supersecret" };

export class Medusa {
  auth = {};
  /** @param {object} [shop] what {@link furnish} gave, once it did */
  constructor(base, shop) {
    this.base = base;
    this.shop = shop;
  }

  async call(method, path, body, headers = this.auth) {
    const answer = await fetch(this.base + path, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 400)}`);
    return JSON.parse(text);
  }

  post(path, body = {}, headers) {
    return this.call("POST", path, body, headers);
  }

  get(path) {
    return this.call("GET", path);
  }

  async signIn() {
    const { token } = await this.post("/auth/user/emailpass", staff, {});
    this.auth = { authorization: `Bearer ${token}` };
  }

  /** A warehouse, a region, shipping and goods. */
  async furnish() {
    const { stores: [store] } = await this.get("/admin/stores");
    await this.post(`/admin/stores/${store.id}`, { supported_currencies: [{ currency_code: "usd", is_default: true }] });
    const { sales_channel: channel } = await this.post("/admin/sales-channels", { name: "Web" });
    const { api_key: publishable } = await this.post("/admin/api-keys", { title: "storefront", type: "publishable" });
    await this.post(`/admin/api-keys/${publishable.id}/sales-channels`, { add: [channel.id] });
    const { region } = await this.post("/admin/regions", {
      name: "World", currency_code: "usd", countries: ["us", "cn"], payment_providers: ["pp_system_default"],
    });
    const { stock_location: warehouse } = await this.post("/admin/stock-locations", {
      name: "Warehouse", address: { address_1: "1 Dock Road", city: "Newark", country_code: "us" },
    });
    await this.post(`/admin/stock-locations/${warehouse.id}/sales-channels`, { add: [channel.id] });
    await this.post(`/admin/stock-locations/${warehouse.id}/fulfillment-providers`, { add: ["manual_manual"] });
    const { stock_location } = await this.post(
      `/admin/stock-locations/${warehouse.id}/fulfillment-sets?fields=*fulfillment_sets`, { name: "Shipping", type: "shipping" },
    );
    const { fulfillment_set } = await this.post(
      `/admin/fulfillment-sets/${stock_location.fulfillment_sets[0].id}/service-zones?fields=*service_zones`,
      { name: "World", geo_zones: [{ type: "country", country_code: "us" }, { type: "country", country_code: "cn" }] },
    );
    const { shipping_profile: profile } = await this.post("/admin/shipping-profiles", { name: "Default", type: "default" });
    const { shipping_option } = await this.post("/admin/shipping-options", {
      name: "Standard", service_zone_id: fulfillment_set.service_zones[0].id, shipping_profile_id: profile.id,
      provider_id: "manual_manual", price_type: "flat", data: { id: "manual-fulfillment" },
      type: { label: "Standard", description: "Standard", code: "standard" },
      prices: [{ currency_code: "usd", amount: 5 }],
      rules: [
        { attribute: "enabled_in_store", operator: "eq", value: "true" },
        { attribute: "is_return", operator: "eq", value: "false" },
      ],
    });
    const variants = {};
    for (const [title, option, sizes] of [
      ["Linen Apron", "Size", [["S", "APRON-S", 49], ["M", "APRON-M", 49]]],
      ["Canvas Bag", "Size", [["L", "BAG-L", 119.5]]],
      ["Tea Tin 茶叶罐", "Weight", [["100 g", "TEA-100", 18.25]]],
    ]) {
      const { product } = await this.post("/admin/products", {
        title, status: "published", shipping_profile_id: profile.id, sales_channels: [{ id: channel.id }],
        options: [{ title: option, values: sizes.map(([size]) => size) }],
        variants: sizes.map(([size, sku, amount]) => ({
          title: size, sku, manage_inventory: false, options: { [option]: size }, prices: [{ currency_code: "usd", amount }],
        })),
      });
      for (const variant of product.variants) variants[variant.sku] = variant.id;
    }
    this.shop = {
      publishable: publishable.token, channel: channel.id, region: region.id, warehouse: warehouse.id,
      shipping: shipping_option.id, variants,
    };
    return this.shop;
  }

  /** What a shop gives to Aftercart: a secret key. */
  async key() {
    return (await this.post("/admin/api-keys", { title: "Aftercart", type: "secret" })).api_key.token;
  }

  /** @param {[sku: string, quantity: number][]} goods */
  async buy(who, goods) {
    const { email, first, last, country, phone } = people[who];
    const { publishable, region, channel, shipping, variants } = this.shop;
    const shopper = { "x-publishable-api-key": publishable };
    const address = {
      first_name: first, last_name: last, address_1: "1 Test Street", city: "New York", postal_code: "10001",
      province: "NY", country_code: country, phone,
    };
    const { cart } = await this.post("/store/carts", {
      region_id: region, sales_channel_id: channel, email, shipping_address: address, billing_address: address,
      items: goods.map(([sku, quantity]) => ({ variant_id: variants[sku], quantity })),
    }, shopper);
    await this.post(`/store/carts/${cart.id}/shipping-methods`, { option_id: shipping }, shopper);
    const { payment_collection } = await this.post("/store/payment-collections", { cart_id: cart.id }, shopper);
    await this.post(`/store/payment-collections/${payment_collection.id}/payment-sessions`, { provider_id: "pp_system_default" }, shopper);
    const done = await this.post(`/store/carts/${cart.id}/complete`, {}, shopper);
    if (done.type !== "order") throw new Error(JSON.stringify(done).slice(0, 400));
    const { order } = await this.get(`/admin/orders/${done.order.id}?fields=id,display_id,*items,*payment_collections.payments`);
    await this.post(`/admin/payments/${order.payment_collections[0].payments[0].id}/capture`);
    return order;
  }

  /** Packs the items (all without any) into one parcel and hands it over. */
  async ship(order, tracking, url = "#", items = order.items) {
    const parts = items.map(({ id, quantity }) => ({ id, quantity }));
    const packed = await this.post(`/admin/orders/${order.id}/fulfillments?fields=*fulfillments`, {
      location_id: this.shop.warehouse, items: parts,
    });
    const fulfillment = packed.order.fulfillments.at(-1);
    await this.post(`/admin/orders/${order.id}/fulfillments/${fulfillment.id}/shipments`, {
      items: parts, labels: [{ tracking_number: tracking, tracking_url: url, label_url: "#" }],
    });
    return fulfillment;
  }

  async deliver(order, fulfillment) {
    await this.post(`/admin/orders/${order.id}/fulfillments/${fulfillment.id}/mark-as-delivered`);
  }

  async cancel(order) {
    await this.post(`/admin/orders/${order.id}/cancel`);
  }

  /** A return that has arrived, and its money given back. */
  async takeBack(order, item, amount) {
    const { return: made } = await this.post("/admin/returns", { order_id: order.id, location_id: this.shop.warehouse });
    const items = [{ id: item.id, quantity: 1 }];
    await this.post(`/admin/returns/${made.id}/request-items`, { items });
    await this.post(`/admin/returns/${made.id}/request`);
    await this.post(`/admin/returns/${made.id}/receive`);
    await this.post(`/admin/returns/${made.id}/receive-items`, { items });
    await this.post(`/admin/returns/${made.id}/receive/confirm`);
    await this.post(`/admin/payments/${order.payment_collections[0].payments[0].id}/refund`, { amount });
  }
}

/** Orders in every state. Returns the key for Aftercart, each order's number, and what buying more takes. */
export async function seed(base) {
  const medusa = new Medusa(base);
  await medusa.signIn();
  const shop = await medusa.furnish();
  const paid = await medusa.buy("ada", [["APRON-M", 1], ["TEA-100", 2]]);
  const shipped = await medusa.buy("ada", [["BAG-L", 1]]);
  await medusa.ship(shipped, "1Z999AA10123456784", "https://www.ups.com/track?tracknum=1Z999AA10123456784");
  const partly = await medusa.buy("wang", [["APRON-S", 1], ["TEA-100", 3]]);
  const tea = partly.items.find((item) => item.variant_sku === "TEA-100");
  await medusa.ship(partly, "SF1029384756", "#", [{ id: tea.id, quantity: 2 }]);
  const delivered = await medusa.buy("ada", [["APRON-M", 2], ["TEA-100", 1]]);
  await medusa.deliver(delivered, await medusa.ship(delivered, "9400111899223197428490"));
  const refunded = await medusa.buy("bo", [["BAG-L", 1], ["TEA-100", 1]]);
  await medusa.deliver(refunded, await medusa.ship(refunded, "9400111899223197428491"));
  await medusa.takeBack(refunded, refunded.items.find((item) => item.variant_sku === "BAG-L"), 119.5);
  const cancelled = await medusa.buy("bo", [["TEA-100", 1]]);
  await medusa.cancel(cancelled);
  const orders = { paid, shipped, partly, delivered, refunded, cancelled };
  return {
    key: await medusa.key(),
    shop,
    orders: Object.fromEntries(Object.entries(orders).map(([name, { id, display_id }]) => [name, { id, number: String(display_id) }])),
  };
}
