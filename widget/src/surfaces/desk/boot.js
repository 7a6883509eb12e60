// The desk's first moments: it shows the shape of what will be there, and starts the bundle. Inlined in the page; its hash
// stands in the page's policy.
(() => {
  const byId = (id) => document.getElementById(id);
  const kept = (name) => { try { return localStorage.getItem('aftercart desk ' + name); } catch { return null; } };
  document.documentElement.dataset.inside = kept('inside') ? 'yes' : 'no';
  const locale = kept('locale');
  if (locale) document.documentElement.lang = locale;
  let attempts = 0;
  function start() {
    byId('ad-failed').hidden = true;
    // A failed import is remembered by its address: another attempt needs another one.
    const again = attempts++ ? '?attempt=' + attempts : '';
    import(byId('ad-js').href + again)
      .then((bundle) => bundle.default({ module_or_path: byId('ad-wasm').href + again }))
      .catch((error) => {
        console.error('The desk could not start', error);
        byId('ad-failed').hidden = false;
      });
  }
  byId('ad-again').addEventListener('click', start);
  start();
})();
