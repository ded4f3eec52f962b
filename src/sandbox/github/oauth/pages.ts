import type { Hub } from '../hub.js';

/** What an App asks of a person, as it stands in the address of the page. */
export interface Authorization {
  readonly redirectUri: string;
  readonly state: string;
  readonly challenge: string | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);

const STYLE = `:root { color-scheme: light dark; } body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 10vh auto; padding: 0 1rem; }
button { display: block; width: 100%; margin: .4rem 0; padding: .55rem; font: inherit; cursor: pointer; } .quiet { opacity: .8; }`;

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title><link rel="icon" href="data:,"><style>${STYLE}</style></head><body><main><h1>${escaped(title)}</h1>${body}</main></body></html>`;

/** GitHub knows by its own session who one is; here one says so. */
export function authorizePage(hub: Hub, { redirectUri, state, challenge }: Authorization): string {
  const people = [...hub.state.accounts.values()].filter(
    ({ type, deleted, id }) => type === 'User' && !deleted && id !== hub.state.webFlowId,
  );
  const hidden = { redirect_uri: redirectUri, state, code_challenge: challenge ?? '' };
  const fields = Object.entries(hidden).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`,
  );
  const buttons = people.map(
    ({ login }) =>
      `<button name="login" value="${escaped(login)}">Continue as <strong>${escaped(login)}</strong></button>`,
  );
  return page(
    'Who are you?',
    `<p>This is the sandbox’s stand-in for GitHub. <strong>${escaped(hub.options.app.slug)}</strong> wants to know who you are and what you may read.</p>
<form method="post" action="/login/oauth/authorize">${fields.join('')}${buttons.join('')}<button class="quiet" name="login" value="">Cancel</button></form>`,
  );
}

export function mistakePage(what: string): string {
  return page('Be careful!', `<p>${escaped(what)}</p>`);
}
