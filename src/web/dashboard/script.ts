/**
 * The one script. It listens for `changed`, asks for the same page again and puts its content in the place of what is shown: the server
 * renders, and nothing here makes elements out of text. It needs no `eval` and no inline handler, and a page without it is complete.
 */
export const SCRIPT = `'use strict';
(() => {
  const A_MINUTE = 60000;
  const said = document.getElementById('said');
  let busy = false;
  let again = false;

  const isInUse = (main) => {
    const field = document.activeElement;
    return field !== null && main.contains(field) && /^(?:INPUT|SELECT|TEXTAREA)$/.test(field.tagName);
  };

  const show = (fresh, announced) => {
    const main = document.getElementById('main');
    const next = fresh === null ? null : fresh.getElementById('main');
    if (next === null) { location.reload(); return; }
    if (isInUse(main) || main.textContent === next.textContent) return;
    const focused = document.activeElement !== null && main.contains(document.activeElement)
      ? document.activeElement.getAttribute('href') : null;
    main.replaceChildren(...document.importNode(next, true).childNodes);
    document.title = fresh.title;
    const foot = document.querySelector('footer time');
    const freshFoot = fresh.querySelector('footer time');
    if (foot !== null && freshFoot !== null) foot.replaceWith(document.importNode(freshFoot, true));
    if (focused !== null) {
      const same = [...main.querySelectorAll('a[href]')].find((link) => link.getAttribute('href') === focused);
      (same || main).focus({ preventScroll: true });
    }
    if (announced && said !== null) said.textContent = 'The page was updated.';
  };

  const look = (announced) => {
    if (busy) { again = again || announced; return; }
    busy = true;
    const request = new XMLHttpRequest();
    request.open('GET', location.pathname + location.search);
    request.responseType = 'document';
    request.onloadend = () => {
      busy = false;
      if (request.status === 200 && request.responseURL.split('?')[0] === location.href.split(/[?#]/)[0]) show(request.responseXML, announced);
      else if (request.status !== 0 && request.status !== 503) location.reload();
      if (again) { again = false; look(true); }
    };
    request.send();
  };

  const events = new EventSource(document.body.dataset.live);
  events.addEventListener('changed', () => look(true));
  // Time left runs on although nothing happens.
  setInterval(() => { if (!document.hidden) look(false); }, A_MINUTE);
})();
`;
