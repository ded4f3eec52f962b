/**
 * The keys of an `allowed_signers` file (ssh-keygen(1), ALLOWED SIGNERS) that may sign for git, or for what else is asked about. Validity dates are left out of
 * account: they would be compared with commit dates, and those prove nothing (T117). What is valid when is the ledger's to say.
 */
export function parseAllowedSigners(text: string, namespace = 'git'): ReadonlySet<string> {
  return new Set(text.split('\n').flatMap((line) => keyOf(line, namespace)));
}

const KEY = /(?:^|\s)(ssh-ed25519 AAAA[A-Za-z0-9+/]+={0,2})(?=\s|$)/;

function keyOf(line: string, namespace: string): string[] {
  const text = line.replace(/\r$/, '').trim();
  if (text === '' || text.startsWith('#')) return [];
  const found = KEY.exec(text);
  const options = found === null ? '' : text.slice(0, found.index).toLowerCase();
  const key = found?.[1];
  if (key === undefined || /(?:^|[\s,])cert-authority(?:[\s,]|$)/.test(options)) return [];
  const namespaces = /namespaces="([^"]*)"/.exec(options)?.[1]?.split(',');
  return namespaces === undefined || namespaces.some((name) => name === namespace || name === '*')
    ? [key]
    : [];
}
