// What a shop manager reads when she has her return policy checked, as a picture for the README.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { binary, root } from "../support/server.mjs";
import { expect, locales, test } from "../support/test.ts";

for (const locale of locales) {
  test(`aftercart policy check, ${locale}`, async ({ page }) => {
    const policy = "static/demo/returns.toml";
    const said = execFileSync(binary, ["policy", "check", policy, "--locale", locale], { cwd: root, encoding: "utf8" });
    // The beginning, and the last two examples: some two hundred lines lie between.
    const lines = said.trimEnd().split("\n");
    const fourth = lines.findIndex((line) => line.startsWith("  4. "));
    const examples = lines.flatMap((line, i) => (/^ {2}(as expected: |符合：)/.test(line) ? [i] : []));
    expect(fourth).toBeGreaterThan(0);
    expect(examples.length).toBeGreaterThan(10);
    const command = `$ aftercart policy check ${policy} --locale ${locale}`;
    const text = [command, "", ...lines.slice(0, fourth), "  …", "", ...lines.slice(examples.at(-2))];
    await page.setViewportSize({ width: 1080, height: 400 });
    await page.setContent(`<!doctype html><html lang="${locale}"><title>policy check</title><style>
      body { margin: 0; background: #1d2430; }
      pre { margin: 0; padding: 28px 32px; color: #e6e9ef; font: 14px/1.55 "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace; white-space: pre-wrap; }
    </style><main><pre></pre></main>`);
    await page.locator("pre").evaluate((pre, text) => { pre.textContent = text; }, text.join("\n"));
    await page.screenshot({ path: join(root, `e2e/shots/policy-check-${locale}.png`), fullPage: true });
  });
}
