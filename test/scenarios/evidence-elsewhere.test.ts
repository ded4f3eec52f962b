import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { scratch } from '../adapters/git/world.js';
import { cli } from '../cli/harness.js';
import { startReceiver } from '../support/receiver.js';
import { type Scenario, startScenario } from './scenario.js';

let scenario: Scenario;
afterEach(() => scenario.close());

async function granted(name: string): Promise<void> {
  const pull = await scenario.ask('alice', name);
  await scenario.approve(pull, 'bob', 'carol');
  await scenario.merge(pull);
}

const typesIn = (file: string): readonly string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).type);

describe('a stream of a running server', () => {
  it('follows the ledger, also over a restart, and says nothing twice', async () => {
    const file = join(scratch(), 'audit.jsonl');
    scenario = await startScenario({ streams: [{ name: 'siem', format: 'json', file, secrets: [] }] });
    await granted('first');
    expect(typesIn(file)).toEqual(['grant.landed', 'grant.intended', 'grant.granted']);
    await scenario.world.restart();
    await scenario.world.settled();
    await scenario.after(3_601);
    await scenario.pass();
    expect(typesIn(file).slice(0, 3)).toEqual(['grant.landed', 'grant.intended', 'grant.granted']);
    expect(new Set(typesIn(file)).size).toBe(typesIn(file).length);
    expect(typesIn(file).at(-1)).toBe('grant.ended');
  });

  it('holds up nothing that ends while its receiver hangs, and goes on when it is back', async () => {
    const receiver = await startReceiver();
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    scenario = await startScenario({
      streams: [{ name: 'hook', format: 'json', url: receiver.url, secrets: [secret] }],
    });
    await granted('first');
    let hung = (): void => {};
    const hangs = new Promise<void>((resolve) => {
      hung = resolve;
    });
    let answer = (): void => {};
    receiver.manners.push((response) => {
      answer = () => void response.writeHead(500).end();
      hung();
    });
    const pull = await scenario.ask('bob', 'second', { subject: 'bob', duration: '2h' });
    await scenario.approve(pull, 'dana', 'carol');
    // Its landing is on its way to the receiver, and stays there, when the first one's end comes.
    await scenario.world.github.as('alice').merge(pull);
    await hangs;
    const delivered = receiver.received.length;
    scenario.clock.advance(3_601);
    scenario.world.running.hints.ends();
    const isHeld = () => scenario.held().some((held) => held.startsWith('alice'));
    while (isHeld()) await new Promise(setImmediate);
    expect(receiver.received).toHaveLength(delivered);
    answer();
    await scenario.world.settled();
    await scenario.after(60);
    const types = receiver.received.flatMap(({ body }) =>
      JSON.parse(body).data.events.map(({ type }: { type: string }) => type),
    );
    expect(types).toContain('grant.ended');
    await receiver.close();
  });
});

describe('checkpoints of a running server', () => {
  it('are written when they are due, and find a ledger that was rewritten since', async () => {
    const folder = join(scratch(), 'anchors');
    scenario = await startScenario({ checkpoints: { everySeconds: 86_400, folder } });
    await granted('first');
    const names = () => readdirSync(folder).filter((name) => name.endsWith('.txt'));
    expect(names()).toHaveLength(1);
    await granted('second');
    await scenario.after(3_600);
    expect(names()).toHaveLength(1);
    await scenario.after(86_400);
    expect(names()).toHaveLength(2);
    await scenario.after(2 * 86_400);
    expect(names()).toHaveLength(2);

    const { world } = scenario;
    const signers = join(scratch(), 'signers');
    const own = world.wired.allowedSigners;
    writeFileSync(signers, `${own}${own.replace('namespaces="git"', 'namespaces="hallpass-checkpoint"')}`);
    const verify = (file: string) =>
      cli([
        ...['audit', 'verify', '--repo', world.github.gitDir, '--signers', signers],
        ...['--checkpoint', join(folder, file)],
      ]);
    for (const name of names()) expect(await verify(name)).toMatchObject({ code: 0 });
    const [, last = ''] = names();
    const forged = readFileSync(join(folder, last), 'utf8').replace(/commits: \d+/, 'commits: 1');
    rmSync(join(folder, last));
    writeFileSync(join(folder, last), forged);
    expect((await verify(last)).code).toBe(2);
  });

  it('go to a program of the operator, with the name in its arguments, and again when it fails', async () => {
    const folder = scratch();
    const program = join(folder, 'keep');
    const kept = join(folder, 'kept');
    writeFileSync(program, `#!/bin/sh\n[ -d "${kept}" ] || exit 3\ncat > "${kept}/$1"\n`, { mode: 0o755 });
    scenario = await startScenario({
      checkpoints: { everySeconds: 86_400, command: [program, '{name}'] },
    });
    await granted('first');
    expect(scenario.log.join('\n')).toContain('program_failed');
    mkdirSync(kept);
    await scenario.pass();
    const [name = ''] = readdirSync(kept);
    expect(name).toMatch(/^checkpoint-\d{8}t\d{6}z\.txt$/);
    expect(readFileSync(join(kept, name), 'utf8')).toMatch(
      /^hallpass checkpoint 1\n[\s\S]*-----BEGIN SSH SIGNATURE-----/,
    );
  });
});
