import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { providerKinds } from '../../src/adapters/providers/index.js';
import { parseCatalog } from '../../src/documents/catalog.js';
import { type OddServer, startOddServer } from '../adapters/providers/scim/odd-server.js';
import { TOKEN } from '../adapters/providers/scim/scimmy.js';
import { type Installation, startInstallation } from '../support/installation.js';

const CATALOG = `version: 1
targets:
  directory: { kind: scim }
  scratch: { kind: memory }
  forgotten: { kind: memory }
entitlements:
  orders-viewers:
    title: View orders
    target: directory
    grant: { group: Order viewers }
  orders-readers:
    title: Read orders
    target: directory
    grant: { group: Order readers }
    exclusive: true
  scratch-reader:
    title: Read the scratch
    target: scratch
    grant: { name: reader }
`;
const POLICY = `version: 1
rules:
  - { name: all, entitlements: ["*"], max_duration: 1h, approvals: [{ from: { teams: [dba] }, count: 1 }] }
`;

let here: Installation;
let server: OddServer;

beforeAll(async () => {
  here = await startInstallation({
    targets: '',
    files: {
      '.github/access/catalog.yaml': CATALOG,
      '.github/access/policy.yaml': POLICY,
      '.github/access/people.yaml': 'version: 1\npeople: {}\n',
    },
  });
});
afterAll(() => here?.close());

beforeEach(async () => {
  server = await startOddServer();
  const bob = server.addUser('bob@example.com');
  server.addGroup('Order viewers', [bob]);
  server.addGroup('Order readers', [bob]);
  server.addGroup('order readers');
  await here.configure(
    `  directory: { kind: scim, url: '${server.url}', token: { env: TOKEN } }\n  scratch: { kind: memory }\n`,
  );
});
afterEach(() => server.close());

const hallpass = (argv: readonly string[], token = TOKEN) =>
  here.run(['targets', ...argv], { env: { TOKEN: token } });

describe('hallpass targets', () => {
  it('list: shows what there is, and says what is not in the settings', async () => {
    const { code, out, err } = await hallpass(['list', '--json']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out).targets).toMatchObject([
      { target: 'directory', kind: 'scim', configured: true, reachable: true, entitlements: 2 },
      { target: 'forgotten', kind: 'memory', configured: false, reachable: null, entitlements: 0 },
      {
        target: 'scratch',
        kind: 'memory',
        configured: true,
        reachable: true,
        abilities: { nativeExpiry: 'enforced' },
      },
    ]);
    expect((await hallpass(['list'])).out).toMatch(
      /^TARGET +KIND .*\n.*\nforgotten +memory +not in the settings/,
    );
  });

  it('check: is content with what can be seen', async () => {
    const { out } = await hallpass(['check', '--json']);
    expect(
      JSON.parse(out).checks.map(({ entitlement, code }: Record<string, string>) => [entitlement, code]),
    ).toEqual([
      ['orders-viewers', 'ok'],
      ['orders-readers', 'ok'],
      [null, 'not_configured'],
      ['scratch-reader', 'ok'],
    ]);
  });

  it('check: says what to do where it cannot', async () => {
    const { code, out } = await hallpass(['check', '--json'], 'not a token');
    expect(code).toBe(1);
    expect(JSON.parse(out).checks[0]).toMatchObject({
      target: 'directory',
      ok: false,
      code: 'credentials',
      unblock: expect.stringContaining('token'),
    });
    expect((await hallpass(['check'], 'not a token')).out).toContain('Give the target a token that is valid');
  });

  it('holdings: shows standing privileges first', async () => {
    const { code, out } = await hallpass(['holdings', '--json']);
    expect(code).toBe(1);
    const bob = { target: 'directory', subject: 'bob@example.com', managed: 'unknown', until: null };
    expect(JSON.parse(out)).toEqual({
      holdings: [
        { ...bob, entitlement: 'orders-readers', standing_privilege: true },
        { ...bob, entitlement: 'orders-viewers', standing_privilege: false },
      ],
      // The kind scim does not claim to list everybody; memory does, and nobody is there.
      unseen: ['orders-viewers', 'orders-readers'],
    });
  });

  it('holdings: never takes what it could not see for nobody', async () => {
    const { code, out, err } = await hallpass(['holdings', '--json'], 'not a token');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ holdings: [], unseen: ['orders-viewers', 'orders-readers'] });
    expect(err).toContain('hallpass: orders-readers: there may be others');
  });

  it('import: prints a catalog that is valid', async () => {
    const { code, out } = await hallpass(['import', 'directory']);
    expect(code).toBe(0);
    const parsed = parseCatalog(new TextEncoder().encode(out), 'catalog.yaml', providerKinds);
    if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
    expect(
      [...parsed.value.entitlements.values()].map(({ id, title, grant }) => [id, title, grant.group]),
    ).toEqual([
      ['directory-order-viewers', 'Order viewers', 'Order viewers'],
      ['directory-order-readers', 'Order readers', 'Order readers'],
      ['directory-order-readers-2', 'order readers', 'order readers'],
    ]);
    const json = await hallpass(['import', 'directory', '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ target: 'directory', kind: 'scim' });
    expect(JSON.parse(json.out).found).toHaveLength(3);
  });

  it.each([
    [['import', 'scratch'], /targets of kind memory cannot list what they could grant/],
    [['import', 'nowhere'], /nowhere is no target of the settings\n {2}They name directory, scratch\./],
    [['import'], /missing required argument/],
  ])('%j does nothing', async (argv, said) => {
    const { code, out, err } = await hallpass(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(said);
  });
});
