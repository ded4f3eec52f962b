/** A user name and a password for git over HTTP; for an installation token the name is `x-access-token`. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

type Pair = readonly [key: string, value: string];

/**
 * What every git call runs under, whatever the repository's own configuration says: configuration from the environment wins
 * over files. No hooks, no helpers, no redirects with our credentials, no transport but the one asked for (T118, T126).
 */
const CONFIG: readonly Pair[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['core.quotePath', 'false'],
  ['credential.helper', ''],
  ['protocol.allow', 'never'],
  ['transfer.fsckObjects', 'true'],
  ['http.followRedirects', 'false'],
  ['http.lowSpeedLimit', '100'],
  ['http.lowSpeedTime', '30'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['push.gpgSign', 'false'],
  ['push.recurseSubmodules', 'no'],
  ['fetch.recurseSubmodules', 'no'],
  ['log.showSignature', 'false'],
  // The directory may belong to another user (a volume, a clone to audit); nothing in its configuration is run.
  ['safe.directory', '*'],
];

const FIXED: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin',
  // A home that is none: curl would look for `.netrc` there.
  HOME: '/nonexistent',
  LC_ALL: 'C',
  TZ: 'UTC',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_PROTOCOL_FROM_USER: '0',
};

export type Environment = Readonly<Record<string, string>>;

/**
 * @param extra what the installation adds, such as `PATH`, a proxy or a certificate bundle; it cannot loosen the seal.
 * @param pairs configuration for this call alone: the remote, and credentials, which so stay out of argv and out of files.
 */
export function sealedEnvironment(extra: Environment = {}, pairs: readonly Pair[] = []): Environment {
  const config = [...CONFIG, ...pairs].flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  const count = { GIT_CONFIG_COUNT: String(CONFIG.length + pairs.length) };
  return { ...FIXED, ...allowed(extra), ...count, ...Object.fromEntries(config) };
}

/** What an installation may have to set: where git is, the way out, and whom to trust there. */
const ALLOWED =
  /^(?:PATH|TMPDIR|(?:https?|all|no)_proxy|SSL_CERT_(?:FILE|DIR)|CURL_CA_BUNDLE|GIT_SSL_CA(?:INFO|PATH))$/i;

function allowed(extra: Environment): Environment {
  return Object.fromEntries(Object.entries(extra).filter(([name]) => ALLOWED.test(name)));
}

/** The one remote a mirror has. @throws RangeError for anything but https, http on this machine, or an absolute path. */
export function remoteConfig(url: string, credentials?: Credentials): readonly Pair[] {
  if (url.startsWith('/')) {
    return [
      ['remote.origin.url', url],
      ['protocol.file.allow', 'always'],
    ];
  }
  const parsed = new URL(url);
  const scheme = parsed.protocol.slice(0, -1);
  const local = ['127.0.0.1', '[::1]', 'localhost'].includes(parsed.hostname);
  if (!(scheme === 'https' || (scheme === 'http' && local))) throw new RangeError('remote must be https');
  if (parsed.username !== '' || parsed.password !== '') throw new RangeError('remote holds credentials');
  const remote: Pair[] = [
    ['remote.origin.url', url],
    [`protocol.${scheme}.allow`, 'always'],
  ];
  if (credentials === undefined) return remote;
  // Bound to the host, so that it goes nowhere else.
  return [...remote, [`http.${parsed.origin}/.extraHeader`, `Authorization: Basic ${basicOf(credentials)}`]];
}

export function basicOf({ username, password }: Credentials): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}

/** Every text in which the credentials could show up. */
export function secretsOf(credentials: Credentials | undefined): readonly string[] {
  if (credentials === undefined) return [];
  const { password } = credentials;
  const forms = [password, basicOf(credentials), encodeURIComponent(password)];
  return forms.filter((form) => form !== '');
}
