/** As the page has an administrator begin it. */
export const NOTHING_DENIED = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { 'identitystore:UserId': 'nobody' } },
    },
  ],
});

/** What AWS knows of a request when it weighs a policy. */
export interface Requested {
  readonly user: string;
  readonly account: string;
  /** The role's name in the account. */
  readonly role: string;
  readonly issuedAt: string;
  readonly now: string;
}

type Operator = (actual: string, wanted: string) => boolean;

/** "IAM JSON policy elements: Condition operators". */
const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: (actual, wanted) => actual === wanted,
  ArnLike: (actual, wanted) => like(wanted).test(actual),
  DateLessThan: (actual, wanted) => Date.parse(actual) < Date.parse(wanted),
  DateGreaterThanEquals: (actual, wanted) => Date.parse(actual) >= Date.parse(wanted),
};

function like(pattern: string): RegExp {
  const parts = pattern.split(/([*?])/).map((part) => {
    if (part === '*') return '.*';
    return part === '?' ? '.' : part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}

/** Whether a policy of denials denies it: every condition of one statement holds. What is not known here fails the test. */
export function isDenied(content: string, { user, account, role, issuedAt, now }: Requested): boolean {
  const known: Readonly<Record<string, string>> = {
    'identitystore:UserId': user,
    'aws:PrincipalAccount': account,
    'aws:PrincipalArn': `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/eu-central-1/${role}`,
    'aws:TokenIssueTime': issuedAt,
    'aws:CurrentTime': now,
  };
  const { Statement } = JSON.parse(content) as { Statement: Statement[] };
  return Statement.some(({ Condition }) =>
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => {
        const [holds, actual] = [OPERATORS[operator], known[key]];
        if (holds === undefined || actual === undefined) throw new Error(`no ${operator} of ${key} is known`);
        return holds(actual, wanted);
      }),
    ),
  );
}

interface Statement {
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
