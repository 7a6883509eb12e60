// What shoppers and staff do in a running Vendure, through its own two APIs.

class Api {
  token;
  constructor(base, name) {
    this.url = `${base}/${name}`;
  }

  async ask(query, variables = {}) {
    const headers = { "content-type": "application/json" };
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    const answer = await fetch(this.url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
    this.token = answer.headers.get("vendure-auth-token") ?? this.token;
    const { data, errors } = await answer.json();
    if (errors) throw new Error(JSON.stringify(errors));
    // A mutation that failed is a member of a union, with HTTP 200.
    for (const result of Object.values(data)) {
      if (result?.errorCode) throw new Error(`${result.errorCode}: ${result.message}`);
    }
    return data;
  }
}

const FAILED = "... on ErrorResult { errorCode message }";
export const people = {
  ada: { email: "ada@example.com", firstName: "Ada", lastName: "Chen", country: "US", phone: "+1 212 555 0100" },
  bo: { email: "bo@example.com", firstName: "Bo", lastName: "Berg", country: "US", phone: "+1 212 555 0101" },
  wang: { email: "wang@example.cn", firstName: "伟", lastName: "王", country: "CN", phone: "+86 138 0000 0000" },
};

export class Vendure {
  constructor(base) {
    this.base = base;
    this.admin = new Api(base, "admin-api");
  }

  async signIn() {
    await this.admin.ask(`mutation { login(username: "superadmin", password: "only for tests") { ... on CurrentUser { id } ${FAILED} } }`);
  }

  /** What a shop gives to Aftercart: a key that reads orders and customers, and nothing else. */
  async key(permissions = ["ReadOrder", "ReadCustomer"]) {
    const code = `aftercart-${permissions.length}-${Date.now()}`;
    const { createRole } = await this.admin.ask(`mutation($i: CreateRoleInput!) { createRole(input: $i) { id } }`, {
      i: { code, description: "Aftercart", permissions },
    });
    const { createApiKey } = await this.admin.ask(`mutation($i: CreateApiKeyInput!) { createApiKey(input: $i) { apiKey } }`, {
      i: { roleIds: [createRole.id], translations: [{ languageCode: "en", name: code }] },
    });
    return createApiKey.apiKey;
  }

  /** @param {[sku: string, quantity: number][]} goods */
  async buy(who, goods) {
    const shop = new Api(this.base, "shop-api");
    const { items } = (await this.admin.ask("{ productVariants(options: { take: 50 }) { items { id sku } } }")).productVariants;
    const done = `{ ... on Order { id code } ${FAILED} }`;
    for (const [sku, quantity] of goods) {
      const variant = items.find((item) => item.sku === sku).id;
      await shop.ask(`mutation($v: ID!, $n: Int!) { addItemToOrder(productVariantId: $v, quantity: $n) ${done} }`, { v: variant, n: quantity });
    }
    const { email, firstName, lastName, country, phone } = people[who];
    await shop.ask(`mutation($i: CreateCustomerInput!) { setCustomerForOrder(input: $i) ${done} }`, {
      i: { emailAddress: email, firstName, lastName, phoneNumber: phone },
    });
    await shop.ask(`mutation($i: CreateAddressInput!) { setOrderShippingAddress(input: $i) ${done} }`, {
      i: {
        fullName: `${firstName} ${lastName}`, streetLine1: "1 Test Street", city: "New York", province: "NY",
        postalCode: "10001", countryCode: country, phoneNumber: phone,
      },
    });
    const { eligibleShippingMethods: [method] } = await shop.ask("{ eligibleShippingMethods { id } }");
    await shop.ask(`mutation($m: [ID!]!) { setOrderShippingMethod(shippingMethodId: $m) ${done} }`, { m: [method.id] });
    await shop.ask(`mutation { transitionOrderToState(state: "ArrangingPayment") ${done} }`);
    const { addPaymentToOrder } = await shop.ask(`mutation { addPaymentToOrder(input: { method: "dummy", metadata: {} }) ${done} }`);
    return this.order(addPaymentToOrder.id);
  }

  async order(id) {
    const query = "query($id: ID!) { order(id: $id) { id code state lines { id quantity } payments { id } fulfillments { id state } } }";
    return (await this.admin.ask(query, { id })).order;
  }

  /** Packs the lines (all without any) into one parcel. */
  async pack(order, tracking, method, lines = order.lines) {
    const { addFulfillmentToOrder } = await this.admin.ask(
      `mutation($i: FulfillOrderInput!) { addFulfillmentToOrder(input: $i) { ... on Fulfillment { id } ${FAILED} } }`,
      {
        i: {
          lines: lines.map(({ id, quantity }) => ({ orderLineId: id, quantity })),
          handler: {
            code: "manual-fulfillment",
            arguments: [{ name: "method", value: method }, { name: "trackingCode", value: tracking }],
          },
        },
      },
    );
    return addFulfillmentToOrder;
  }

  async move(fulfillment, state) {
    const mutation = `mutation($id: ID!, $s: String!) { transitionFulfillmentToState(id: $id, state: $s) { ... on Fulfillment { id } ${FAILED} } }`;
    await this.admin.ask(mutation, { id: fulfillment.id, s: state });
  }

  async ship(order, tracking, method = "UPS Ground", lines = order.lines) {
    const parcel = await this.pack(order, tracking, method, lines);
    await this.move(parcel, "Shipped");
    return parcel;
  }

  async deliver(_order, parcel) {
    await this.move(parcel, "Delivered");
  }

  /** Some lines, or the whole order without any. */
  async cancel(order, lines) {
    const i = { orderId: order.id, reason: "test", cancelShipping: !lines };
    if (lines) i.lines = lines.map(({ id, quantity }) => ({ orderLineId: id, quantity }));
    await this.admin.ask(`mutation($i: CancelOrderInput!) { cancelOrder(input: $i) { ... on Order { id } ${FAILED} } }`, { i });
  }

  async refund(order, amount) {
    // Deprecated, but without both of them it fails on SQLite.
    const i = { paymentId: order.payments[0].id, amount, reason: "test", shipping: 0, adjustment: 0 };
    const { refundOrder } = await this.admin.ask(`mutation($i: RefundOrderInput!) { refundOrder(input: $i) { ... on Refund { id state } ${FAILED} } }`, { i });
    return refundOrder;
  }
}

/** Orders in every state. Returns the key for Aftercart and each order's number. */
export async function seed(base) {
  const shop = new Vendure(base);
  await shop.signIn();
  const paid = await shop.buy("ada", [["APRON-M", 1], ["TEA-100", 2]]);
  const shipped = await shop.buy("ada", [["BAG-L", 1]]);
  await shop.ship(shipped, "1Z999AA10123456784");
  const partly = await shop.buy("wang", [["APRON-S", 1], ["TEA-100", 3]]);
  await shop.ship(partly, "SF1029384756", "顺丰速运", [{ id: partly.lines[1].id, quantity: 2 }]);
  const delivered = await shop.buy("ada", [["APRON-M", 2], ["TEA-100", 1]]);
  await shop.move(await shop.ship(delivered, "9400111899223197428490", "USPS"), "Delivered");
  const refunded = await shop.buy("bo", [["BAG-L", 1], ["TEA-100", 1]]);
  await shop.move(await shop.ship(refunded, "9400111899223197428491", "USPS"), "Delivered");
  await shop.cancel(refunded, [{ id: refunded.lines[0].id, quantity: 1 }]);
  await shop.refund(refunded, 14340);
  const cancelled = await shop.buy("bo", [["TEA-100", 1]]);
  await shop.cancel(cancelled);
  const orders = { paid, shipped, partly, delivered, refunded, cancelled };
  return {
    key: await shop.key(),
    orders: Object.fromEntries(Object.entries(orders).map(([name, { id, code }]) => [name, { id, number: code }])),
  };
}
