const words = JSON.parse(document.getElementById("words").textContent);
const title = document.getElementById("title");
const go = document.getElementById("go");

// Which link was opened: another one may be opened in the same tab, and that loads nothing anew.
let turn = 0;
function open() {
  const mine = ++turn;
  const link = /^#(confirm|stop|answers|quiet)\.(.+)$/.exec(location.hash);
  go.disabled = false;
  go.hidden = !link;
  title.textContent = link ? words[link[1]].title : words.dead;
  if (!link) return;
  const [, what, token] = link;
  go.textContent = words[what].button;
  go.onclick = async () => {
    go.disabled = true;
    const answer = await fetch("/api/v1/" + words[what].path, {
      method: "POST",
      headers: { "content-type": "application/json", "aftercart-site": words.site },
      body: JSON.stringify({ token }),
    }).catch(() => ({ status: 503 }));
    if (mine !== turn) return;
    title.textContent = answer.ok ? words[what].done : answer.status === 404 ? words.dead : words.failed;
    go.disabled = false;
    go.hidden = answer.ok || answer.status === 404;
    title.focus();
  };
}

window.addEventListener("hashchange", open);
open();
