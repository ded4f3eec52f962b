import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MODELS, type Model, violations } from './model.js';
import { NOTHING_DENIED } from './policy.js';

export const INSTANCE = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
export const IDENTITY_STORE = 'd-0123456789';
export const ACCESS_KEY = 'AKIAFAKEFAKEFAKEFAKE';
const SETS = INSTANCE.replace('instance', 'permissionSet');
const PAGE = 2;
export const DENY_POLICY = 'p-hallpass01';

type Values = Record<string, unknown>;

interface Assignment {
  readonly AccountId: string;
  readonly PermissionSetArn: string;
  readonly PrincipalType: 'USER' | 'GROUP';
  readonly PrincipalId: string;
}

interface Change {
  readonly assignment: Assignment;
  readonly what: 'create' | 'delete';
  readonly fails: 'no' | 'yes' | 'but-done';
  /** How many requests to anything it takes. Time is the number of requests. */
  left: number;
}

class AwsError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/**
 * AWS IAM Identity Center with its identity store, as far as the provider goes: assignments are made and deleted in the background, one
 * at a time for a permission set in an account.
 */
function createStore() {
  const state = {
    users: new Map<string, string>(),
    groups: new Map<string, { name: string; external: boolean }>(),
    memberships: new Map<string, { GroupId: string; UserId: string }>(),
    sets: new Map<string, string>(),
    accounts: new Set<string>(),
    assignments: [] as Assignment[],
    changes: new Map<string, Change>(),
    unreadable: new Set<string>(),
    calls: [] as string[],
    broken: [] as string[],
    hanging: false,
    /** Whether something else answers, such as a proxy. */
    covered: false,
    loses: 0,
    slowness: 2,
    fails: 'no' as Change['fails'],
    errors: new Map<string, AwsError>(),
    page: PAGE,
    organization: {
      master: '999999999999',
      /** Above each account and unit: a unit, or the root. */
      parents: new Map([
        ['111122223333', 'ou-ab12-11111111'],
        ['444455556666', 'ou-ab12-11111111'],
        ['ou-ab12-11111111', 'r-ab12'],
      ]),
      type: 'SERVICE_CONTROL_POLICY',
      content: NOTHING_DENIED,
      attached: new Set(['r-ab12']),
      /** Takes a policy, and keeps the old one. */
      forgetful: false,
    },
  };

  const same = (a: Assignment, b: Assignment) => JSON.stringify(a) === JSON.stringify(b);

  function finish({ assignment, what, fails }: Change): void {
    if (fails === 'yes') return;
    state.assignments = state.assignments.filter((one) => !same(one, assignment));
    if (what === 'create') state.assignments.push(assignment);
  }

  function tick(): void {
    for (const change of state.changes.values()) {
      change.left -= 1;
      if (change.left === 0) finish(change);
    }
  }

  const missing = (what: string) => new AwsError('ResourceNotFoundException', `${what} not found`);

  function statusOf(id: string, { assignment, left, fails }: Change): Values {
    const { AccountId, ...others } = assignment;
    const Status = left > 0 ? 'IN_PROGRESS' : fails === 'no' ? 'SUCCEEDED' : 'FAILED';
    const failure = Status === 'FAILED' ? { FailureReason: 'The account said no' } : {};
    return { RequestId: id, Status, TargetId: AccountId, TargetType: 'AWS_ACCOUNT', ...others, ...failure };
  }

  function startChange(what: Change['what'], input: Values): Values {
    const { TargetId, PermissionSetArn, PrincipalType, PrincipalId } = input as Record<string, string>;
    const assignment = { AccountId: TargetId, PermissionSetArn, PrincipalType, PrincipalId } as Assignment;
    if (!state.accounts.has(assignment.AccountId)) throw missing('account');
    if (!state.sets.has(assignment.PermissionSetArn)) throw missing('permission set');
    const isRunning = [...state.changes.values()].some(
      ({ left, assignment: { AccountId, PermissionSetArn: arn } }) =>
        left > 0 && AccountId === assignment.AccountId && arn === assignment.PermissionSetArn,
    );
    if (isRunning) throw new AwsError('ConflictException', 'another change is in progress');
    const id = randomUUID();
    const change: Change = { assignment, what, fails: state.fails, left: state.slowness };
    state.fails = 'no';
    if (change.left === 0) finish(change);
    state.changes.set(id, change);
    return statusOf(id, change);
  }

  function lookAt(id: unknown, what: Change['what']): Values {
    const change = state.changes.get(String(id));
    if (change?.what !== what) throw missing('request');
    return statusOf(String(id), change);
  }

  function statuses(what: Change['what'], { Filter }: Values): readonly Values[] {
    const wanted = (Filter as Values | undefined)?.Status;
    return [...state.changes]
      .filter(([, change]) => change.what === what)
      .map(([id, change]) => ({ RequestId: id, Status: statusOf(id, change).Status, CreatedDate: 1.5e9 }))
      .filter(({ Status }) => wanted === undefined || Status === wanted);
  }

  function page<T>(key: string, all: readonly T[], { NextToken }: Values): Values {
    const from = Number(NextToken ?? 0);
    const to = from + state.page;
    return { [key]: all.slice(from, to), ...(to < all.length ? { NextToken: String(to) } : {}) };
  }

  const knownUser = (id: unknown): string => {
    const name = state.users.get(String(id));
    if (name === undefined) throw missing('user');
    return name;
  };
  const knownGroup = (id: unknown) => {
    const group = state.groups.get(String(id));
    if (group === undefined) throw missing('group');
    return group;
  };
  const groupOf = (GroupId: string): Values => {
    const { name, external } = knownGroup(GroupId);
    const ids = external ? { ExternalIds: [{ Issuer: 'https://idp.example', Id: 'id-there' }] } : {};
    return { GroupId, IdentityStoreId: IDENTITY_STORE, DisplayName: name, ...ids };
  };
  const membershipIn = (input: Values): string | undefined => {
    const user = (input.MemberId as Values).UserId;
    return [...state.memberships].find(
      ([, one]) => one.GroupId === input.GroupId && one.UserId === user,
    )?.[0];
  };
  const readable = (id: unknown): void => {
    if (state.unreadable.has(String(id))) throw missing(String(id));
  };

  const operations: Record<string, (input: Values) => Values> = {
    ListPermissionSets: (input) => page('PermissionSets', [...state.sets.keys()], input),
    DescribePermissionSet({ PermissionSetArn }) {
      const Name = state.sets.get(String(PermissionSetArn));
      if (Name === undefined) throw missing('permission set');
      return { PermissionSet: { Name, PermissionSetArn, CreatedDate: 1.5e9, SessionDuration: 'PT1H' } };
    },
    ListAccountsForProvisionedPermissionSet: (input) => page('AccountIds', [...state.accounts], input),
    ListAccountAssignments(input) {
      readable(input.AccountId);
      if (!state.accounts.has(String(input.AccountId))) throw missing('account');
      if (!state.sets.has(String(input.PermissionSetArn))) throw missing('permission set');
      const all = state.assignments.filter(
        (one) => one.AccountId === input.AccountId && one.PermissionSetArn === input.PermissionSetArn,
      );
      return page('AccountAssignments', all, input);
    },
    CreateAccountAssignment: (input) => ({ AccountAssignmentCreationStatus: startChange('create', input) }),
    DeleteAccountAssignment: (input) => ({ AccountAssignmentDeletionStatus: startChange('delete', input) }),
    DescribeAccountAssignmentCreationStatus: (input) => ({
      AccountAssignmentCreationStatus: lookAt(input.AccountAssignmentCreationRequestId, 'create'),
    }),
    DescribeAccountAssignmentDeletionStatus: (input) => ({
      AccountAssignmentDeletionStatus: lookAt(input.AccountAssignmentDeletionRequestId, 'delete'),
    }),
    ListAccountAssignmentCreationStatus: (input) =>
      page('AccountAssignmentsCreationStatus', statuses('create', input), input),
    ListAccountAssignmentDeletionStatus: (input) =>
      page('AccountAssignmentsDeletionStatus', statuses('delete', input), input),
    DescribeUser: ({ UserId }) => ({ UserId, IdentityStoreId: IDENTITY_STORE, UserName: knownUser(UserId) }),
    GetUserId({ AlternateIdentifier }) {
      const { UniqueAttribute } = AlternateIdentifier as { UniqueAttribute: Values };
      if (UniqueAttribute.AttributePath !== 'userName')
        throw new AwsError('ValidationException', 'AttributePath');
      const asked = String(UniqueAttribute.AttributeValue).toLowerCase();
      const found = [...state.users].find(([, name]) => name.toLowerCase() === asked);
      if (found === undefined) throw missing('user');
      return { UserId: found[0], IdentityStoreId: IDENTITY_STORE };
    },
    DescribeGroup: ({ GroupId }) => groupOf(String(GroupId)),
    ListGroups: (input) => page('Groups', [...state.groups.keys()].map(groupOf), input),
    ListGroupMemberships(input) {
      readable(input.GroupId);
      knownGroup(input.GroupId);
      const all = [...state.memberships]
        .filter(([, { GroupId }]) => GroupId === input.GroupId)
        .map(([MembershipId, { GroupId, UserId }]) => ({
          MembershipId,
          GroupId,
          MemberId: { UserId },
          IdentityStoreId: IDENTITY_STORE,
        }));
      return page('GroupMemberships', all, input);
    },
    GetGroupMembershipId(input) {
      const MembershipId = membershipIn(input);
      if (MembershipId === undefined) throw missing('membership');
      return { MembershipId, IdentityStoreId: IDENTITY_STORE };
    },
    CreateGroupMembership(input) {
      const user = String((input.MemberId as Values).UserId);
      knownUser(user);
      knownGroup(input.GroupId);
      if (membershipIn(input) !== undefined) throw new AwsError('ConflictException', 'Member exists');
      const MembershipId = randomUUID();
      state.memberships.set(MembershipId, { GroupId: String(input.GroupId), UserId: user });
      return { MembershipId, IdentityStoreId: IDENTITY_STORE };
    },
    ...createOrganization(state.organization, page),
    DeleteGroupMembership({ MembershipId }) {
      if (!state.memberships.delete(String(MembershipId))) throw missing('membership');
      return {};
    },
  };

  return { state, operations, tick };
}

type Page = <T>(key: string, all: readonly T[], input: Values) => Values;

/** AWS Organizations, as far as one service control policy goes. */
function createOrganization(
  organization: {
    readonly master: string;
    readonly parents: ReadonlyMap<string, string>;
    readonly attached: ReadonlySet<string>;
    readonly type: string;
    readonly forgetful: boolean;
    content: string;
  },
  page: Page,
): Record<string, (input: Values) => Values> {
  const policy = ({ PolicyId }: Values): Values => {
    if (PolicyId !== DENY_POLICY) throw new AwsError('PolicyNotFoundException', 'no such policy');
    const Arn = `arn:aws:organizations::${organization.master}:policy/o-ab12cd34ef/service_control_policy/${DENY_POLICY}`;
    const { type: Type, content: Content } = organization;
    return {
      Policy: { PolicySummary: { Id: PolicyId, Arn, Name: 'hallpass', Type, AwsManaged: false }, Content },
    };
  };
  const parentOf = (child: string): Values => {
    const Id = organization.parents.get(child);
    if (Id === undefined) throw new AwsError('ChildNotFoundException', 'no such child');
    return { Id, Type: Id.startsWith('r-') ? 'ROOT' : 'ORGANIZATIONAL_UNIT' };
  };
  return {
    DescribePolicy: policy,
    UpdatePolicy(input) {
      policy(input);
      const content = String(input.Content);
      if (content.length > 5_120)
        throw new AwsError('ConstraintViolationException', 'POLICY_CONTENT_LIMIT_EXCEEDED');
      if (JSON.parse(content).Statement.length === 0)
        throw new AwsError('MalformedPolicyDocumentException', 'no statement');
      if (!organization.forgetful) organization.content = content;
      return policy(input);
    },
    ListTargetsForPolicy: (input) =>
      page(
        'Targets',
        [...organization.attached].map((TargetId) => ({ TargetId, Name: 'name', Type: typeOf(TargetId) })),
        input,
      ),
    ListParents: ({ ChildId }) => ({ Parents: [parentOf(String(ChildId))] }),
    DescribeOrganization: () => ({
      Organization: { Id: 'o-ab12cd34ef', MasterAccountId: organization.master },
    }),
  };
}

function typeOf(target: string): string {
  if (target.startsWith('r-')) return 'ROOT';
  return target.startsWith('ou-') ? 'ORGANIZATIONAL_UNIT' : 'ACCOUNT';
}

/** The store behind HTTP. Every request and answer is held against AWS's own models. */
export async function startAws() {
  const { state, operations, tick } = createStore();

  function perform(request: IncomingMessage, body: string): Values {
    if (!String(request.headers.authorization).includes(`Credential=${ACCESS_KEY}/`))
      throw new AwsError(
        'UnrecognizedClientException',
        'The security token included in the request is invalid',
      );
    const [prefix = '', operation = ''] = String(request.headers['x-amz-target']).split('.');
    state.calls.push(operation);
    const model = MODELS.get(prefix);
    const known = model?.operations[operation];
    if (model === undefined || known === undefined)
      throw new AwsError('UnknownOperationException', operation);
    const input: Values = JSON.parse(body);
    const wrong = violations(model, known.input, input);
    state.broken.push(...wrong);
    if (wrong.length > 0) throw new AwsError('ValidationException', wrong.join('; '));
    tick();
    const error = state.errors.get(operation);
    if (error !== undefined) throw error;
    return carryOut(model, operation, input);
  }

  function carryOut(model: Model, operation: string, input: Values): Values {
    const { output: shape = '', errors = [] } = model.operations[operation] ?? {};
    try {
      const output = operations[operation]?.(input) ?? {};
      state.broken.push(...violations(model, shape, output));
      return output;
    } catch (thrown) {
      if (!(thrown instanceof AwsError) || !errors.includes(thrown.name))
        state.broken.push(`${operation} does not fail with ${String(thrown)}`);
      throw thrown;
    }
  }

  const LOSABLE = /\.(?:Create|Delete)/;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (state.hanging) return;
    if (state.covered) {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
      return;
    }
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    try {
      const output = perform(request, body);
      if (state.loses > 0 && LOSABLE.test(String(request.headers['x-amz-target']))) {
        state.loses -= 1;
        request.socket.destroy();
        return;
      }
      response.end(JSON.stringify(output));
    } catch (error) {
      const { name, message } = error as Error;
      response.statusCode = 400;
      response.end(JSON.stringify({ __type: name, Message: message }));
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    state,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Everything that runs in the background comes to its end. */
    settle() {
      while ([...state.changes.values()].some(({ left }) => left > 0)) tick();
    },
    setArn: (permissionSet: string) => `${SETS}/${permissionSet}`,
    failWith: (operation: string, name: string) => state.errors.set(operation, new AwsError(name, 'planted')),
    close() {
      server.closeAllConnections();
      server.close();
      if (state.broken.length > 0) throw new Error(`not as AWS describes it: ${state.broken.join('\n')}`);
    },
  };
}

export type FakeAws = Awaited<ReturnType<typeof startAws>>;
