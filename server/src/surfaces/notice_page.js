const words = JSON.parse(document.getElementById("words").textContent);
const title = document.getElementById("title");
const go = document.getElementById("go");
const link = /^#(confirm|stop)\.(.+)$/.exec(location.hash);
if (link) {
  const [, what, token] = link;
  title.textContent = words[what].title;
  go.textContent = words[what].button;
  go.hidden = false;
  go.onclick = async () => {
    go.disabled = true;
    const answer = await fetch("/api/v1/notices/" + what, {
      method: "POST",
      headers: { "content-type": "application/json", "aftercart-site": words.site },
      body: JSON.stringify({ token }),
    }).catch(() => ({ status: 503 }));
    const told = answer.ok ? words[what].done : answer.status === 404 ? words.dead : words.failed;
    title.textContent = told;
    go.disabled = false;
    go.hidden = answer.ok || answer.status === 404;
    title.focus();
  };
}
