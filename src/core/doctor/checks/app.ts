import { neededPermissions, WANTED_EVENTS } from '../app-permissions.js';
import { type Check, failing, ifSeen } from '../check.js';
import type { Permissions, SetupFacts } from '../facts.js';
import type { Found } from '../finding.js';

/** With one of these to write, whoever has the key of the app rules the repository or what runs in it. */
const DANGEROUS =
  /^(?:administration|organization_administration|workflows|(?:organization_)?secrets|actions|environments|organization_custom_roles|organization_hooks|repository_hooks)$/;

/** What the app asks for and what the installation has are two lists: one waits for somebody to accept the other. */
export const permissions: Check = ({ setup, app, installation }) => {
  const needed = neededPermissions(setup);
  const judge = (where: string) => (facts: { readonly permissions: Permissions }) => [
    ...missing(needed, facts.permissions, where),
    ...excess(needed, facts.permissions, where),
  ];
  return [...ifSeen(app, judge('the app')), ...ifSeen(installation, judge('the installation'))];
};

function missing(needed: ReadonlyMap<string, string>, granted: Permissions, where: string): readonly Found[] {
  return [...needed].flatMap(([name, level]) => {
    const has = granted[name];
    if (has === level || has === 'write') return [];
    return [
      {
        code: 'app_permission_missing' as const,
        about: `${name} of ${where}`,
        message: `${where} has ${has === undefined ? 'no access to' : `only ${has} on`} ${name}; it needs ${level}`,
      },
    ];
  });
}

function excess(needed: ReadonlyMap<string, string>, granted: Permissions, where: string): readonly Found[] {
  return Object.entries(granted).flatMap(([name, level]) => {
    const wanted = needed.get(name);
    if (wanted === level || wanted === 'write') return [];
    const code =
      DANGEROUS.test(name) && level !== 'read' ? 'app_permission_dangerous' : 'app_permission_excess';
    return [
      {
        code,
        about: `${name} of ${where}`,
        message: `${where} has ${level} on ${name}, which nothing needs`,
      },
    ];
  });
}

export const events: Check = ({ installation }) =>
  ifSeen(installation, ({ events: subscribed }) =>
    WANTED_EVENTS.filter((event) => !subscribed.includes(event)).map((event) => ({
      code: 'app_event_missing',
      about: event,
      message: `the app does not hear of ${event}`,
    })),
  );

export const reach: Check = ({ app, installation }) => [
  ...ifSeen(app, (facts) =>
    failing(
      [!facts.public, { code: 'app_public', message: 'the app is public' }],
      [
        facts.installations === null || facts.installations <= 1,
        { code: 'app_elsewhere', message: `the app has ${facts.installations} installations` },
      ],
    ),
  ),
  ...ifSeen(installation, installed),
];

function installed(facts: Extract<SetupFacts['installation'], { seen: unknown }>['seen']): readonly Found[] {
  const wide = facts.everyRepository ? 'every repository' : `${facts.repositories} repositories`;
  return failing(
    [!facts.suspended, { code: 'installation_suspended', message: 'the installation is suspended' }],
    [
      !facts.everyRepository && facts.repositories <= 1,
      { code: 'installation_wide', message: `the app is installed on ${wide}` },
    ],
  );
}
