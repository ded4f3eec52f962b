import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Holding } from '../../../../src/core/grant.js';
import { addSeconds } from '../../../../src/core/time.js';
import { Blocked, isFault, Retry } from '../../../../src/ports/fault.js';
import { execProvider, program, realClock, type Said, TARGET, tempFolder } from './harness.js';

let folder: string;
beforeEach(async () => {
  folder = await tempFolder();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const HOLDING: Holding = { target: TARGET, subject: 'alice', grant: { group: 'readers' } };
const AT = addSeconds(realClock.now(), 3_600);

/** A script that knows the id of the call, and answers as it likes. */
const script = (body: string) => `#!/bin/bash
IFS= read -r call; [[ $call =~ \\"id\\":\\"([^\\"]*)\\" ]]; id=\${BASH_REMATCH[1]}
say() { printf '{"version":1,"id":"%s",%s}' "$id" "$1"; }
${body}
`;
const OK = `say '"status":"ok","changed":true,"preexisting":false'`;

async function grantBy(body: string, connection = {}, said: Said[] = []): Promise<unknown> {
  const command = await program(folder, body);
  const provider = await execProvider({ command, timeout_seconds: 20, ...connection }, said);
  return provider.grant(HOLDING, AT, 'key').catch((error: unknown) => error);
}

const fault = (error: unknown) => (isFault(error) ? `${error.fault} ${error.code}` : error);

describe('a program that misbehaves', () => {
  const soon = { timeout_seconds: 0.3 };

  it.each<[string, string, string, object?]>([
    ['prints garbage', script('echo hello'), 'blocked bad_answer'],
    ['prints two documents', script(`${OK}; ${OK}`), 'blocked bad_answer'],
    ['prints nothing', script('exit 0'), 'blocked bad_answer'],
    ['prints a list', script('echo []'), 'blocked bad_answer'],
    ['prints half a document', script(`${OK} | head -c 30`), 'blocked bad_answer'],
    ['answers another call', script(`id=msg_other; ${OK}`), 'blocked bad_answer'],
    ['prints bytes that are no UTF-8', script(`printf '\\377'; ${OK}`), 'blocked bad_answer'],
    [
      'prints NaN',
      script(`say '"status":"retry","code":"x","message":"x","after":NaN'`),
      'blocked bad_answer',
    ],
    [
      'prints infinity',
      script(`say '"status":"retry","code":"x","message":"x","after":1e999'`),
      'blocked bad_answer',
    ],
    [
      'says a key twice',
      script(`say '"status":"ok","changed":true,"changed":false,"preexisting":false'`),
      'blocked bad_answer',
    ],
    [
      'says a key twice in two spellings',
      script(`say '"status":"ok","changed":true,"ch\\u0061nged":false,"preexisting":false'`),
      'blocked bad_answer',
    ],
    [
      'brings a prototype',
      script(`say '"status":"ok","changed":true,"preexisting":false,"receipt":{"__proto__":{"a":1}}'`),
      'blocked bad_answer',
    ],
    [
      'knows keys nobody asked for',
      script(`say '"status":"ok","changed":true,"preexisting":false,"expires":"never"'`),
      'blocked bad_answer',
    ],
    [
      'says that it gave what was there before',
      script(`say '"status":"ok","changed":true,"preexisting":true'`),
      'blocked bad_answer',
    ],
    ['says ok and no more', script(`say '"status":"ok"'`), 'blocked bad_answer'],
    [
      'has another status',
      script(`say '"status":"done","changed":true,"preexisting":false'`),
      'blocked bad_answer',
    ],
    [
      'brings a receipt that is too long',
      script(
        `say "\\"status\\":\\"ok\\",\\"changed\\":true,\\"preexisting\\":false,\\"receipt\\":\\"$(printf 'x%.0s' {1..3000})\\""`,
      ),
      'blocked bad_answer',
    ],
    ['is nested without end', script(`printf '[%.0s' {1..5000}`), 'blocked bad_answer'],
    ['prints without end', '#!/bin/bash\nexec yes\n', 'blocked bad_answer'],
    ['fails and says ok', script(`${OK}; exit 1`), 'retry failed'],
    ['fails and says nothing', script('exit 3'), 'retry failed'],
    ['kills itself', script('kill -9 $$'), 'retry killed'],
    ['sleeps', '#!/bin/bash\nexec sleep 600\n', 'retry timeout', soon],
    [
      'ignores SIGTERM',
      `#!/bin/bash\ntrap '' TERM HUP INT\nwhile :; do sleep 1; done\n`,
      'retry timeout',
      soon,
    ],
    ['closes its output and stays', '#!/bin/bash\nexec >&- 2>&-\nexec sleep 600\n', 'retry timeout', soon],
    [
      'leaves a child in another session that holds the output open',
      script(
        `setsid bash -c 'echo >"$1"; exec sleep 5' - "$0.left" & until [ -e "$0.left" ]; do sleep 0.01; done; ${OK}`,
      ),
      'retry timeout',
      soon,
    ],
    [
      'asks for a retry',
      script(`say '"status":"retry","code":"busy","message":"later","after":7'; exit 1`),
      'retry busy',
    ],
    [
      'is blocked',
      script(`say '"status":"blocked","code":"no_seat","message":"full","unblock":"Buy seats."'`),
      'blocked no_seat',
    ],
    [
      'has a code of its own grammar',
      script(`say '"status":"retry","code":"No Code","message":"x"'`),
      'blocked bad_answer',
    ],
  ])('%s', async (_, body, expected, connection) => {
    expect(fault(await grantBy(body, connection))).toBe(expected);
  });

  it('that does not read its input may answer all the same', async () => {
    const command = await program(
      folder,
      `#!/bin/bash\nexec <&-\nprintf '{"version":1,"id":"x","status":"ok","complete":true,"held":[]}'\n`,
    );
    const provider = await execProvider({ command });
    const scope = Array.from({ length: 5_000 }, (_, index) => ({ ...HOLDING, subject: `somebody-${index}` }));
    const error = await provider.observe(scope).catch((one: unknown) => one);
    expect(fault(error)).toBe('blocked bad_answer');
    expect(String(error)).toContain('it answers another call');
  });

  it('that leaves a child with the output open is not waited for', async () => {
    expect(await grantBy(script(`sleep 600 & ${OK}`))).toMatchObject({ changed: true });
  });

  it('is not even started for names that could mean something else to it', async () => {
    const command = await program(folder, script(`touch "${folder}/started"; ${OK}`));
    const provider = await execProvider({ command, abilities: { ends_sessions: true } });
    const names = [
      '',
      '-rf',
      'a b',
      'a"b',
      '$(id)',
      '`id`',
      'a;b',
      'a|b',
      '../a',
      'a/../b',
      'a\n',
      'a\\',
      'ä',
    ];
    const tricks = [
      ...names.map((subject) => ({ ...HOLDING, subject })),
      ...[...names.filter((name) => name !== 'a b'), 1.5, null, ['a'], { a: 1 }].map((group) => ({
        ...HOLDING,
        grant: { group },
      })),
      { ...HOLDING, grant: { 'Group"': 'a' } },
    ];
    for (const one of tricks) {
      const calls = [
        provider.grant(one, AT, 'key'),
        provider.revoke(one, null),
        provider.preflight?.(one),
        provider.endSessions?.(one),
      ];
      const faults = await Promise.all(calls.map((call) => call?.catch((error: unknown) => error)));
      expect(faults.map(fault), JSON.stringify(one)).toEqual(Array(4).fill('blocked bad_coordinates'));
    }
    expect(existsSync(join(folder, 'started'))).toBe(false);
  });

  it('leaves no child behind, when it answers and when it does not', async () => {
    for (const end of [OK, 'exec sleep 600']) {
      await grantBy(script(`trap '' TERM; sleep 600 <&- >&- 2>&- & echo $! >"${folder}/child"; ${end}`), {
        timeout_seconds: 2,
      });
      const child = Number(await readFile(join(folder, 'child'), 'utf8'));
      // The kernel kills when it comes to it.
      await expect.poll(() => isRunning(child), { timeout: 20_000 }).toBe(false);
    }
  });

  it('is blocked when it is not there, or cannot be executed', async () => {
    await writeFile(join(folder, 'data'), 'x');
    for (const [file, code] of [
      ['absent', 'no_program'],
      ['data', 'not_executable'],
    ]) {
      const provider = await execProvider({ command: [join(folder, file ?? '')] });
      const error = await provider.grant(HOLDING, AT, 'key').catch((one: unknown) => one);
      expect(fault(error)).toBe(`blocked ${code}`);
    }
  });

  it('is not taken from the path, and relative names are refused at once', async () => {
    await expect(execProvider({ command: ['bash', '-c', 'id'] })).rejects.toBeInstanceOf(Blocked);
    await expect(execProvider({ command: [] })).rejects.toBeInstanceOf(Blocked);
  });
});

/** Whether a process does anything; a zombie waits to be buried by whoever adopted it. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}

describe('a program', () => {
  it('sees nothing of the environment but what is listed, and starts in the root', async () => {
    process.env.HALLPASS_CANARY = 'swordfish';
    try {
      await grantBy(script(`/usr/bin/env >"${folder}/env"; pwd >"${folder}/cwd"; ${OK}`), {
        environment: { TOKEN: 'open sesame' },
      });
    } finally {
      delete process.env.HALLPASS_CANARY;
    }
    const names = (await readFile(join(folder, 'env'), 'utf8')).split('\n').map((line) => line.split('=')[0]);
    // The shell itself adds PWD, SHLVL and _.
    expect(names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_', ''].includes(name ?? ''))).toEqual([
      'TOKEN',
    ]);
    expect(await readFile(join(folder, 'cwd'), 'utf8')).toBe('/\n');
  });

  it('gets its arguments as they are', async () => {
    const command = await program(folder, script(`printf '%s\\n' "$@" >"${folder}/args"; ${OK}`));
    const args = ['$(touch x)', '; id', '*', '', "it's"];
    const provider = await execProvider({ command: [...command, ...args] });
    await provider.grant(HOLDING, AT, 'key');
    expect(await readFile(join(folder, 'args'), 'utf8')).toBe(`${args.join('\n')}\n`);
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });

  it('writes notes to the log, bounded', async () => {
    const said: Said[] = [];
    await grantBy(
      script(`for i in {1..200}; do echo "note $i $(printf 'x%.0s' {1..900})" >&2; done; ${OK}`),
      {},
      said,
    );
    expect(said).toHaveLength(50);
    expect(said[0]).toMatchObject({ message: 'plugin says', fields: { target: TARGET, verb: 'grant' } });
    for (const { fields } of said) expect(String(fields?.line).length).toBeLessThanOrEqual(500);
  });

  it('is asked in one line whose keys are in order', async () => {
    await grantBy(script(`printf '%s' "$call" >"${folder}/call"; ${OK}`));
    const call = await readFile(join(folder, 'call'), 'utf8');
    expect(Object.keys(JSON.parse(call))).toEqual([
      'version',
      'id',
      'verb',
      'target',
      'deadline',
      'subject',
      'grant',
      'until',
      'key',
    ]);
  });

  it('keeps the id of a call it did not answer, and gets a new one for the next', async () => {
    const command = await program(
      folder,
      script(`echo "$id" >>"${folder}/ids"; if [ -e "${folder}/up" ]; then ${OK}; else exit 1; fi`),
    );
    const provider = await execProvider({ command });
    await expect(provider.grant(HOLDING, AT, 'key')).rejects.toBeInstanceOf(Retry);
    await writeFile(join(folder, 'up'), '');
    await provider.grant(HOLDING, AT, 'key');
    await provider.grant(HOLDING, AT, 'key');
    const [first, second, third] = (await readFile(join(folder, 'ids'), 'utf8')).split('\n');
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('says of a person only what fits on one line', async () => {
    const body = script(
      `say '"status":"blocked","code":"x","message":"a\\u202eb\\nc","unblock":"Do \\u001b[31mthis."'`,
    );
    const error = await grantBy(body);
    expect((error as Blocked).message).toBe('legacy says: a\\u{202e}b c');
    expect((error as Blocked).unblock).toBe('Do \\u{1b}[31mthis.');
  });
});

describe('what the settings declare', () => {
  const able = (abilities: object) =>
    script(
      `case $call in *describe*) say '"status":"ok","abilities":${JSON.stringify(abilities)}';; *) say '"status":"ok"';; esac`,
    );
  const WEAK = { enumerates: false, native_expiry: 'none', ends_sessions: false };
  const preflight = async (declared: object, told: object) => {
    const provider = await execProvider({
      command: await program(folder, able(told)),
      abilities: { ...declared },
    });
    return provider.preflight?.(HOLDING).then(
      () => 'ok',
      (error: unknown) => fault(error),
    );
  };

  it.each([
    [{}, WEAK, 'ok'],
    [WEAK, { enumerates: true, native_expiry: 'enforced', ends_sessions: true }, 'ok'],
    [{ enumerates: true }, WEAK, 'blocked abilities'],
    [{ ends_sessions: true }, WEAK, 'blocked abilities'],
    [{ native_expiry: 'login-only' }, WEAK, 'blocked abilities'],
    [{ native_expiry: 'enforced' }, { ...WEAK, native_expiry: 'login-only' }, 'blocked abilities'],
    [{}, { ...WEAK, native_expiry: 'sometimes' }, 'blocked bad_answer'],
  ])('%j on a program that says %j: %s', async (declared, told, expected) => {
    expect(await preflight(declared, told)).toBe(expected);
  });

  it('holds new grants to a schema of the operator, and ends what was granted before it', async () => {
    const grant_schema = {
      type: 'object',
      properties: { group: { enum: ['writers'] } },
      required: ['group'],
    };
    const command = await program(
      folder,
      script(`case $call in *\\"revoke\\"*) say '"status":"ok","changed":true';; *) ${OK};; esac`),
    );
    const provider = await execProvider({ command, grant_schema });
    expect(fault(await provider.grant(HOLDING, AT, 'key').catch((one: unknown) => one))).toBe(
      'blocked bad_coordinates',
    );
    expect(await provider.revoke(HOLDING, null)).toEqual({ changed: true });
    await expect(execProvider({ command, grant_schema: { type: 'nonsense' } })).rejects.toBeInstanceOf(
      Blocked,
    );
  });
});

describe('an observation', () => {
  const observing = (held: readonly object[], complete = true) =>
    script(`say '"status":"ok","complete":${complete},"held":${JSON.stringify(held)}'`);

  it('leaves out what was not asked about, and keeps the order of keys out of it', async () => {
    const held = [
      { subject: 'alice', grant: { b: 1, a: 'x' }, managed: 'yes' },
      { subject: 'bob', grant: { a: 'y' }, managed: 'no' },
      { subject: 'Ünal Ö', grant: { a: 'x', b: 1 }, managed: 'no' },
    ];
    const provider = await execProvider({ command: await program(folder, observing(held)) });
    const seen = await provider.observe([{ ...HOLDING, grant: { a: 'x', b: 1 } }]);
    expect(seen.held.map((one) => one.holding.subject)).toEqual(['alice', 'Ünal Ö']);
  });

  it('is partial when the program says so, and when something could not be asked', async () => {
    const partly = await execProvider({ command: await program(folder, observing([], false)) });
    expect(await partly.observe([HOLDING])).toMatchObject({ complete: false, held: [] });
    const whole = await execProvider({ command: await program(folder, observing([])) });
    expect(await whole.observe([{ ...HOLDING, subject: 'a"b' }])).toMatchObject({ complete: false });
    expect(await whole.observe([HOLDING])).toMatchObject({ complete: true });
  });

  it.each([
    [{ subject: '', grant: { group: 'readers' }, managed: 'yes' }],
    [{ subject: 'a\u0000', grant: { group: 'readers' }, managed: 'yes' }],
    [{ subject: 'alice', grant: { group: 'readers' } }],
    [{ subject: 'alice', grant: { group: 'readers' }, managed: 'yes', until: '2026-02-30T00:00:00Z' }],
  ])('is refused as a whole with %j in it', async (one) => {
    const provider = await execProvider({ command: await program(folder, observing([one])) });
    await expect(provider.observe([HOLDING])).rejects.toBeInstanceOf(Blocked);
  });
});
