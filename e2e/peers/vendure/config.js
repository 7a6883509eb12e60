// A real Vendure: a database of its own, server and job queue in one process, loopback only, nothing beside the two APIs.
const { createHash, timingSafeEqual } = require("node:crypto");
const {
  DefaultJobQueuePlugin, DefaultLogger, EventBus, Fulfillment,
  FulfillmentStateTransitionEvent, LogLevel, OrderStateTransitionEvent, PluginCommonModule, RandomBytesApiKeyStrategy, TransactionalConnection, VendurePlugin, dummyPaymentHandler,
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

/**
 * How API keys are kept. Vendure checks a key at each request, by default with bcrypt: a quarter of a second of a core, every time.
 * That is meant for passwords, which can be guessed; a key of 32 random bytes cannot, so one round of SHA-256 protects it as well.
 */
const keyHashing = {
  hash: async (key) => createHash("sha256").update(key).digest("hex"),
  check: async (key, kept) => timingSafeEqual(createHash("sha256").update(key).digest(), Buffer.from(kept, "hex")),
};

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
    adminApiKeyStrategy: new RandomBytesApiKeyStrategy({ hashingStrategy: keyHashing }),
    cookieOptions: { secret: "only for tests" },
  },
  dbConnectionOptions: {
    type: "postgres", url: process.env.DATABASE_URL, synchronize: process.env.MAKE_TABLES === "1", logging: false,
  },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  importExportOptions: { importAssetsDir: __dirname },
  customFields: {},
  plugins: [DefaultJobQueuePlugin.init({ useDatabaseForBuffer: false }), TellAftercart],
};
