// Harbour & Pine: the shop's own behaviour. Words and prices come from the page, so one file serves both languages.

// Clicks made before Aftercart has loaded wait in this queue and are carried out when it arrives.
window.Aftercart =
  window.Aftercart ||
  function () {
    (window.Aftercart.q = window.Aftercart.q || []).push(arguments);
  };

(() => {
  "use strict";
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);

  // ---- Help: any button with data-help opens the panel at that view, with an order number where there is one.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-help]");
    if (!button) return;
    const ask = { view: button.dataset.help };
    if (button.dataset.number) ask.number = button.dataset.number;
    window.Aftercart("open", ask);
  });

  // ---- Bag: a toy, kept only while this page is open.
  const bag = $("#bag");
  const toast = $("#toast");
  const lines = new Map();
  const money = new Intl.NumberFormat(document.documentElement.lang, {
    style: "currency",
    currency: bag.dataset.currency,
    currencyDisplay: "narrowSymbol",
  });

  function draw() {
    let count = 0;
    let sum = 0;
    $(".lines", bag).replaceChildren(
      ...[...lines].map(([key, line]) => {
        count += line.quantity;
        sum += line.quantity * line.price;
        const row = $("#bag-line").content.cloneNode(true).firstElementChild;
        $("img", row).src = `/img/${line.slug}.svg`;
        $("[data-title]", row).textContent = line.title;
        $("[data-detail]", row).textContent = [line.option, `× ${line.quantity}`].filter(Boolean).join(" · ");
        $("[data-sum]", row).textContent = money.format(line.quantity * line.price);
        const remove = $("button", row);
        remove.setAttribute("aria-label", fill(bag.dataset.remove, line));
        remove.addEventListener("click", () => {
          lines.delete(key);
          draw();
          $("[data-close]", bag).focus();
        });
        return row;
      }),
    );
    $("[data-total]", bag).textContent = money.format(sum);
    $("footer", bag).hidden = count === 0;
    const badge = $("#bag-count");
    badge.textContent = count;
    badge.dataset.count = count;
  }

  let hiding;
  function say(text) {
    toast.textContent = text;
    clearTimeout(hiding);
    hiding = setTimeout(() => (toast.textContent = ""), 4000);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add]");
    if (!button) return;
    const { add: slug, title, price } = button.dataset;
    const form = button.closest("form");
    const option = form?.elements.option?.value ?? "";
    const quantity = Number($("output", form ?? bag)?.value) || 1;
    const key = `${slug} ${option}`;
    const already = lines.get(key)?.quantity ?? 0;
    lines.set(key, { slug, title, price: Number(price), option, quantity: already + quantity });
    draw();
    say(fill(bag.dataset.added, { title }));
  });

  $("#bag-open").addEventListener("click", () => bag.showModal());
  bag.addEventListener("click", (event) => {
    if (event.target === bag || event.target.closest("[data-close]")) bag.close();
  });
  draw();

  // ---- Quantity on a product page.
  for (const button of all("[data-step]")) {
    button.addEventListener("click", () => {
      const output = $("output", button.parentElement);
      output.value = Math.min(9, Math.max(1, Number(output.value) + Number(button.dataset.step)));
    });
  }

  // ---- Search opens under the header, takes the keyboard, and closes with Escape.
  const search = $(".search");
  search.addEventListener("toggle", () => search.open && $("input", search).focus());
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !search.open) return;
    search.open = false;
    $("summary", search).focus();
  });

  // ---- Home: show one kind of thing (#lamps) or what was searched for (?q=linen).
  const grid = $("#things");
  if (!grid) return;
  const asked = (new URLSearchParams(location.search).get("q") ?? "").trim();
  function show() {
    const kind = location.hash.slice(1);
    const chips = all(".chips a");
    const known = chips.some((chip) => chip.hash === `#${kind}` && kind !== "all");
    const words = known ? "" : asked.toLowerCase();
    let shown = 0;
    for (const card of all(".card", grid)) {
      const fits = known ? card.dataset.kind === kind : card.textContent.toLowerCase().includes(words);
      card.hidden = !fits;
      shown += fits;
    }
    for (const chip of chips) {
      if (chip.hash === (known ? `#${kind}` : "#all")) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
    }
    grid.classList.toggle("few", shown < 4);
    const note = $("#found");
    note.textContent = words ? fill(shown ? note.dataset.some : note.dataset.none, { q: asked, n: shown }) : note.dataset.all;
  }
  addEventListener("hashchange", show);
  show();
  if (asked && !location.hash) $("#collection").scrollIntoView();
})();
