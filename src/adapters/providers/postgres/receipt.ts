import type { Json } from '../../../core/entitlement.js';
import type { Facts, Known } from './facts.js';

/** What finds our doing again after somebody renamed a role or the server's settings name another user. */
interface Receipt extends Known {
  readonly grantor?: string;
}

export function receiptOf({ role, login, we }: Facts): Json {
  return { login: login?.oid ?? null, role: role?.oid ?? null, name: login?.name ?? null, grantor: we.name };
}

/** Total: receipts of other versions or none at all give what they can. */
export function readReceipt(receipt: Json): Receipt {
  if (typeof receipt !== 'object' || receipt === null || Array.isArray(receipt)) return {};
  const { login, role, grantor } = receipt as { readonly [key: string]: Json };
  return {
    ...(isOid(login) ? { login } : {}),
    ...(isOid(role) ? { role } : {}),
    ...(typeof grantor === 'string' ? { grantor } : {}),
  };
}

function isOid(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 2 ** 32;
}
