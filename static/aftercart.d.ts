// Types of the script tag's API, for shops that write TypeScript:
//
//   /// <reference types="https://help.example.com/aftercart.d.ts" />
//
// or copy this file into the project. Commands may be called before the script has loaded if the page defines the
// usual stub first:
//
//   window.Aftercart = window.Aftercart || function () { (Aftercart.q = Aftercart.q || []).push(arguments); };

/** Where in the panel to go. */
export type AftercartView =
  | "home"
  | "track"
  | "return"
  | "withdraw"
  | "help"
  | "talk"
  | `help/c/${string}`
  | `help/a/${string}`
  | `help/search?q=${string}`;

export interface AftercartOpenOptions {
  /** The view to show; without it the panel shows what it showed last, or its home. */
  view?: AftercartView;
  /** An order number to fill in, with `view: "track"`. Never an e-mail address or phone number. */
  number?: string;
}

export interface AftercartChanges {
  /** Pixels between the launcher and the lower edge of the window, e.g. while a cookie bar is shown. Default 20. */
  offsetY?: number | string;
  /** The side of the window, seen in reading direction. Default: the site's setting. */
  side?: "start" | "end";
  /** `"none"` hides the launcher; the panel then opens by `Aftercart("open")` only. `""` shows it again. */
  launcher?: "none" | "";
  /** Anything else is handed to the panel as it is; it must be structured-cloneable. */
  [key: string]: unknown;
}

/** What `Aftercart("on", name, …)` can be told about, and what the listener receives. */
export interface AftercartEvents {
  /** The panel is shown. */
  open: undefined;
  /** The panel is hidden, by whomever. */
  close: undefined;
  /** The panel's first form takes input. */
  ready: undefined;
  /** The panel's application runs. */
  running: undefined;
  /** The shopper has chosen another language in the panel: its BCP 47 tag. */
  locale: string;
  /** What became of the last `identify`; when refused, a newly signed token may do. */
  identify: { result: "accepted" | "refused" };
  /** After `identify`: how many of the shopper's orders have a notice that she has not seen, and a line about the first. */
  notices: { count: number | string; text?: string };
  /** Once the shopper has talked to the shop: how many messages she has not seen, and a line that says so. */
  unread: { count: string; text: string };
}

export interface Aftercart {
  /** Shows the panel; the focus moves into it. */
  (command: "open", options?: AftercartOpenOptions): void;
  /** Hides the panel; the focus returns to where it came from. */
  (command: "close"): void;
  /** Opens or closes. */
  (command: "toggle"): void;
  /** Calls `listener` every time something happens. */
  <Name extends keyof AftercartEvents>(command: "on", name: Name, listener: (detail: AftercartEvents[Name]) => void): void;
  /** The same for events that this version of the types does not know. */
  (command: "on", name: string, listener: (detail: unknown) => void): void;
  /** Says who the shopper is: a short-lived token that the shop's server has signed. */
  (command: "identify", token: string): void;
  /** Changes the language of launcher and panel: a BCP 47 tag such as `"zh-CN"`. */
  (command: "setLocale", tag: string): void;
  /** Changes what the script tag's attributes have said. */
  (command: "update", changes: AftercartChanges): void;
  /** Removes launcher, panel and everything else from the page. Loading the script again starts anew. */
  (command: "destroy"): void;
  /** Commands called before the script had loaded. */
  q?: IArguments[];
}

/** The attributes of the script tag. `src` ends in `/aftercart.js` on the Aftercart server. */
export interface AftercartScriptAttributes {
  /** The site's public key, `pk_…`. */
  "data-site": string;
  /** Language; without it the page's `<html lang>`, else the browser's. */
  "data-locale"?: string;
  "data-side"?: "start" | "end";
  "data-offset-y"?: string;
  /** Downloads the panel three seconds after the page has loaded, not only when the shopper reaches for the launcher. */
  "data-prefetch"?: "idle";
  "data-launcher"?: "none";
}

declare global {
  interface Window {
    Aftercart: Aftercart;
  }
  const Aftercart: Aftercart;
}
