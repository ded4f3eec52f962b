/** Where a repository lies on a GitHub, from what git calls its remote. */
export interface RemoteAddress {
  /** Such as `https://github.com`; plain HTTP on this machine alone. */
  readonly origin: string;
  readonly host: string;
  readonly owner: string;
  readonly name: string;
  /** What the address itself holds to sign in with. */
  readonly password?: string;
}

const SEGMENT = '[A-Za-z0-9_][A-Za-z0-9._-]{0,99}';
const PATH = new RegExp(`^/(${SEGMENT})/(${SEGMENT}?)(?:\\.git)?/?$`);
/** `git@github.com:acme/access.git` */
const SCP = /^(?:[^@/\s]+@)?([A-Za-z0-9.-]+):(?!\/\/)(.+)$/;
const HERE = ['127.0.0.1', 'localhost', '[::1]'];

/** @returns `undefined` for what is no repository on a GitHub, such as a path. SSH becomes HTTPS, for which a token is enough. */
export function parseRemote(text: string): RemoteAddress | undefined {
  const [, scpHost, scpPath] = SCP.exec(text) ?? [];
  const written = scpHost === undefined ? text : `ssh://${scpHost}/${scpPath}`;
  if (!URL.canParse(written)) return undefined;
  const url = new URL(written);
  const origin = originOf(url);
  const [, owner, name] = PATH.exec(url.pathname) ?? [];
  if (origin === undefined || owner === undefined || name === undefined) return undefined;
  const password = passwordOf(url);
  return { origin, host: url.hostname, owner, name, ...(password === '' ? {} : { password }) };
}

function originOf({ protocol, host, hostname }: URL): string | undefined {
  if (hostname === '') return undefined;
  if (protocol === 'https:') return `https://${host}`;
  if (protocol === 'ssh:') return `https://${hostname}`;
  return protocol === 'http:' && HERE.includes(hostname) ? `http://${host}` : undefined;
}

/** Somebody's own spelling may not decode. */
function passwordOf({ password }: URL): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return '';
  }
}

export function isHere({ host }: Pick<RemoteAddress, 'host'>): boolean {
  return HERE.includes(host);
}

/** Hosts for which a token of github.com is meant, as GitHub's own command line has it. */
export function isGitHubCom({ host }: Pick<RemoteAddress, 'host'>): boolean {
  return host === 'github.com' || host.endsWith('.ghe.com');
}

/** Of the REST API, without a slash at the end ("Getting started with the REST API"). */
export function apiUrlOf({ origin, host }: RemoteAddress): string {
  if (host === 'github.com') return 'https://api.github.com';
  if (host.endsWith('.ghe.com')) return `https://api.${host}`;
  return isHere({ host }) ? origin : `${origin}/api/v3`;
}

export function cloneUrlOf({ origin, owner, name }: RemoteAddress): string {
  return `${origin}/${owner}/${name}.git`;
}
