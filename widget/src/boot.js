// The shell's first moments, before WebAssembly: it keeps what is typed, answers the page's loader, and starts the
// bundle when the shopper opens the panel. Inlined in the shell; its hash stands in the shell's CSP.
(() => {
  const byId = (id) => document.getElementById(id);
  const boot = JSON.parse(byId('aftercart-boot').textContent);
  const form = byId('ac-first');
  const field = byId('ac-first-q');
  const failure = byId('ac-boot-error');
  const framed = window.parent !== window;
  let attempts = 0;
  let starting = false;
  let failed = false;

  // What the bundle takes over when it mounts. `onmessage` is set by the bundle; until then messages wait here.
  const state = (window.__aftercart = {
    q: field.value, submitted: false, focused: false, composing: false,
    messages: [], onmessage: null, parent: null,
    deliver(message) { return state.onmessage ? state.onmessage(message) : state.messages.push(message); },
    // A frame that was made before the shopper reached for it holds the bundle's hints back.
    warm() {
      for (const link of [byId('ac-js'), byId('ac-wasm')]) if (link.dataset.rel) link.rel = link.dataset.rel;
    },
    // To the page, and to nobody else: without a known origin nothing is said.
    post(message) {
      if (framed && state.parent) window.parent.postMessage({ aftercart: 1, ...message }, state.parent);
    },
  });
  const running = () => state.onmessage !== null;

  document.documentElement.dataset.surface = boot.surface;
  // A deep link shows another view: the home skeleton would only flash.
  const path = location.pathname.replace(/\/$/, '');
  if (path !== boot.base) byId('ac-view').classList.add('ac-elsewhere');

  function start() {
    if (starting || running()) return;
    starting = true;
    state.warm();
    failure.hidden = true;
    // A failed import is remembered by its address: another attempt needs another one.
    const again = attempts++ ? '?attempt=' + attempts : '';
    import(byId('ac-js').href + again)
      .then((bundle) => bundle.default({ module_or_path: byId('ac-wasm').href + again }))
      .catch((error) => {
        console.error('Aftercart could not start', error);
        starting = false;
        failed = true;
        failure.hidden = false;
        form.removeAttribute('aria-busy');
      });
  }
  byId('ac-boot-retry').addEventListener('click', start);

  field.addEventListener('input', () => { state.q = field.value; });
  field.addEventListener('focus', () => { state.focused = true; start(); });
  field.addEventListener('blur', () => { state.focused = false; });
  // Replacing a field in the middle of an IME composition would eat it: the bundle waits for the end.
  field.addEventListener('compositionstart', () => { state.composing = true; });
  field.addEventListener('compositionend', () => { state.composing = false; });
  form.addEventListener('submit', (event) => {
    // Without the bundle a full page can still fall back to the plain help pages.
    if (failed && !framed) return;
    event.preventDefault();
    state.q = field.value;
    state.submitted = true;
    form.setAttribute('aria-busy', 'true');
    start();
  });
  byId('aftercart-root').addEventListener('click', (event) => {
    if (running() || !(event.target instanceof Element)) return;
    const action = event.target.closest('[data-view]');
    if (action) {
      state.messages.push({ type: 'open', view: action.dataset.view });
      action.setAttribute('aria-busy', 'true');
      start();
    } else if (event.target.closest('#ac-close')) {
      state.post({ type: 'close' });
    }
  });
  // Inner Escapes (a list of suggestions, an IME) are spent before they arrive here.
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing) state.post({ type: 'close' });
  });

  window.addEventListener('message', (event) => {
    if (!framed || event.source !== window.parent || !boot.origins.includes(event.origin)) return;
    const message = event.data;
    if (!message || message.aftercart !== 1 || typeof message.type !== 'string') return;
    state.parent = event.origin;
    if (message.type === 'hello') {
      state.post({ type: 'ready' });
      if (running()) state.post({ type: 'running' });
      if (message.open) start();
      return;
    }
    if (message.type === 'warm') return state.warm();
    if (message.type === 'identify') {
      import(byId('ac-identify').href).then((who) => who.default(state, boot.site, message.token), console.error);
      return;
    }
    if (message.type === 'open') {
      // With a keyboard at hand she can type at once; on a phone the screen keyboard would cover the panel.
      const hover = matchMedia('(hover: hover)').matches;
      if (!message.view) ((hover && byId('ac-first-q')) || byId('ac-title'))?.focus({ preventScroll: true });
      start();
    }
    state.deliver(message);
  });

  if (!framed) start();
})();
