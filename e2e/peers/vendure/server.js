const { bootstrap, JobQueueService } = require("@vendure/core");
const { config } = require("./config.js");

bootstrap(config)
  .then(async (app) => {
    await app.get(JobQueueService).start();
    process.on("SIGTERM", () => app.close().finally(() => process.exit(0)));
    console.log("READY");
  })
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
