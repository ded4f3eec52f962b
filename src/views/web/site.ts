/** A page that is always one step away. */
export interface NavItem {
  readonly path: string;
  readonly name: string;
}

/** Where the review host sends browsers back to; the app's settings name it as callback. */
export const CALLBACK_PATH = '/sign-in/callback';

/** What every page knows of where it is served. */
export interface Site {
  /** What a proxy puts before every path of ours, such as `/hallpass`; empty for nothing. */
  readonly base: string;
  /** `acme/access`. */
  readonly repository: string;
  /** Of the repository's pages, without a slash at the end. */
  readonly repositoryUrl: string;
  readonly ledgerBranch: string;
  /** Paths of the style sheet and of the script that keeps pages current. */
  readonly style: string;
  readonly script: string;
  readonly icon: string;
  readonly nav: readonly NavItem[];
}

/** Who looks at a page. */
export interface Visitor {
  readonly id: number;
  readonly login: string;
  /** Goes with every form, so that no other site can send one in their name (T141). */
  readonly formToken: string;
}

/** A path of ours as the browser has to ask for it. Each segment stays one segment, whatever is in it (T131). */
export function pathTo(site: Pick<Site, 'base'>, ...segments: readonly string[]): string {
  return `${site.base}/${segments.map(encodeURIComponent).join('/')}`;
}

/** Ids of requests have slashes of their own. */
export function grantPath(site: Pick<Site, 'base'>, id: string): string {
  return pathTo(site, 'grants', ...id.split('/'));
}

export function personPath(site: Pick<Site, 'base'>, login: string): string {
  return pathTo(site, 'people', login);
}

export function entitlementPath(site: Pick<Site, 'base'>, id: string): string {
  return pathTo(site, 'entitlements', id);
}

export function targetPath(site: Pick<Site, 'base'>): string {
  return pathTo(site, 'targets');
}

/** A path with a query; what is empty is left out. */
export function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const said = Object.entries(query).filter(([, value]) => value !== '');
  const text = new URLSearchParams(Object.fromEntries(said)).toString();
  return text === '' ? path : `${path}?${text}`;
}
