import { type Group, parseLogin } from '../core/identity.js';
import { type Duration, parseDuration } from '../core/time.js';
import { certain } from './certain.js';

/** A group as documents write it. */
export interface GroupDocument {
  readonly teams?: readonly string[];
  readonly users?: readonly string[];
}

export function groupOf({ teams = [], users = [] }: GroupDocument): Group {
  return { teams, users: users.map((user) => certain(parseLogin(user))) };
}

export function durationOf(text: string): Duration {
  return certain(parseDuration(text));
}
