// A real Medusa: a database of its own, everything else in memory, no admin dashboard, loopback only.
const { defineConfig } = require("@medusajs/framework/utils");

module.exports = defineConfig({
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    databaseDriverOptions: { ssl: false },
    http: {
      storeCors: "*", adminCors: "*", authCors: "*", host: "127.0.0.1", port: Number(process.env.PORT),
      jwtSecret: "only for tests", cookieSecret: "only for tests",
    },
  },
  admin: { disable: true },
});
