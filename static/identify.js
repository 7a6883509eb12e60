// In the panel's frame: turns the token that the shop has signed into a session, once, before and without the bundle.
// The session never leaves this origin; the page hears whether it was accepted, how many notices there are, and a line.

export default async function identify(panel, site, token) {
  const ask = (method, path, session, body) => {
    const headers = { 'Aftercart-Site': site };
    if (session) headers.Authorization = 'Bearer ' + session;
    if (body) headers['Content-Type'] = 'application/json';
    return fetch('/api/v1' + path, { method, headers, body: body && JSON.stringify(body) });
  };
  const event = (name, detail) => panel.post({ type: 'event', name, detail });

  let session;
  try {
    // The session of an earlier token ends with this.
    const answer = await ask('POST', '/identify', panel.session, { token });
    if (answer.ok) session = (await answer.json()).token;
  } catch {
    // Out of reach is not accepted: the page may sign another token.
  }
  if (!session) return event('identify', { result: 'refused' });
  panel.session = session;
  panel.messages = panel.messages.filter(({ type }) => type !== 'session');
  panel.deliver({ type: 'session', token: session });
  event('identify', { result: 'accepted' });

  try {
    const answer = await ask('GET', '/me/notices?locale=' + document.documentElement.lang, session);
    const { unseen, headline } = await answer.json();
    if (!unseen) return;
    event('notices', { count: unseen, text: headline });
    // Who is told that something is wrong will want to see it.
    panel.warm();
  } catch {
    // No notice is no harm: the panel shows them when it is opened.
  }
}
