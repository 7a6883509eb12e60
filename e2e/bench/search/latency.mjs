// How long a search takes with 59, 500 and 10,000 articles, asked one after the other over HTTP. Figures only: the
// machine decides them. The larger collections are the small one's sentences, shuffled under new names.
//
//   node e2e/bench/search/latency.mjs [questions]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { start } from "../../support/server.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const questions = Number(process.argv[2] ?? 300);
const languages = { en: "en", zh: "zh-CN" };
const rows = (name) => readFileSync(join(here, name), "utf8").split("\n").filter(Boolean);

/** The same numbers on every run. */
let seed = 20_260_101;
function below(limit) {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed % limit;
}

function articles(language, count) {
  const known = rows(`articles.${language}.jsonl`).map((row) => JSON.parse(row));
  const sentences = known.flatMap((article) => article.body.split(/(?<=[.。！!？?])\s*/)).filter(Boolean);
  const made = known.slice(0, count);
  while (made.length < count) {
    const [one, other] = [known[below(known.length)], known[below(known.length)]];
    const body = Array.from({ length: 4 + below(6) }, () => sentences[below(sentences.length)]);
    made.push({
      ...one, id: `made-${made.length}`, title: `${one.title} · ${other.title} ${made.length}`, body: body.join(language === "zh" ? "" : " "),
    });
  }
  return made.map((article) => JSON.stringify(article)).join("\n");
}

const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const folder = mkdtempSync(join(tmpdir(), "aftercart-search-"));
const server = await start("search-latency");
try {
  console.log("articles  locale  took_us p50 / p99   over HTTP p50 / p99 (ms)");
  for (const count of [59, 500, 10_000]) {
    const key = `pk_latency_${count}`;
    await server.cli(["site", "create", "--key", key, "--name", "Latency", "--origin", "https://shop.example",
      "--country", "CN", "--currency", "CNY", "--time-zone", "Asia/Shanghai"]);
    for (const [language, locale] of Object.entries(languages)) {
      const file = join(folder, `${language}-${count}.jsonl`);
      writeFileSync(file, articles(language, count));
      await server.cli(["import", "articles", file, "--site", key]);
      const asked = rows(`queries.${language}.tsv`).map((row) => row.split("\t")[0]);
      const ask = async (q) => {
        const begun = performance.now();
        const url = `${server.url}/api/v1/articles/search?q=${encodeURIComponent(q)}&locale=${locale}&limit=10`;
        const answer = await fetch(url, { headers: { "aftercart-site": key } });
        if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
        const { took_us, results } = await answer.json();
        return { took: took_us, ms: performance.now() - begun, found: results.length };
      };
      // The index is built with the first question after an import.
      const until = Date.now() + 60_000;
      while ((await ask(asked[0])).found === 0) {
        if (Date.now() > until) throw new Error(`${count} ${locale}: nothing is found`);
        await new Promise((again) => setTimeout(again, 200));
      }
      const answers = [];
      for (let i = 0; i < questions; i++) answers.push(await ask(asked[(i * 37) % asked.length]));
      const [took, ms] = [answers.map((one) => one.took), answers.map((one) => one.ms)];
      const pair = (values, digits) => `${percentile(values, 0.5).toFixed(digits)} / ${percentile(values, 0.99).toFixed(digits)}`;
      console.log(`${String(count).padStart(8)}  ${locale.padEnd(6)}  ${pair(took, 0).padEnd(18)}  ${pair(ms, 1)}`);
    }
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
