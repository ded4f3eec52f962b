import type { StreamEvent, StreamedPerson, StreamedType } from '../../core/stream/event.js';
import { epochSeconds } from '../../core/time.js';
import { plainEvent } from './line.js';

/** Of the schema whose required attributes these events have (schema.ocsf.io). */
const OCSF_VERSION = '1.5.0';

/** Class and activity: what OCSF calls it. Numbers are its own. */
interface Meaning {
  readonly classUid: 2004 | 3004 | 3005;
  readonly className: 'Detection Finding' | 'Entity Management' | 'User Access Management';
  readonly activityId: number;
  readonly activityName: string;
}

const assign: Meaning = {
  classUid: 3005,
  className: 'User Access Management',
  activityId: 1,
  activityName: 'Assign Privileges',
};
const revoke: Meaning = { ...assign, activityId: 2, activityName: 'Revoke Privileges' };
const create: Meaning = {
  classUid: 3004,
  className: 'Entity Management',
  activityId: 1,
  activityName: 'Create',
};
const update: Meaning = { ...create, activityId: 3, activityName: 'Update' };
const refuse: Meaning = { ...create, activityId: 99, activityName: 'Refuse' };
const finding: Meaning = {
  classUid: 2004,
  className: 'Detection Finding',
  activityId: 1,
  activityName: 'Create',
};

/** Only what a target was read back to have changed is an assignment or a revocation; everything else is about our own records. */
const MEANINGS: Readonly<Record<StreamedType, Meaning>> = {
  'grant.landed': create,
  'grant.refused': refuse,
  'grant.scheduled': update,
  'grant.intended': update,
  'grant.granted': assign,
  'grant.faulted': update,
  'grant.end_requested': update,
  'grant.ending': update,
  'grant.ended': revoke,
  'grant.voided': update,
  'grant.review_due': update,
  'grant.reviewed': update,
  violation: finding,
  'orphan.intended': update,
  'orphan.removed': revoke,
  'orphan.left': update,
  'access_review.asked': create,
  'access_review.answered': update,
  'access_review.kept': update,
  'access_review.ended': update,
  'access_review.removed': revoke,
  'access_review.gone': update,
  'access_review.left': update,
};

const SEVERITIES = { 1: 'Informational', 2: 'Low', 3: 'Medium', 4: 'High' } as const;

const SEVERITY: Readonly<Partial<Record<StreamedType, keyof typeof SEVERITIES>>> = {
  violation: 4,
  'orphan.removed': 3,
  'orphan.left': 3,
  'access_review.left': 3,
  'grant.faulted': 2,
  'grant.refused': 2,
};

const FAILED: ReadonlySet<StreamedType> = new Set([
  'grant.refused',
  'grant.faulted',
  'orphan.left',
  'access_review.left',
]);

/** An event as OCSF has it. What OCSF has no place for stands in `unmapped`, so that nothing is lost. */
export function ocsfEvent(event: StreamEvent, repository: string | null): object {
  const { type, at } = event;
  const { classUid, className, activityId, activityName } = MEANINGS[type];
  const severityId = SEVERITY[type] ?? (event.breakGlass && type === 'grant.granted' ? 3 : 1);
  const failed = FAILED.has(type);
  return {
    category_uid: Math.floor(classUid / 1_000),
    category_name: classUid === 2004 ? 'Findings' : 'Identity & Access Management',
    class_uid: classUid,
    class_name: className,
    activity_id: activityId,
    activity_name: activityName,
    type_uid: classUid * 100 + activityId,
    type_name: `${className}: ${activityName}`,
    // Milliseconds since 1970.
    time: epochSeconds(at) * 1_000,
    severity_id: severityId,
    severity: SEVERITIES[severityId],
    status_id: failed ? 2 : 1,
    status: failed ? 'Failure' : 'Success',
    ...(event.code === null ? {} : { status_code: event.code }),
    message: messageOf(event),
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Hallpass', vendor_name: 'Hallpass' },
      uid: event.id,
      event_code: type,
      log_name: 'access-ledger',
      log_provider: 'Hallpass',
      original_time: at,
    },
    ...bodyOf(event, classUid, repository),
    unmapped: { hallpass: plainEvent(event, repository) },
  };
}

function bodyOf(event: StreamEvent, classUid: Meaning['classUid'], repository: string | null): object {
  const { by, target, entitlements } = event;
  const actor = by === null ? {} : { actor: { user: userOf(by) } };
  const resources = target === null ? {} : { resources: [{ name: target, uid: target, type: 'target' }] };
  if (classUid === 3005) {
    const heldBy = event.heldBy ?? 'unknown';
    const user = event.subject === null ? { name: heldBy } : userOf(event.subject);
    return { ...actor, user: { ...user, uid_alt: heldBy }, privileges: entitlements, ...resources };
  }
  if (classUid === 3004) {
    const name = event.grant ?? event.path;
    const entity = { name, uid: event.path, type: event.grant === null ? 'record' : 'grant' };
    return { ...actor, entity };
  }
  const uid = event.id;
  const finding_info = {
    uid,
    title: messageOf(event),
    types: ['Policy Violation'],
    created_time: epochSeconds(event.at) * 1_000,
  };
  const name = repository ?? 'access repository';
  return { finding_info, resources: [{ name, uid: name, type: 'repository' }] };
}

function userOf({ login, id }: StreamedPerson): object {
  return { name: login, ...(id === null ? {} : { uid: String(id) }) };
}

/** Ids, logins and fixed words: free text of people is in the ledger alone. */
function messageOf({ type, grant, subject, entitlements, target, reason, code }: StreamEvent): string {
  const parts = [
    type,
    grant === null ? '' : `of ${grant}`,
    subject === null ? '' : `for ${subject.login}`,
    entitlements.length === 0 ? '' : `(${entitlements.join(', ')})`,
    target === null ? '' : `on ${target}`,
    reason === null ? '' : `because ${reason}`,
    code === null ? '' : `[${code}]`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}
