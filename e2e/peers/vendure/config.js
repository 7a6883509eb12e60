// A real Vendure on one SQLite file: server and job queue in one process, loopback only, nothing beside the two APIs.
const path = require("node:path");
const {
  DefaultJobQueuePlugin, DefaultLogger, DefaultSearchPlugin, EventBus, Fulfillment,
  FulfillmentStateTransitionEvent, LogLevel, OrderStateTransitionEvent, PluginCommonModule, TransactionalConnection, VendurePlugin, dummyPaymentHandler,
} = require("@vendure/core");
const { post } = require("../webhook.cjs");

/** What a shop adds so that Aftercart hears of its orders at once: one plugin that posts which order has changed. */
class TellAftercart {
  constructor(events, connection) {
    this.events = events;
    this.connection = connection;
  }

  onApplicationBootstrap() {
    const tell = (order) => post("order.changed", { id: String(order.id) });
    this.events.ofType(OrderStateTransitionEvent).subscribe(({ order }) => tell(order));
    this.events.ofType(FulfillmentStateTransitionEvent).subscribe(async ({ fulfillment }) => {
      const where = { id: fulfillment.id };
      const found = await this.connection.rawConnection.getRepository(Fulfillment).findOne({ where, relations: ["orders"] });
      for (const order of found?.orders ?? []) await tell(order);
    });
  }
}
Reflect.defineMetadata("design:paramtypes", [EventBus, TransactionalConnection], TellAftercart);
VendurePlugin({ imports: [PluginCommonModule], compatibility: "^3.0.0" })(TellAftercart);

exports.config = {
  logger: new DefaultLogger({ level: LogLevel.Warn }),
  apiOptions: {
    port: Number(process.env.PORT), hostname: "127.0.0.1", adminApiPath: "admin-api", shopApiPath: "shop-api",
    adminApiPlayground: false, shopApiPlayground: false,
  },
  authOptions: {
    tokenMethod: ["bearer", "api-key"],
    superadminCredentials: { identifier: "superadmin", password: "only for tests" },
    requireVerification: false,
    cookieOptions: { secret: "only for tests" },
  },
  dbConnectionOptions: {
    type: "better-sqlite3", database: process.env.DATABASE, synchronize: process.env.MAKE_TABLES === "1", logging: false,
  },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  importExportOptions: { importAssetsDir: path.dirname(process.env.DATABASE) },
  customFields: {},
  plugins: [DefaultJobQueuePlugin.init({ useDatabaseForBuffer: false }), DefaultSearchPlugin.init({}), TellAftercart],
};
