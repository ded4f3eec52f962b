import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessRepository, ID, REQUEST } from './access-repository.js';
import { cli } from './harness.js';

let repo = '';
let write: ReturnType<typeof accessRepository>['write'];
beforeEach(() => {
  ({ dir: repo, write } = accessRepository());
});

const explain = (...argv: readonly string[]) => cli(['explain', ...argv], { cwd: repo });

describe('hallpass explain', () => {
  it.each([ID, `access-requests/${ID}.yaml`, `./access-requests/${ID}.yaml`])('takes %s', async (request) => {
    const { code, out, err } = await explain(request);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Nobody has reviewed it, and alice is taken to be whoever may ask/);
    expect(out).toContain('1 approval from team dba: whoever is in it');
    expect(out).toMatch(/^✘ 2026\/11\/alice-orders-db: pending$/m);
  });

  it('prints a stable shape', async () => {
    const { code, out } = await explain(ID, '--json');
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(out)).sort()).toEqual([
      'approvals',
      'auto_merge',
      'dismissals',
      'evidence',
      'findings',
      'groups',
      'outcome',
      'request',
      'requester',
      'rules',
      'subject',
      'unsatisfied',
      'vetoes',
      'window',
    ]);
  });

  it('decides with evidence from a file', async () => {
    write(
      'facts.yaml',
      'teams: { engineering: [alice], dba: [bob], security: [carol] }\nreviews: [{ by: bob, state: approved }]\n',
    );
    const { code, out } = await explain(ID, '--evidence', 'facts.yaml');
    expect(code).toBe(0);
    expect(out).not.toContain('is taken to be');
    expect(out).toContain('1 of 1 from team dba: bob');
    expect(out).toContain('1 approval from team security or dana: carol or dana can give it');
    write('facts.yaml', 'nonsense: 1\n');
    const wrong = await explain(ID, '--evidence', 'facts.yaml');
    expect(wrong).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^facts\.yaml:1:1 unknown_key/),
    });
  });

  it('names what is wrong with a document, and shows nothing unseen', async () => {
    write(`access-requests/${ID}.yaml`, `${REQUEST}evil\u001b[2J: 1\n`);
    const { code, out, err } = await explain(ID);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^access-requests\/2026\/11\/alice-orders-db\.yaml:7:\d+ forbidden_character /m);
    expect(err.trimEnd().split('\n').join('')).not.toMatch(/\p{C}/u);
  });

  it('does not follow a link', async () => {
    rmSync(join(repo, `access-requests/${ID}.yaml`));
    symlinkSync('/etc/passwd', join(repo, `access-requests/${ID}.yaml`));
    const { code, err } = await explain(ID);
    expect(code).toBe(2);
    expect(err).toContain('is no plain file.\n  Documents are plain files');
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    ['nothing', [], /missing required argument 'request'/],
    ['no id', ['nonsense'], /nonsense names no request\n {2}Give its id/],
    ['a path that leads away', ['access-requests/../../etc/passwd'], /names no request/],
    [
      'a request that is not there',
      ['2026/11/nobody'],
      /there is no access-requests\/2026\/11\/nobody\.yaml in /,
    ],
    [
      'a folder that is not there',
      [ID, '--repo', 'nowhere'],
      /there is no folder .*nowhere\n {2}Name the folder/,
    ],
    ['a file for a folder', [ID, '--repo', '.github/access/policy.yaml'], /is no folder/],
  ])('exits 2 with %s', async (_name, argv, said) => {
    const { code, out, err } = await explain(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(said);
  });
});
