import { type Answer, type Call, ok } from './call.js';

const DEFAULT_SIZE = 30;
const MAXIMUM_SIZE = 100;

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly headers: Readonly<Record<string, string>>;
}

export const pageSize = (call: Call): number => {
  const asked = Number(call.query.get('per_page') ?? DEFAULT_SIZE);
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, MAXIMUM_SIZE) : DEFAULT_SIZE;
};

export function linkTo(call: Call, changes: Readonly<Record<string, string>>, rel: string): string {
  const url = new URL(call.url);
  for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
  return `<${url.href}>; rel="${rel}"`;
}

/** The page asked for, with GitHub's `Link` header: prev, next, last, first, each only where there is one. */
export function pageOf<Item>(call: Call, all: readonly Item[]): Page<Item> {
  const size = pageSize(call);
  const asked = Number(call.query.get('page') ?? 1);
  const page = Number.isInteger(asked) && asked > 0 ? asked : 1;
  const last = Math.max(1, Math.ceil(all.length / size));
  const to = (number: number, rel: string): string => linkTo(call, { page: String(number) }, rel);
  const links = [
    ...(page > 1 ? [to(Math.min(page - 1, last), 'prev')] : []),
    ...(page < last ? [to(page + 1, 'next'), to(last, 'last')] : []),
    ...(page > 1 ? [to(1, 'first')] : []),
  ];
  return {
    items: all.slice((page - 1) * size, page * size),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  };
}

export async function listed<Item>(
  call: Call,
  all: readonly Item[],
  shape: (item: Item) => unknown,
): Promise<Answer> {
  const { items, headers } = pageOf(call, all);
  return { ...ok(await Promise.all(items.map(shape))), headers };
}
