import { parseRequestId, type RequestId, requestIdOfPath } from '../core/request.js';
import { Unable } from './exit.js';

/** The id of a request, from the id itself or from the path of its file. */
export function requestIdFrom(text: string): RequestId {
  const plain = text.replace(/^\.\//, '');
  const id = requestIdOfPath(plain) ?? parseRequestId(plain);
  if (id !== undefined) return id;
  throw new Unable(
    `${text} names no request`,
    'Give its id, such as 2026/11/alice-orders-db, or its path, access-requests/2026/11/alice-orders-db.yaml.',
  );
}
