import { readFile, writeFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { providerKinds, providers } from '../../../src/adapters/providers/index.js';
import type { ProviderKind } from '../../../src/ports/provider.js';

const ajv = new Ajv2020({ strict: true, allErrors: true });

const LEGAL: Readonly<Record<string, readonly unknown[]>> = {
  memory: [{ name: 'reader' }, { name: 'constructor' }],
  postgres: [{ role: 'app_readonly' }, { role: 'app-readonly.v2', login: 'created' }],
  'github-team': [{ team: 'on-call' }, { team: 'on_call', id: 42 }],
  ldap: [{ group: 'prod-ops' }, { group: 'Domain Admins', form: 'dynamic' }, { group: 'constructor' }],
  ssh: [
    { principals: ['ops'] },
    { principals: ['jit:ops', 'db@eu'], source_address: ['10.0.0.0/8', '::1'], force_command: 'uptime -p' },
  ],
  exec: [{ group: 'readers' }, { constructor: 'CN=Domain Admins,OU=x', level: 3, write: true }],
  webhook: [{ seat: 'pro' }],
  'aws-identity-center': [
    { account: '111122223333', permission_set: 'ps-0123456789abcdef' },
    { group: '90a7d2c5f1-66666666-2222-3333-4444-555555550001' },
    { group: '66666666-2222-3333-4444-555555550001' },
  ],
  'gcp-iam': [
    { resource: 'projects/orders-prod', role: 'roles/bigquery.dataViewer' },
    { resource: 'folders/123456789012', role: 'organizations/1/roles/onCall' },
    { resource: 'organizations/1', role: 'roles/browser' },
  ],
  entra: [
    { group: '22222222-0000-4000-8000-00000000aaa1' },
    { group: '22222222-0000-4000-8000-00000000aaa1', through: 'pim' },
  ],
  scim: [{ group: 'Order readers' }, { group: 'a', id: '2819c223-7f76-453a-919d-413861904646' }],
  kubernetes: [
    { role: 'order-reader', namespace: 'shop' },
    { cluster_role: 'system:node', namespace: 'shop' },
    { cluster_role: 'view', everywhere: true },
  ],
  okta: [{ group: '00g1emaKYZTWRYYRRTSK' }],
  github: [
    { repository: 'orders', permission: 'push' },
    { repository: 'orders', id: 7, permission: 'push' },
    { organization_role: 8_132 },
  ],
};

const ILLEGAL: Readonly<Record<string, readonly unknown[]>> = {
  memory: [{}, { name: '' }, { name: 'a b' }, { name: 'x'.repeat(64) }, { name: 'a', extra: 1 }],
  postgres: [
    {},
    { role: '' },
    { role: 'pg_read_all_data' },
    { role: 'App_Readonly' },
    { role: 'x"; DROP ROLE app_readonly; --' },
    { role: 'app\u0000' },
    { role: 'x'.repeat(64) },
    { role: 'роль' },
    { role: 'app_readonly', login: 'alice' },
    { role: 'app_readonly', admin: true },
    { role: ['app_readonly'] },
  ],
  'github-team': [
    {},
    { team: '../../repos/x' },
    { team: 'a%2fb' },
    { team: '' },
    { team: 'a', id: 0 },
    { team: 'a', role: 'maintainer' },
  ],
  ldap: [
    {},
    { group: '' },
    { group: ' prod-ops' },
    { group: 'prod-ops ' },
    { group: '*' },
    { group: 'cn=prod-ops' },
    { group: 'prod-ops)(cn=*' },
    { group: 'prod,ops' },
    { group: 'g'.repeat(65) },
    { group: 'prod-ops', form: 'static' },
    { group: 'prod-ops', member: 'alice' },
  ],
  ssh: [
    {},
    { principals: [] },
    { principals: 'ops' },
    { principals: ['ops,root'] },
    { principals: ['ops', 'ops'] },
    { principals: ['Ops'] },
    { principals: ['ops'], source_address: [] },
    { principals: ['ops'], source_address: ['10.0.0.0/8,0.0.0.0/0'] },
    { principals: ['ops'], force_command: '' },
    { principals: ['ops'], force_command: 'id\nid' },
    { principals: ['ops'], extensions: ['permit-port-forwarding'] },
  ],
  exec: [
    {},
    { group: '' },
    { group: '-rf' },
    { group: ' a' },
    { group: 'a"' },
    { group: 'a$(id)' },
    { group: 'a/../b' },
    { group: '..' },
    { group: 'a\n' },
    { group: 'x'.repeat(257) },
    { Group: 'a' },
    { group: ['a'] },
    { group: { a: 1 } },
    { group: null },
    { level: 1.5 },
    { level: -1 },
    Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 1])),
  ],
  webhook: [{}, { seat: 'a\u202e' }],
  'aws-identity-center': [
    {},
    { account: '111122223333' },
    { permission_set: 'ps-0123456789abcdef' },
    { account: 111_122_223_333, permission_set: 'ps-0123456789abcdef' },
    { account: '111122223333', permission_set: 'AdministratorAccess' },
    { account: '111122223333', permission_set: 'ps-0123456789ABCDEF' },
    { account: '111122223333', group: '66666666-2222-3333-4444-555555550001' },
    {
      account: '111122223333',
      permission_set: 'ps-0123456789abcdef',
      group: '66666666-2222-3333-4444-555555550001',
    },
    { group: 'admins' },
    { group: '66666666-2222-3333-4444-55555555000A' },
  ],
  'gcp-iam': [
    {},
    { resource: 'projects/orders-prod' },
    { role: 'roles/browser' },
    { resource: 'projects/orders-prod', role: 'roles/owner' },
    { resource: 'projects/orders-prod', role: 'roles/viewer' },
    { resource: 'projects/orders-prod', role: 'browser' },
    { resource: 'projects/123456789012', role: 'roles/browser' },
    { resource: 'projects/orders-prod:setIamPolicy?', role: 'roles/browser' },
    { resource: 'folders/orders', role: 'roles/browser' },
    { resource: 'projects/orders-prod/../x', role: 'roles/browser' },
    { resource: 'projects/orders-prod', role: 'roles/browser', condition: 'true' },
  ],
  entra: [
    {},
    { through: 'pim' },
    { group: 'admins' },
    { group: '22222222-0000-4000-8000-00000000AAA1' },
    { group: '22222222-0000-4000-8000-00000000aaa1/members/$ref' },
    { group: '22222222-0000-4000-8000-00000000aaa1', through: 'owner' },
    { group: '22222222-0000-4000-8000-00000000aaa1', role: 'owner' },
  ],
  scim: [
    {},
    { id: 'g-1' },
    { group: '' },
    { group: ' a' },
    { group: 'a ' },
    { group: 'a"' },
    { group: 'a\\' },
    { group: 'а' },
    { group: 'a\n' },
    { group: 'a'.repeat(129) },
    { group: 'a', id: '../Users/1' },
    { group: 'a', id: '..' },
    { group: 'a', members: [] },
  ],
  kubernetes: [
    {},
    { role: 'a' },
    { cluster_role: 'a' },
    { namespace: 'shop' },
    { role: 'a', cluster_role: 'b' },
    { role: 'a', everywhere: true },
    { cluster_role: 'a', everywhere: false },
    { cluster_role: 'a', namespace: 'shop', everywhere: true },
    { role: 'a', cluster_role: 'a', namespace: 'shop' },
    { role: 'a', namespace: 'Shop' },
    { role: 'a', namespace: '../kube-system' },
    { role: 'a/b', namespace: 'shop' },
    { role: '..', namespace: 'shop' },
    { role: 'a', namespace: 'shop', more: 1 },
  ],
  okta: [
    {},
    { group: 'Everyone' },
    { group: '00u1emaKYZTWRYYRRTSK' },
    { group: '00g/users' },
    { group: '00g1\n' },
    { group: '00g'.padEnd(65, '1') },
    { group: '00g1', name: 'a' },
  ],
  github: [
    {},
    { repository: 'orders' },
    { permission: 'push' },
    { repository: 'orders', permission: 'admin' },
    { repository: '..', permission: 'push' },
    { repository: 'a/b', permission: 'push' },
    { organization_role: 0 },
    { organization_role: '1' },
    { organization_role: 1, permission: 'push' },
    { organization_role: 1, repository: 'orders', permission: 'push' },
    { organization_role: 1, id: 7 },
    { repository: 'orders', id: 0, permission: 'push' },
    { organization_role: 1, more: 1 },
  ],
};

/** In the order of the table. */
const KINDS = [
  'memory',
  'postgres',
  'github-team',
  'ldap',
  'ssh',
  'exec',
  'webhook',
  'aws-identity-center',
  'gcp-iam',
  'entra',
  'scim',
  'kubernetes',
  'okta',
  'github',
];

describe('the provider table', () => {
  it('names each kind as the kind names itself', () => {
    expect([...providers].map(([name, { kind }]) => [name, kind.kind])).toEqual(
      KINDS.map((name) => [name, name]),
    );
    expect([...providerKinds.keys()]).toEqual([...providers.keys()]);
  });

  // `npm run docs` writes the table.
  it('is what docs/providers/README.md says', async () => {
    const file = new URL('../../../docs/providers/README.md', import.meta.url);
    const page = await readFile(file, 'utf8');
    const wanted = page.replace(TABLE, (_, head) => head + [...providerKinds.values()].map(rowOf).join(''));
    expect(page).toMatch(TABLE);
    if (process.env.UPDATE_DOCS !== undefined) await writeFile(file, wanted);
    expect(await readFile(file, 'utf8')).toBe(wanted);
  });

  it('is told with the traps of its targets, each with a test', async () => {
    const page = await readFile(new URL('../../../docs/providers/README.md', import.meta.url), 'utf8');
    const rows = page
      .slice(page.indexOf('## Traps'))
      .split('\n')
      .filter((line) => /^\| (?!trap )/.test(line))
      .map((line) => line.slice(2, -2).split(' | '));
    expect(rows.length).toBeGreaterThanOrEqual(15);
    for (const [trap = '', file = '', title = ''] of rows) {
      const source = await readFile(new URL(`./${file.replaceAll('`', '')}`, import.meta.url), 'utf8');
      expect(title.length, trap).toBeGreaterThan(10);
      expect(source, trap).toContain(title);
    }
  });

  it('loads descriptions only, whose code is types', async () => {
    for (const name of providers.keys()) {
      const source = await readFile(
        new URL(`../../../src/adapters/providers/${name}/kind.ts`, import.meta.url),
        'utf8',
      );
      expect(source.match(/^import (?!type )(?!.*'\.\.\/\.\.\/plugin\/kind\.js')/gm), name).toBeNull();
    }
  });

  describe.each([...providerKinds.values()])('$kind', ({ kind, grantSchema, connectionSchema }) => {
    const isGrant = ajv.compile(grantSchema);

    it.each(LEGAL[kind] ?? [])('accepts the coordinates %j', (grant) => {
      expect(isGrant(grant)).toBe(true);
    });

    it.each(ILLEGAL[kind] ?? [])('refuses the coordinates %j', (grant) => {
      expect(isGrant(grant)).toBe(false);
    });

    it('has a connection schema that is strict, closed and bounded', () => {
      expect(() => ajv.compile(connectionSchema)).not.toThrow();
      for (const schema of [grantSchema, connectionSchema]) {
        expect(schema.additionalProperties).toBe(false);
        expect(unboundedStrings(schema)).toEqual([]);
      }
    });
  });
});

/** The head of the table, and its rows. */
const TABLE = /(^\| kind \|.*\n\|[-|]+\|\n)(?:\|.*\n)*/m;
const EXPIRY = { enforced: 'yes', 'login-only': 'new logins', none: 'no' } as const;
const IDENTITY = { login: 'the GitHub login', mapped: 'an identity in the people document' } as const;

function rowOf({ kind, abilities, nativeExpiryOf }: ProviderKind): string {
  const { enumerates, nativeExpiry, endsSessions, identity } = abilities;
  const says = (yes: boolean) => (yes ? 'yes' : 'no');
  const ends = nativeExpiryOf === undefined ? EXPIRY[nativeExpiry] : 'depends on the grant';
  const cells = [says(enumerates), ends, says(endsSessions), IDENTITY[identity]];
  return `| \`${kind}\` | ${cells.join(' | ')} |\n`;
}

/** Names of string properties with neither a length limit nor a closed list. */
function unboundedStrings(schema: Readonly<Record<string, unknown>>): string[] {
  const properties = (schema.properties ?? {}) as Record<string, Record<string, unknown>>;
  return Object.entries(properties)
    .filter(([, one]) => one.type === 'string' && one.maxLength === undefined && one.enum === undefined)
    .map(([name]) => name);
}
