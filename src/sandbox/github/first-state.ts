import type { GitHubOptions } from './options.js';
import { type Account, accountNamed, nextId, type State, stamp, type Team, WEB_FLOW } from './state.js';

export function createState(options: GitHubOptions): State {
  const state: State = {
    accounts: new Map(),
    teams: [],
    roles: [],
    invitations: [],
    issues: new Map(),
    comments: [],
    events: [],
    checkRuns: [],
    labels: [],
    activities: [],
    userTokens: new Map(),
    installationTokens: new Map(),
    webFlowCommits: new Set(),
    organizationId: 9001,
    repositoryId: 8001,
    createdAt: stamp(options.now()),
    botId: 0,
    webFlowId: WEB_FLOW.id,
    lastNumber: 0,
    lastId: 1_000_000,
  };
  addAccounts(state, options);
  for (const [slug, logins] of Object.entries(options.teams)) addTeam(state, slug, logins);
  for (const [id, name] of Object.entries(options.roles ?? {}))
    state.roles.push({ id: Number(id), name, people: new Set() });
  return state;
}

function addAccounts(state: State, options: GitHubOptions): void {
  for (const user of options.users) {
    const type = user.type ?? 'User';
    add(state, {
      id: user.id,
      login: user.login,
      type,
      email: user.email ?? null,
      permission: user.permission,
      member: user.member ?? type === 'User',
    });
  }
  const none = { permission: 'none', member: false } as const;
  add(state, { ...WEB_FLOW, type: 'User', ...none });
  state.botId = nextId(state);
  add(state, { id: state.botId, login: `${options.app.slug}[bot]`, type: 'Bot', email: null, ...none });
}

function add(state: State, account: Omit<Account, 'deleted'>): void {
  if (state.accounts.has(account.id)) throw new Error(`account id ${account.id} is taken`);
  state.accounts.set(account.id, { ...account, deleted: false });
}

function addTeam(state: State, slug: string, logins: readonly string[]): void {
  const team: Team = { id: nextId(state), slug, name: slug, members: new Map() };
  for (const login of logins) {
    const account = accountNamed(state, login);
    if (account === undefined) throw new Error(`team ${slug} names ${login}, who is not a user`);
    team.members.set(account.id, { role: 'member', state: account.member ? 'active' : 'pending' });
  }
  state.teams.push(team);
}
