/** What is wrong with where something is sent to, or with what signs for it; the sentence goes on after what it is about. */
export type Check = (value: string) => string | undefined;

/** Hosts that do not leave the machine. */
export const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Notices and events name people and what they hold: they travel encrypted, unless they do not leave the machine. */
export const addressProblem: Check = (value) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (!isSafe) return 'it is no https address.';
  return url.username + url.password === ''
    ? undefined
    : 'it has a user or password in it. Use an address without.';
};

/** Standard Webhooks: `whsec_` and the base64 of 24 to 64 bytes. */
export const signingSecretProblem: Check = (value) => {
  const [, encoded = ''] = /^whsec_([A-Za-z0-9+/]+)={0,2}$/.exec(value) ?? [];
  const bytes = Math.floor((encoded.length * 3) / 4);
  return bytes >= 24 && bytes <= 64
    ? undefined
    : 'it is not `whsec_` and the base64 of 24 to 64 bytes, such as from `echo "whsec_$(openssl rand -base64 32)"`.';
};
