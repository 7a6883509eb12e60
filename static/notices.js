// The page's side of news for the shopper, loaded by the loader once the shop has said who she is or she has begun to
// talk to the shop, and never for anybody else. It lets the loader make the panel's frame, where the token is exchanged
// (static/identify.js), and shows on the launcher how many of her orders need a look and how many messages she has not
// seen. What they are stays in the frame; the page hears how many there are and one line.
//
// Written for the same build as the loader: see the rules at its top. It works on what the loader has drawn, because
// the loader has no byte left for telling others how it is made.
(() => {
  const _doc = document,
    _base = new URL(_doc.currentScript.src).origin,
    _later = window.requestIdleCallback || setTimeout,
    _sheet = new CSSStyleSheet();
  // What each kind of news has to say last: how many, and a line.
  const _news = {};
  let _root, _button, _badge;

  // Both ways lead here; once is enough.
  if (window.Aftercart.news) {
    return;
  }
  window.Aftercart.news = 1;

  _sheet.replaceSync(
    "span{position:absolute;top:-4px;inset-inline-end:-4px;box-sizing:border-box;min-width:20px;padding:0 4px;" +
    "border-radius:10px;font:700 12px/20px system-ui;text-align:center;color:#fff;background:#c62828}" +
    "[aria-expanded=true]>span{display:none}" +
    // The line takes the place of the launcher's label.
    "@media(hover){:host>[aria-description][aria-expanded=false]:hover:before{content:attr(aria-description);" +
    "width:max-content;max-width:min(280px,60vw);white-space:normal;text-align:start}}"
  );

  const _paint = () => {
      const _told = Object.values(_news).filter((_each) => +_each.count),
        // No sign before a name here: the build takes out the space between two of them.
        _count = _told.reduce((_sum, _each) => _sum + _each.count * 1, 0);
      _badge && _badge.remove();
      _badge = 0;
      if (_count && _button) {
        _badge = _doc.createElement("span");
        _badge.textContent = _count;
        _badge.ariaHidden = true;
        _button.append(_badge);
        _button.setAttribute("aria-description", _told.map((_each) => _each.text).join(" · "));
      } else if (_button) {
        _button.removeAttribute("aria-description");
      }
    },

    _hear = (_name) => window.Aftercart("on", _name, (_detail) => {
      _news[_name] = _detail;
      _paint();
    }),

    // She reaches for the launcher: the frame was made without the bundle, which is fetched now.
    _warm = () => {
      const _frame = _root.querySelector("iframe");
      _frame && _frame.contentWindow.postMessage({ aftercart: 1, type: "warm" }, _base);
    },

    _begin = () => {
      const _host = _doc.querySelector("aftercart-launcher");
      if (_host) {
        _watch.disconnect();
        _root = _host.shadowRoot;
        _button = _root.querySelector("button");
        _root.adoptedStyleSheets = [..._root.adoptedStyleSheets, _sheet];
        ["pointerenter", "focus", "touchstart"].forEach((_name) => _button.addEventListener(_name, _warm));
        // As if she had reached for it, when the page has nothing better to do.
        _later(() => _button.onfocus());
      }
    },

    // The launcher stands beside <body>, once the site's config has come.
    _watch = new MutationObserver(_begin);

  _hear("notices");
  _hear("unread");
  _watch.observe(_doc.documentElement, { childList: true });
  _begin();
})();
