// Listens at a page for whatever only an injected text can cause: before anything of ours runs, and for as long as it is open.
import type { BrowserContext, Page, Request } from "@playwright/test";

/** What our own pages ask for. */
const paths = /^\/(desk|assets|icons|s|help|api\/v1)(\/|$)/;

/** Runs in the page, in front of every script of it. */
function listen(): void {
  const seen: string[] = [];
  const head = "html head body title meta link script style noscript";
  const drawn = "svg symbol path circle rect use";
  const desk = "div span p a i q b kbd img ul ol li dl dt dd h1 h2 h3 h4 main section header footer nav article aside button input textarea select option label form " +
    "fieldset legend details summary dialog blockquote address wbr hr br strong em code pre table thead tbody tr td th time mark small";
  const ours = new Set(`${head} ${drawn} ${desk}`.split(" "));
  // Where our own links lead. What somebody types must not choose another page of ours.
  const links = /^\/(desk(\/\w+(\/\w+)?)?|help\/\w+\/[\w-]+(\/[\w.%-]+)?|api\/v1\/admin\/conversations\/\w+\/attachments\/\w+|s\/\w+(\/[\w./%~-]*)?)$/;

  // What stands in the HTML that the server sends.
  const sent = new WeakSet<Element>();
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("*").forEach((element) => sent.add(element)), { capture: true });

  const wrong = (element: Element): string | undefined => {
    const tag = element.localName;
    if (!ours.has(tag)) return "an element that is none of ours";
    const came = document.readyState !== "loading" && !sent.has(element);
    if (came && (tag === "meta" || tag === "style" || (tag === "script" && !element.getAttribute("src")))) return "an element that came later";
    if (tag === "meta" && element.hasAttribute("http-equiv")) return "a command to the browser";
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) return "a handler";
      if (/^(srcdoc|formaction|ping|background|poster|srcset|xlink:href|is|nonce)$/.test(name)) return "an attribute that is none of ours";
      if (name === "style" && /url\s*\(|expression|@import/i.test(value)) return "a style that asks for something";
      if (name === "id" && !/^(a[cd]-|[a-z0-9-]+$)/.test(value)) return "a name that is none of ours";
      if (name === "action" && !/^\/help\//.test(value)) return "a form that is none of ours";
      if (name !== "href" && name !== "src" || value.startsWith("#")) continue;
      const to = new URL(value, document.baseURI);
      if (to.origin === location.origin && tag === "a" && !links.test(to.pathname)) return "a link that somebody else has chosen";
      if (to.origin === location.origin || to.protocol === "blob:") continue;
      if (tag !== "a" && !/^data:image\/(png|svg|jpeg)/.test(value)) return "something from elsewhere";
      if (tag === "a" && !/^(https?|mailto|tel):$/.test(to.protocol)) return "a link of a kind that is none of ours";
      if (tag === "a" && !/noopener/.test(element.getAttribute("rel") ?? "") && /^http/.test(to.protocol)) return "a link that keeps its opener";
    }
    return undefined;
  };
  const look = (element: Element): void => {
    const why = wrong(element);
    if (why) seen.push(`${why}: ${element.outerHTML.slice(0, 160)}`);
  };
  const tree = (root: Element | Document): void => {
    if (root instanceof Element) look(root);
    root.querySelectorAll("*").forEach(look);
  };
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "attributes") look(target as Element);
      addedNodes.forEach((node) => node instanceof Element && tree(node));
    }
  }).observe(document, { childList: true, subtree: true, attributes: true });
  document.addEventListener("securitypolicyviolation", (event) => seen.push(`against the policy: ${event.violatedDirective} ${event.blockedURI}`));

  // Whatever turns the direction of letters stands in a box of its own, with nothing of ours behind it.
  const turning = /[\u0590-\u08ff\u200f\u061c\u202a-\u202e\u2066-\u2069]/;
  const apart = (element: Element): boolean => {
    const { display, unicodeBidi } = getComputedStyle(element);
    return !/^(inline|contents)$/.test(display) || /isolate|plaintext/.test(unicodeBidi);
  };
  const directions = (): void => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode as Text;
      if (!turning.test(text.data) || text.parentElement?.closest(".ac-vh,script,style")) continue;
      let box = text.parentElement;
      while (box && !apart(box)) box = box.parentElement;
      const rest = document.createRange();
      rest.setStartAfter(text);
      if (box?.lastChild) rest.setEndAfter(box.lastChild);
      // Hints for those who listen, and icons, turn nothing.
      const hints = [...rest.cloneContents().querySelectorAll(".ac-vh,svg")].map(({ textContent }) => textContent ?? "");
      const behind = hints.reduce((words, hint) => words.replace(hint, ""), rest.toString());
      const said = (words: string) => JSON.stringify(words.slice(0, 60));
      if (/[\p{L}\p{N}]/u.test(behind)) seen.push(`turns what stands behind it: ${said(text.data)} before ${said(behind)}`);
      // In a sentence of ours: the name, and how it goes on.
      const sentence = text.parentElement?.closest(".ad-typing,.ad-banner,.ad-toast,.ad-happened,.ad-note-head");
      if (sentence && box?.getAttribute("dir") !== "auto" && /[\u202a-\u202e\u2066-\u2069]/.test(text.data)) {
        seen.push(`turns a sentence of ours: ${JSON.stringify(text.data.slice(0, 80))}`);
      }
    }
  };
  Object.assign(window, {
    sentry: () => {
      tree(document);
      directions();
      const ran = (window as unknown as { __pwned?: unknown }).__pwned;
      if (ran !== undefined) seen.push(`a script ran: ${String(ran)}`);
      return seen.splice(0);
    },
  });
}

export class Sentry {
  private readonly noticed: string[] = [];

  private constructor(private readonly page: Page, private readonly origin: string) {}

  /** Before the page goes anywhere. */
  static async at(page: Page, origin: string): Promise<Sentry> {
    const sentry = new Sentry(page, origin);
    const context: BrowserContext = page.context();
    await context.addInitScript(listen);
    context.on("request", (request) => sentry.asked(request));
    context.on("page", (other) => sentry.noticed.push(`a window: ${other.url()}`));
    page.on("dialog", (dialog) => {
      sentry.noticed.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("download", (download) => sentry.noticed.push(`a download: ${download.url()}`));
    page.on("frameattached", (frame) => sentry.noticed.push(`a frame: ${frame.url()}`));
    return sentry;
  }

  private asked(request: Request): void {
    const url = new URL(request.url());
    const own = url.origin === this.origin ? paths.test(url.pathname) : url.protocol === "blob:" || /^data:image\//.test(request.url());
    if (!own) this.noticed.push(`a request: ${request.url().slice(0, 200)}`);
  }

  /** Everything until now; nothing is told twice. */
  async report(): Promise<string[]> {
    const seen = await this.page.evaluate(() => (window as unknown as { sentry: () => string[] }).sentry());
    return [...new Set([...this.noticed.splice(0), ...seen])];
  }
}
