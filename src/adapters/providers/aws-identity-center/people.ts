import { Blocked } from '../../../ports/fault.js';
import { unlessMissing } from './fault.js';
import { isResourceId } from './names.js';
import type { Aws } from './session.js';

/**
 * @param subject a UserId, or a user name, which has to be spelled as the identity store spells it: it looks names up without regard
 * to case.
 * @returns the UserId; undefined when the store knows nobody by it.
 */
export async function findUser(aws: Aws, subject: string): Promise<string | undefined> {
  const id = isResourceId(subject) ? subject : await idOfName(aws, subject);
  if (id === undefined) return undefined;
  const user = await unlessMissing(() =>
    aws.store.describeUser({ IdentityStoreId: aws.identityStore, UserId: id }, aws.options),
  );
  return user?.UserId === id && (id === subject || user.UserName === subject) ? id : undefined;
}

async function idOfName(aws: Aws, name: string): Promise<string | undefined> {
  const UniqueAttribute = { AttributePath: 'userName', AttributeValue: name };
  const found = await unlessMissing(() =>
    aws.store.getUserId(
      { IdentityStoreId: aws.identityStore, AlternateIdentifier: { UniqueAttribute } },
      aws.options,
    ),
  );
  return found?.UserId;
}

export function unknownSubject(subject: string): Blocked {
  return new Blocked(
    'unknown_subject',
    `the identity store has no user ${subject}`,
    `Correct the identity of ${subject} in the people document: a UserId, or a user name spelled exactly.`,
  );
}
