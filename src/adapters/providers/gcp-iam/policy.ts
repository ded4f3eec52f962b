import { addSeconds, type Instant, parseInstant } from '../../../core/time.js';
import { Retry } from '../../../ports/fault.js';
import { type Ask, isEmail, type Place } from './names.js';

/** https://cloud.google.com/iam/docs/reference/rest/v1/Policy. What we do not know in it goes back as it came. */
export interface Policy {
  readonly etag: string;
  readonly bindings: readonly Binding[];
}

export interface Binding {
  readonly role: string;
  /** Google leaves out what is empty. */
  readonly members?: readonly string[];
  readonly condition?: Condition;
}

interface Condition {
  readonly title?: string;
  readonly description?: string;
  readonly expression: string;
}

/** A binding that we made. */
export interface Ours {
  readonly role: string;
  readonly subject: string;
  /** Absent: somebody changed the condition, and it may never end. */
  readonly until?: Instant;
}

/** Only the newest version shows conditions, and a policy written as an older one loses them, also those of others. */
export const VERSION = 3;
const TITLE = 'hallpass';
const EXPRESSION = /^request\.time < timestamp\("([0-9TZ:-]{20})"\)$/;
/** Our clock is not Google's: what has only just expired is left for the next one. */
const SWEEP_SECONDS = 3_600;

/** @throws Retry for anything that is no policy we could write back without loss. */
export function parsePolicy(value: unknown): Policy {
  const { etag, bindings = [], ...others } = (value ?? {}) as Partial<Policy>;
  if (typeof etag !== 'string' || etag === '')
    throw new Retry(
      'no_etag',
      'Google Cloud showed a policy without an etag; written back, it could erase what others did',
    );
  if (!Array.isArray(bindings) || !bindings.every(isBinding))
    throw new Retry('no_policy', 'Google Cloud showed a policy in a way that is not known');
  return { ...others, etag, bindings };
}

/**
 * Ours by the title. For whom stands in the description and not only among the members: an account that was renamed or deleted is
 * another member, and still the one that was granted. It also keeps Google from merging the bindings of two people into one.
 */
export function oursOf({ role, condition }: Binding): Ours | undefined {
  if (condition?.title !== TITLE || !isEmail(condition.description)) return undefined;
  const until = parseInstant(EXPRESSION.exec(condition.expression)?.[1] ?? '');
  return { role, subject: condition.description, ...(until === undefined ? {} : { until }) };
}

export function memberOf(subject: string): string {
  return `user:${subject}`;
}

/** Whether the subject has the role here for good, and not from us. */
export function isStanding({ bindings }: Policy, { subject, role }: Ask): boolean {
  return bindings.some(
    (one) => one.role === role && one.condition === undefined && one.members?.includes(memberOf(subject)),
  );
}

export function findOurs({ bindings }: Policy, { subject, role }: Ask): readonly Ours[] {
  return bindings.flatMap((binding) => {
    const ours = oursOf(binding);
    return ours?.role === role && ours.subject === subject ? [ours] : [];
  });
}

/**
 * Without what we gave the subject, and without what we gave anybody of this role that expired long ago: there may be only 20
 * conditional bindings of a role for a person. Whoever was put into such a binding goes with it, as the condition would have done.
 */
export function withoutOurs(policy: Policy, { subject, role }: Ask, now: Instant): Policy {
  const isOver = ({ until }: Ours): boolean => until !== undefined && addSeconds(until, SWEEP_SECONDS) <= now;
  const bindings = policy.bindings.filter((binding) => {
    const ours = oursOf(binding);
    return ours?.role !== role || !(ours.subject === subject || isOver(ours));
  });
  return { ...policy, bindings };
}

export function withOurs(policy: Policy, { subject, role }: Ask, until: Instant): Policy {
  const condition = {
    title: TITLE,
    description: subject,
    expression: `request.time < timestamp("${until}")`,
  };
  return { ...policy, bindings: [...policy.bindings, { role, members: [memberOf(subject)], condition }] };
}

export interface Holder {
  readonly subject: string;
  readonly until?: Instant;
  readonly managed: 'yes' | 'no';
}

const PERSON = /^user:(.*)$/;
const CONDITIONAL = ' (conditional)';

/**
 * Who has the role here. Anybody but a person without a condition is written as the policy does: a group, which is not unfolded, and
 * whoever has the role only under a condition of somebody else, which we cannot judge.
 */
export function holdersOf({ bindings }: Policy, { role }: Place): readonly Holder[] {
  const holders = new Map<string, Holder>();
  for (const holder of bindings.filter((one) => one.role === role).flatMap(holdersIn)) {
    const known = holders.get(holder.subject);
    if (known === undefined || known.managed === 'no') holders.set(holder.subject, holder);
  }
  return [...holders.values()];
}

function holdersIn(binding: Binding): readonly Holder[] {
  const ours = oursOf(binding);
  const { members = [] } = binding;
  if (ours === undefined) return othersIn(binding, members);
  const { role, ...holder } = ours;
  const others = members.filter((member) => member !== memberOf(ours.subject));
  return [{ ...holder, managed: 'yes' }, ...othersIn(binding, others)];
}

function othersIn({ condition }: Binding, members: readonly string[]): readonly Holder[] {
  return members.map((member) => ({
    subject: condition === undefined ? (PERSON.exec(member)?.[1] ?? member) : `${member}${CONDITIONAL}`,
    managed: 'no',
  }));
}

function isBinding(value: unknown): value is Binding {
  const { role, members = [], condition } = (value ?? {}) as Partial<Binding>;
  const isConditionKnown = condition === undefined || typeof condition?.expression === 'string';
  const areMembersKnown = Array.isArray(members) && members.every((member) => typeof member === 'string');
  return typeof role === 'string' && areMembersKnown && isConditionKnown;
}
