import { expect, it } from 'vitest';
import { conform } from './schema.js';

const binding = {
  kind: 'RoleBinding',
  apiVersion: 'rbac.authorization.k8s.io/v1',
  metadata: { name: 'a' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'a' },
  subjects: [{ kind: 'User', name: 'alice' }],
};

it('takes what Kubernetes publishes', () => {
  expect(() => conform(binding)).not.toThrow();
});

it.each([
  ['a misspelt field', { ...binding, subject: [] }],
  ['a field further down', { ...binding, metadata: { name: 'a', label: {} } }],
  ['a field left out', { ...binding, roleRef: { kind: 'Role', name: 'a' } }],
  ['another type', { ...binding, subjects: { kind: 'User', name: 'alice' } }],
])('refuses %s', (_what, value) => {
  expect(() => conform(value)).toThrow(/^no RoleBinding/);
});
