import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiUrlOf, cloneUrlOf, isGitHubCom, parseRemote } from '../../src/core/remote-address.js';

describe('what git calls a remote', () => {
  it.each([
    ['https://github.com/acme/access', 'https://github.com/acme/access.git', 'https://api.github.com'],
    ['https://github.com/acme/access.git/', 'https://github.com/acme/access.git', 'https://api.github.com'],
    ['git@github.com:acme/access.git', 'https://github.com/acme/access.git', 'https://api.github.com'],
    ['ssh://git@github.com:22/acme/access', 'https://github.com/acme/access.git', 'https://api.github.com'],
    ['https://acme.ghe.com/acme/a.b', 'https://acme.ghe.com/acme/a.b.git', 'https://api.acme.ghe.com'],
    ['https://ghe.example:8443/a/b', 'https://ghe.example:8443/a/b.git', 'https://ghe.example:8443/api/v3'],
    ['http://127.0.0.1:99/acme/access.git', 'http://127.0.0.1:99/acme/access.git', 'http://127.0.0.1:99'],
  ])('%s', (text, cloneUrl, apiUrl) => {
    const address = parseRemote(text);
    if (address === undefined) throw new Error('not parsed');
    expect([cloneUrlOf(address), apiUrlOf(address)]).toEqual([cloneUrl, apiUrl]);
  });

  it.each([
    '',
    '/srv/git/access.git',
    '../access',
    'file:///srv/access',
    'http://github.com/acme/access',
    'git://github.com/acme/access',
    'ext::sh -c x/acme/access',
    'https://github.com/acme',
    'https://github.com/acme/access/more',
    'https://github.com/../access',
    'https://github.com/ac%2fme/access',
    'https://github.com/-x/access',
  ])('%j is none', (text) => expect(parseRemote(text)).toBeUndefined());

  it('keeps what it signs in with out of every address', () => {
    const address = parseRemote('https://alice:s%20cret@github.com/acme/access');
    expect(address).toMatchObject({ password: 's cret', host: 'github.com' });
    if (address === undefined) throw new Error('not parsed');
    expect(cloneUrlOf(address) + apiUrlOf(address)).not.toMatch(/cret/);
    expect(parseRemote('https://alice:%zz@github.com/acme/access')).not.toHaveProperty('password');
  });

  it('takes a host for github.com only when it is', () => {
    for (const host of ['github.com.example.com', 'xgithub.com', 'ghe.com', 'example.com'])
      expect(isGitHubCom({ host }), host).toBe(false);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.webUrl()), (text) => void parseRemote(text)));
  });
});
