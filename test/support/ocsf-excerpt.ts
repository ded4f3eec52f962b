/**
 * What OCSF 1.5.0 requires of the three classes we write, and of the objects in them, as JSON Schema. Written by hand from
 * events/base_event.json, events/iam/{user_access,entity_management}.json, events/findings/{finding,detection_finding}.json and
 * objects/{metadata,product,user,managed_entity,finding_info,resource_details,actor}.json of the official schema at the tag 1.5.0.
 */
const text = { type: 'string', minLength: 1 };
const anyOf = (...keys: readonly string[]) => ({ anyOf: keys.map((key) => ({ required: [key] })) });

const USER = { type: 'object', properties: { name: text, uid: text }, ...anyOf('account', 'name', 'uid') };

const METADATA = {
  type: 'object',
  required: ['product', 'version'],
  properties: {
    version: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
    product: { type: 'object', properties: { name: text, vendor_name: text }, ...anyOf('name', 'uid') },
    uid: text,
    event_code: text,
    log_name: text,
    log_provider: text,
    original_time: text,
  },
};

const RESOURCES = { type: 'array', items: { type: 'object', ...anyOf('name', 'uid') } };

function eventClass(
  classUid: number,
  activities: readonly number[],
  { required, properties }: { readonly required: readonly string[]; readonly properties: object },
) {
  return {
    type: 'object',
    required: [
      'activity_id',
      'category_uid',
      'class_uid',
      'metadata',
      'severity_id',
      'time',
      'type_uid',
      ...required,
    ],
    properties: {
      activity_id: { enum: activities },
      activity_name: text,
      category_uid: { const: Math.floor(classUid / 1_000) },
      category_name: text,
      class_uid: { const: classUid },
      class_name: text,
      type_uid: { enum: activities.map((activity) => classUid * 100 + activity) },
      type_name: text,
      // timestamp_t: milliseconds since 1970.
      time: { type: 'integer', minimum: 1_000_000_000_000, maximum: 9_999_999_999_999 },
      severity_id: { enum: [0, 1, 2, 3, 4, 5, 6, 99] },
      severity: text,
      status_id: { enum: [0, 1, 2, 99] },
      status: text,
      status_code: text,
      message: text,
      metadata: METADATA,
      actor: {
        type: 'object',
        properties: { user: USER },
        ...anyOf('process', 'user', 'invoked_by', 'session', 'app_name', 'app_uid'),
      },
      resources: RESOURCES,
      unmapped: { type: 'object' },
      ...properties,
    },
    additionalProperties: false,
  };
}

export const OCSF_CLASSES: Readonly<Record<number, object>> = {
  3005: eventClass(3005, [0, 1, 2, 99], {
    required: ['user', 'privileges'],
    properties: { user: USER, privileges: { type: 'array', items: text } },
  }),
  3004: eventClass(3004, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 99], {
    required: ['entity'],
    properties: {
      entity: {
        type: 'object',
        properties: { name: text, uid: text, type: text },
        ...anyOf('name', 'uid', 'device', 'group', 'org', 'policy', 'user'),
      },
    },
  }),
  2004: eventClass(2004, [0, 1, 2, 3, 99], {
    required: ['finding_info'],
    properties: {
      finding_info: {
        type: 'object',
        required: ['uid'],
        properties: {
          uid: text,
          title: text,
          types: { type: 'array', items: text },
          created_time: { type: 'integer' },
        },
      },
    },
  }),
};
