import { sameLogin } from '../../core/identity.js';
import { personOf } from '../../core/people.js';
import { patternNames } from '../../core/policy/policy.js';
import type { EntitlementModel, PersonModel } from '../../views/web/about-pages.js';
import type { HistoryRow } from '../../views/web/past.js';
import type { Problem } from '../../views/web/problem.js';
import type { ControlNow } from './control-now.js';
import { type SeeingDeps, standingNow } from './standing-now.js';

type Deps = SeeingDeps & { readonly controlNow: ControlNow };

/** Rows of the past that stand on a page about somebody or something; the rest is one step away. */
const MOST_PAST = 25;

/** Whether a grant has to do with somebody: who holds it, who asked for it, or who approved it. */
export function concerns(row: HistoryRow, login: string): boolean {
  const all = [row.subject, row.requester, ...row.approvals.map(({ account }) => account.login)];
  return all.some((one) => one !== null && sameLogin(one, login));
}

/** What somebody holds and waits for, gave to others, and had. */
export async function aboutPerson(deps: Deps, login: string): Promise<PersonModel> {
  const [{ held, scheduled, pending, problems }, control, past] = await Promise.all([
    standingNow(deps),
    deps.controlNow(),
    deps.history.ask({ wants: (row) => concerns(row, login), most: MOST_PAST }),
  ]);
  const person = control && personOf(control.people, login);
  return {
    login: person?.login ?? login,
    identities: [...(person?.identities ?? [])],
    problems: problems.filter((one) => sameLogin(subjectOf(one), login)),
    live: [...held, ...scheduled].filter(({ subject }) => sameLogin(subject?.login ?? '', login)),
    pending: pending.filter(({ view }) =>
      view.requests.some(
        ({ request, requester }) => sameLogin(request.subject, login) || sameLogin(requester ?? '', login),
      ),
    ),
    asked: pending.filter(({ view }) => view.asked.some((one) => sameLogin(one.login, login))),
    past,
  };
}

function subjectOf(problem: Problem): string {
  if (problem.kind === 'review') return problem.subject ?? '';
  return problem.kind === 'overdue' ? (problem.entry.subject?.login ?? '') : '';
}

/** What can be had, by whose leave, who has it and had it. `undefined`: nobody has heard of it. */
export async function aboutEntitlement(deps: Deps, id: string): Promise<EntitlementModel | undefined> {
  const [{ held, scheduled, pending }, control, past] = await Promise.all([
    standingNow(deps),
    deps.controlNow(),
    deps.history.ask({ wants: (row) => asksFor(row, id), most: MOST_PAST }),
  ]);
  const entitlement = control?.catalog.entitlements.get(id) ?? null;
  const live = [...held, ...scheduled].filter(({ holdings }) =>
    holdings.some((one) => one.entitlement === id),
  );
  if (entitlement === null && live.length === 0 && past.rows.length === 0) return undefined;
  const rules = (control?.policy.rules ?? []).filter((rule) =>
    rule.entitlements.some((pattern) => patternNames(pattern, id)),
  );
  return {
    id,
    entitlement,
    rules,
    live,
    pending: pending.filter(({ view }) =>
      view.requests.some(({ request }) => request.entitlements.includes(id)),
    ),
    past,
  };
}

export function asksFor(row: HistoryRow, entitlement: string): boolean {
  return (
    row.holdings.some((held) => held.entitlement === entitlement) ||
    (row.request?.entitlements.includes(entitlement) ?? false)
  );
}
