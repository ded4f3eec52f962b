import type { DashboardWorld } from './world.js';

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where it sends the browser; empty for nowhere. */
  readonly location: string;
}

/** A browser without a screen: it keeps cookies and follows nothing by itself. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  /** As the server set them. */
  readonly set: string[] = [];

  async ask(url: string, init: RequestInit = {}): Promise<Told> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...(cookie === '' ? {} : { cookie }), ...init.headers },
    });
    for (const line of answer.headers.getSetCookie()) this.#keep(line);
    const { status, headers } = answer;
    return { status, headers, text: await answer.text(), location: headers.get('location') ?? '' };
  }

  #keep(line: string): void {
    this.set.push(line);
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '') this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  post(url: string, fields: Readonly<Record<string, string>>, headers: Record<string, string> = {}) {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.ask(url, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: { ...type, ...headers },
    });
  }
}

/** Leaves for GitHub. @returns the address of its page. */
export async function leave(visitor: Visitor, { url }: DashboardWorld, back = '/'): Promise<URL> {
  const { location } = await visitor.ask(`${url}/sign-in/start?return=${encodeURIComponent(back)}`);
  return new URL(location);
}

/** Says on GitHub's page who one is. @returns where GitHub sends the browser. */
export async function agree(page: URL, login: string): Promise<URL> {
  const { searchParams: sent } = page;
  const fields = Object.fromEntries(
    ['redirect_uri', 'state', 'code_challenge'].map((name) => [name, sent.get(name) ?? '']),
  );
  const { location } = await new Visitor().post(`${page.origin}${page.pathname}`, { ...fields, login });
  return new URL(location);
}

export async function signedIn(dashboard: DashboardWorld, login: string): Promise<Visitor> {
  const visitor = new Visitor();
  const answer = await agree(await leave(visitor, dashboard), login);
  await visitor.ask(answer.href);
  return visitor;
}

/** What a page of this session puts into its forms. */
export async function formTokenOf(visitor: Visitor, url: string): Promise<string> {
  const { text } = await visitor.ask(`${url}/`);
  return /name="form" value="([^"]+)"/.exec(text)?.[1] ?? '';
}
