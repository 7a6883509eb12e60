// An empty shop's tables, settings and goods in DATABASE_URL.
const path = require("node:path");
process.env.MAKE_TABLES = "1";
const { bootstrap } = require("@vendure/core");
const { populate } = require("@vendure/core/cli");
const { config } = require("./config.js");

const shop = {
  defaultLanguage: "en",
  defaultZone: "Americas",
  countries: [
    { name: "United States of America", code: "US", zone: "Americas" },
    { name: "China", code: "CN", zone: "Asia" },
  ],
  taxRates: [{ name: "Standard Tax", percentage: 20 }],
  shippingMethods: [{ name: "Standard Shipping", price: 500 }],
  paymentMethods: [
    { name: "Dummy", handler: { code: "dummy-payment-handler", arguments: [{ name: "automaticSettle", value: "true" }] } },
  ],
  collections: [],
};

populate(() => bootstrap(config), shop, path.join(__dirname, "products.csv"))
  .then((app) => app.close())
  .then(() => process.exit(0))
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
