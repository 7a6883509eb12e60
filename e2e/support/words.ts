// The shopper's words, from the very files the product is built from: tests name a key, never a sentence.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./server.mjs";

export type Locale = "en" | "zh-CN";
export const locales: Locale[] = ["en", "zh-CN"];

type Texts = Record<string, Record<string, string>>;
const file = (name: string): Texts => JSON.parse(readFileSync(join(root, `shared/locales/${name}.json`), "utf8"));
const texts = Object.fromEntries(
  locales.map((locale) => [locale, { ...file(locale), ...file(`desk/${locale}`) }]),
) as Record<Locale, Texts>;

function text(locale: Locale, key: string): string {
  const [group = "", name = ""] = key.split(".");
  const found = texts[locale][group]?.[name];
  if (found === undefined) throw new Error(`shared/locales/${locale}.json has no ${key}`);
  return found;
}

/** The text with its placeholders filled in. */
export function say(locale: Locale, key: string, values: Record<string, string> = {}): string {
  return text(locale, key).replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${key} needs {${name}}`);
    return value;
  });
}

/** Matches the text whatever its placeholders hold. */
export function like(locale: Locale, key: string): RegExp {
  const parts = text(locale, key).split(/\{\w+\}/);
  return new RegExp(parts.map(literal).join(".+"));
}

/** Matches what starts with these words: an article's row starts with its title, and others may mention it. */
export function starting(words: string): RegExp {
  return new RegExp(`^\\s*${literal(words)}`);
}

/** For use inside a regular expression. */
export function literal(words: string): string {
  return words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** One of several texts. */
export function oneOf(locale: Locale, ...keys: string[]): RegExp {
  return new RegExp(keys.map((key) => like(locale, key).source).join("|"));
}
