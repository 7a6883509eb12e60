// The desk in a browser of its own, and what the demo shop's people know.
import { randomUUID } from "node:crypto";
import type { Browser, Page } from "@playwright/test";
import { type Arrived } from "./returns.ts";
import { aftercart, Complaints, expect, say, site, type Locale } from "./test.ts";

/** Made by --demo; server/src/seed.rs says who they are. */
export const mei = { email: "mei@demo.example", name: "Mei 林美" };
export const tom = { email: "tom@demo.example", name: "Tom" };
export const password = "harbour and pine";

export interface Seat {
  page: Page;
  complaints: Complaints;
  close: () => Promise<void>;
}

interface Look {
  viewport?: { width: number; height: number };
  colorScheme?: "light" | "dark";
  touch?: boolean;
}

/** A browser in which nobody is logged in. */
export async function seat(browser: Browser, locale: Locale, look: Look = {}): Promise<Seat> {
  const context = await browser.newContext({
    viewport: look.viewport ?? { width: 1280, height: 800 },
    colorScheme: look.colorScheme ?? "light",
    hasTouch: look.touch ?? false,
    isMobile: look.touch ?? false,
    locale: locale === "en" ? "en-GB" : "zh-CN",
    timezoneId: "Europe/London",
  });
  await context.addInitScript((tag) => localStorage.getItem("aftercart desk locale") ?? localStorage.setItem("aftercart desk locale", tag), locale);
  const page = await context.newPage();
  const complaints = new Complaints(page);
  // The first thing asked is whether she is logged in.
  complaints.allow(/401 \(Unauthorized\).*\/api\/v1\/desk\//);
  return { page, complaints, close: () => context.close() };
}

export async function logIn(page: Page, locale: Locale, who: { email: string } = mei, word = password): Promise<void> {
  await page.getByLabel(say(locale, "desk.email"), { exact: true }).fill(who.email);
  await page.getByLabel(say(locale, "desk.password"), { exact: true }).fill(word);
  await page.getByRole("button", { name: say(locale, "desk.log_in"), exact: true }).click();
}

/** Logged in, with the queue on screen. */
export async function atDesk(browser: Browser, locale: Locale, who = mei, look: Look = {}): Promise<Seat> {
  const there = await seat(browser, locale, look);
  await there.page.goto(`${aftercart()}/desk`);
  await logIn(there.page, locale, who);
  await expect(there.page.locator(".ad-views")).toBeVisible();
  return there;
}

/** By the session of whoever is logged in there. */
export async function asked<T>(page: Page, method: string, path: string, data?: unknown): Promise<T> {
  const answer = await page.request.fetch(`${aftercart()}/api/v1${path}`, { method, data, headers: { "aftercart-desk": "1" } });
  const text = await answer.text();
  expect(answer.ok(), `${method} ${path}: ${answer.status()} ${text}`).toBe(true);
  return (text ? JSON.parse(text) : undefined) as T;
}

/** A lamp with a fault, sent back: a person decides. */
export async function sentBack(order: Arrived, locale: Locale): Promise<{ id: string; number: string }> {
  const headers = { "aftercart-site": site, "content-type": "application/json", authorization: `Bearer ${order.token}` };
  const post = async <T>(path: string, body: unknown): Promise<T> => {
    const answer = await fetch(`${aftercart()}/api/v1/me/orders/${order.id}/returns${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const text = await answer.text();
    expect(answer.ok, `${path}: ${answer.status} ${text}`).toBe(true);
    return JSON.parse(text) as T;
  };
  const wish = { locale, lines: [{ line: "l1", quantity: 1, reason: "faulty" }], resolution: "refund" };
  const quote = await post<{ methods: { method: string }[] }>("/quote", wish);
  const comment = locale === "en" ? "The switch crackles." : "开关有杂音。";
  const made = await post<{ summary: { id: string; number: string } }>("", { ...wish, key: randomUUID(), method: quote.methods[0]?.method, comment });
  return made.summary;
}
