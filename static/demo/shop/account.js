// My account: what a shop's own page does for a signed-in customer. Its server signs a token; the panel takes it from there.
(() => {
  "use strict";
  const customer = document.querySelector("[data-account]").dataset.account;
  let again = true;

  async function identify() {
    const answer = await fetch("/account/token?customer=" + customer, { method: "POST" });
    const { token } = await answer.json();
    window.Aftercart("identify", token);
  }

  // Tokens live for minutes: a page that was left open signs another one when the panel asks for it.
  window.Aftercart("on", "identify", ({ result }) => {
    if (result === "refused" && again) identify();
    again = result !== "refused";
  });
  identify();
})();
