// The loader: all that a shop's page carries before its shopper asks for something. It draws the launcher, keeps the
// command queue and, at the first sign of intent, makes the panel's iframe. Budget: 2.2 kB with the site's config
// (e2e/bench/sizes.json), so words and colours come from the server and everything heavier lives in the iframe.
//
// Written for a build that only strips comments and white space and gives every `_name` a shorter one: statements end
// with a semicolon; no regular expressions, no template strings, no `_name` as a property or a shorthand; one `const`
// for many, because each costs.
// Written for strict pages: no <style>, no style="", no eval, no fetch, no storage.
(() => {
  const _doc = document,
    _script = _doc.currentScript,
    _earlier = window.Aftercart,
    // data-site, data-locale, data-side, data-offset-y, data-prefetch, data-launcher; `update` may change them later.
    _options = { ..._script.dataset },
    _base = new URL(_script.src).origin,
    _handlers = {},
    // What the iframe has yet to hear, or must hear again if it starts anew: one message a type.
    _kept = {};
  // Empty once the page turns out to be none of ours, and after `destroy`: nothing happens any more.
  let _site = _options.site,
    _locale = _options.locale || _doc.documentElement.lang || navigator.language,
    // The site's config, or (without `origins`) stand-in words and colours; whether it is on its way.
    _config, _loading,
    _host, _root, _button, _sheet, _lock, _frame, _card,
    // shown: the shopper wants the panel. ready: the iframe has answered. back: gets the focus when the panel closes.
    _shown, _ready, _back, _timer;

  // Loaded twice for one site: the first stays, and comes back if the page has thrown its launcher away.
  if (_earlier && _earlier("attach", _site)) {
    return;
  }

  const _make = (_name, _parent, _text) => {
      _name = _doc.createElement(_name);
      _name.textContent = _text;
      return _parent.appendChild(_name);
    },

    _fire = (_name, _detail) => (_handlers[_name] || []).forEach((_each) => _each(_detail)),

    // Whatever comes later comes as a script, because a strict page allows no fetch.
    _add = (_name) => {
      const _tag = _make("script", _doc.head);
      _tag.src = _base + _name;
      _tag.nonce = _script.nonce;
      return _tag;
    },

    _load = () => {
      const _tag = _add("/c/" + _site + "/" + _locale + ".js");
      _loading = 1;
      _tag.onload = _tag.onerror = () => {
        _loading = 0;
        // Without a config the launcher comes all the same, in neutral colours, to say so and to offer another try.
        _config = _config || {
          brand: "#333",
          ink: "#fff",
          t: _locale.slice(0, 2) === "zh" ?
            { open: "帮助", close: "关闭", failed: "暂时无法连接", retry: "重试" } :
            { open: "Help", close: "Close", failed: "We can’t connect", retry: "Retry" }
        };
        _paint();
        _config.origins || _fail();
      };
    },

    // Brings everything on the page in line with what we know. Idempotent, so it is also how a launcher comes back
    // that a single-page app has thrown away.
    _paint = () => {
      if (!_site || !_config) {
        return;
      }
      if (!_host) {
        _host = _doc.createElement("aftercart-launcher");
        _root = _host.attachShadow({ mode: "open" });
        _button = _make("button", _root);
        _button.onclick = _toggle;
        _button.onpointerenter = _button.onfocus = _button.ontouchstart = _prefetch;
        _root.adoptedStyleSheets = [_sheet = new CSSStyleSheet()];
        _doc.adoptedStyleSheets = [..._doc.adoptedStyleSheets, _lock = new CSSStyleSheet()];
      }
      if (!_host.isConnected) {
        // An iframe that was taken out of the page starts anew. Beside <body>, not in it: there it may not exist yet,
        // or not for long.
        _drop();
        _doc.documentElement.append(_host);
      }
      const _visible = _shown && !_card,
        _narrow = "@media(max-width:479px),(max-height:399px){",
        _side = "inset-inline-" + (_options.side || _config.side || "end") + ":",
        _bottom = parseInt(_options.offsetY) || 20,
        _box = "position:absolute;border-radius:12px;" + _side,
        _colors = ";color:" + _config.ink + ";background:" + _config.brand;
      _button.ariaLabel = _config.t[_shown ? "close" : "open"];
      _button.ariaExpanded = !!_shown;
      _lock.replaceSync(_visible ? _narrow + "html{overflow:hidden!important}}" : "");
      // `:host` rules marked important win over whatever the shop's own styles say about the element.
      _sheet.replaceSync(
        ":host{all:initial!important;position:fixed!important;z-index:2147483647!important;" + _side +
        "20px!important;bottom:" + _bottom + "px!important;color-scheme:light dark!important}" +
        "button{padding:8px 16px;border:0;border-radius:28px;cursor:pointer;font:15px system-ui" + _colors + "}" +
        // The launcher. after: its icon, a speech bubble or, while open, a chevron; before: its label.
        ":host>button{position:relative;z-index:1;width:56px;height:56px;box-shadow:0 4px 16px #0003" +
        (_options.launcher === "none" ? ";display:none" : "") + "}" +
        ":host>button:after{content:'';position:absolute;inset:17px;border:solid;" +
        (_shown ? "border-width:0 3px 3px 0;transform:scale(.6)rotate(45deg)" : "border-radius:50%50%0") + "}" +
        "@media(hover){:host>button:hover:before{content:attr(aria-label);" + _box +
        "66px;top:10px;padding:8px 12px;white-space:nowrap" + _colors + "}}" +
        "iframe,div{" + _box + "0;bottom:70px;border:0;background:Canvas;color:CanvasText;box-shadow:0 8px 40px #0003}" +
        "iframe{width:400px;height:min(680px,100vh - " + (_bottom + 100) + "px)" +
        (_visible ? "" : ";visibility:hidden;opacity:0") + "}" +
        "div{width:240px;padding:20px;font:15px system-ui}div button{display:block;margin-top:12px}" +
        _narrow + "iframe{position:fixed;inset:0;width:100%;height:100%;border-radius:0}" +
        // Until the panel can close itself the launcher stays on top of it.
        (_visible && _ready ? ":host>button{visibility:hidden}" : "") + "}" +
        "@media(prefers-reduced-motion:no-preference){iframe{transition:opacity .2s}}"
      );
    },

    // Hidden at first, on our origin. It is the very iframe that is shown later, so nothing is fetched twice.
    _prefetch = () => {
      if (_host && _config.origins && !_frame) {
        _frame = _doc.createElement("iframe");
        // quiet: the bundle waits until she reaches for it.
        _frame.src = _base + "/w/" + _site + "?locale=" + _locale + (_kept.identify ? "&quiet" : "");
        _frame.title = _config.t.frame;
        _frame.allow = "clipboard-write";
        _frame.onload = () => {
          _ready = 0;
          _greet(500);
        };
        _root.append(_frame);
      }
    },

    // Until answered, ever more slowly.
    _greet = (_pause) => {
      if (_frame && !_ready) {
        _post("hello", { locale: _locale, open: !!_shown });
        setTimeout(_greet, _pause, _pause * 2);
      }
    },

    _post = (_name, _detail) =>
      _frame.contentWindow.postMessage({ ..._detail, aftercart: 1, type: _name }, _base),

    // Said at once if the iframe listens, else as soon as it does.
    _tell = (_name, _detail) => {
      _kept[_name] = _detail;
      _ready && _post(_name, _detail);
    },

    _drop = () => {
      _frame && _frame.remove();
      _frame = _ready = 0;
      _calm();
    },

    // No more waiting, no more complaint.
    _calm = () => {
      clearTimeout(_timer);
      _card = _card && _card.remove();
    },

    _open = (_detail) => {
      _tell("open", _detail);
      if (!_shown) {
        _shown = 1;
        _back = _doc.activeElement;
        _start();
        _fire("open");
      }
    },

    // Everything between wanting the panel and having it; Retry does it again.
    _start = () => {
      _card ? _drop() : _calm();
      if (_host) {
        _config.origins || _loading || _load();
        _paint();
        _prefetch();
        _frame && _frame.focus();
      }
      _ready || (_timer = setTimeout(_fail, 8000));
    },

    _fail = () => {
      if (_shown && _host && !_card) {
        _card = _make("div", _root, _config.t.failed);
        _card.role = "alert";
        _make("button", _card, _config.t.retry).onclick = _start;
        _paint();
      }
    },

    _close = (_inside) => {
      if (_shown) {
        _shown = 0;
        delete _kept.open;
        _calm();
        _ready && _post("close");
        _paint();
        // Unless the shopper has gone on to something else on the page. What cannot be focused leaves it to the launcher.
        if (_host && (_inside === 1 || _root.activeElement)) {
          _button.focus();
          _back.focus();
        }
        _fire("close");
      }
    },

    _toggle = () => _shown ? _close() : _open(),

    _commands = {
      open: _open,
      close: _close,
      toggle: _toggle,
      on: (_name, _each) => (_handlers[_name] = _handlers[_name] || []).push(_each),
      identify: (_name) => {
        // Her notices, and nothing of that for anybody else.
        _kept.identify || _add("/notices.js");
        _tell("identify", { token: _name });
      },
      setLocale: (_name) => {
        _tell("locale", { locale: _locale = _name });
        _load();
      },
      update: (_detail) => {
        _tell("update", Object.assign(_options, _detail));
        _paint();
      },
      attach: (_name) => {
        _paint();
        return _name === _site || _commands.destroy();
      },
      destroy: () => {
        _close();
        if (_host) {
          _drop();
          _host.remove();
        }
        _site = 0;
      }
    },

    _api = window.Aftercart = (_name, _detail, _each) => {
      try {
        return _site && _commands[_name](_detail, _each);
      } catch (_name) {
        console.error(_name);
      }
    };

  _api.config = (_detail) => {
    const _name = location.origin;
    if (_detail.error || !_detail.origins.includes(_name)) {
      console.error("Aftercart: " + (_detail.error || "run: aftercart site allow " + _site + " " + _name));
      return _site = 0;
    }
    _config = _detail;
    _paint();
    _shown && !_frame && _start();
    _options.prefetch === "idle" && setTimeout(_prefetch, 3000);
  };

  addEventListener("message", (_event) => {
    if (!_frame || _event.origin !== _base || _event.source !== _frame.contentWindow || !_event.data.aftercart) {
      return;
    }
    const _detail = _event.data, _name = _detail.type;
    if (_name === "ready") {
      if (_ready) {
        return;
      }
      // Focus that was given while the iframe was still on its way to our origin may have got lost there.
      if (_shown && _root.activeElement === _frame) {
        _frame.blur();
        _frame.focus();
      }
      _ready = 1;
      _calm();
      _paint();
      for (const _name in _kept) {
        _post(_name, _kept[_name]);
      }
      delete _kept.open;
    } else if (_name === "close") {
      // It came from inside, so that is where the focus is, whatever the page believes.
      return _close(1);
    } else if (_name === "locale") {
      _kept.locale = _detail;
      _locale = _detail.locale;
      _load();
    } else if (_detail.src) {
      // Our own frame needs more of us: there is a conversation, and somebody may answer while the panel is closed.
      _add(_detail.src);
    }
    _fire(_detail.name || _name, _detail.detail || _detail.locale);
  });
  addEventListener("keydown", (_event) => _event.key === "Escape" && !_event.defaultPrevented && _close());
  (_earlier && _earlier.q || []).forEach((_each) => _api(..._each));
  // Unless a queued `setLocale` has done it.
  _loading || _load();
})();
