import type { AccessRequest } from '../request.js';
import type { Control, Evidence } from './evidence.js';

/** Everything one decision is made from. */
export interface Facts {
  readonly control: Control;
  readonly request: AccessRequest;
  readonly evidence: Evidence;
}
