import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClients, createTokenClient, PERMISSIONS } from '../../../src/adapters/github/clients.js';
import { createReviewHost } from '../../../src/adapters/github/review-host.js';
import { APP_ID, INSTALLATION_ID, SLUG, startWorld, type World } from './world.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const TOKENS = '/app/installations/{installation_id}/access_tokens';
const minted = (): number =>
  world.github.calls.filter((call) => call.route === TOKENS && call.status === 201).length;

describe('the app', () => {
  it('knows who it is, although its clock is years away from that of GitHub', async () => {
    expect(await world.clients.identity()).toEqual({ id: APP_ID, slug: SLUG });
  });

  it('mints one token for many calls, and a new one shortly before it ends', async () => {
    await Promise.all([world.host.openPullRequests(), world.host.openPullRequests()]);
    await world.host.openPullRequests();
    expect(minted()).toBe(1);
    world.advance(3_600 - 301);
    await world.host.openPullRequests();
    expect(minted()).toBe(1);
    world.advance(1);
    await world.host.openPullRequests();
    expect(minted()).toBe(2);
  });

  it('tries once more with a new token when GitHub takes the old one no longer', async () => {
    await world.host.openPullRequests();
    world.github.api.fail('GET /repos/{owner}/{repo}/pulls', 401, 1);
    await world.host.openPullRequests();
    expect(minted()).toBe(2);
    world.github.api.fail('GET /repos/{owner}/{repo}/pulls', 401, 2);
    await expect(world.host.openPullRequests()).rejects.toMatchObject({ code: 'github_unauthorized' });
  });

  it('has tokens that can do no more than their task (D39, T148)', async () => {
    const { password, username } = await world.clients.gitCredentials();
    expect(username).toBe('x-access-token');
    const asGit = createTokenClient(password, { baseUrl: world.github.url, readRetries: 0 });
    const host = createReviewHost({ ...world.on, client: asGit }, world.clock);
    await expect(host.notify(1, 'a key', 'x')).rejects.toMatchObject({
      fault: 'blocked',
      code: 'github_forbidden',
    });
    const teams = createReviewHost(
      { ...world.on, client: world.clients.installation(PERMISSIONS.teams) },
      world.clock,
    );
    await expect(teams.openPullRequests()).rejects.toMatchObject({ code: 'github_forbidden' });
  });

  it('asks for tokens of the pinned repository alone, with the key of the app (T148)', async () => {
    const options = {
      ...world,
      appId: APP_ID,
      installationId: INSTALLATION_ID,
      baseUrl: world.github.url,
      readRetries: 0,
    };
    const pinned = { ...options, privateKey: world.privateKey, repositoryId: world.github.repositoryId };
    await expect(createClients(pinned).gitCredentials()).resolves.toHaveProperty('password');
    const elsewhere = createClients({ ...pinned, repositoryId: 9_999 });
    await expect(elsewhere.gitCredentials()).rejects.toMatchObject({ code: 'installation_narrow' });
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const stranger = createClients({ ...pinned, privateKey: pem });
    await expect(stranger.gitCredentials()).rejects.toMatchObject({ code: 'github_unauthorized' });
  });

  it('says so when the installation is not there, or has not enough', async () => {
    world.github.api.fail(TOKENS, 404, 1);
    await expect(world.clients.gitCredentials()).rejects.toMatchObject({ code: 'installation_gone' });
    world.github.api.fail(TOKENS, 422, 1);
    await expect(world.host.pullRequest(1)).rejects.toMatchObject({ code: 'installation_narrow' });
    world.github.api.fail(TOKENS, 502, 1);
    await expect(world.host.pullRequest(1)).rejects.toMatchObject({
      fault: 'retry',
      code: 'github_unavailable',
    });
    expect(await world.host.pullRequest(1)).toBeUndefined();
  });
});

describe('faults', () => {
  it('a limit says how long to wait, and nothing is tried behind our back (T106)', async () => {
    const number = await world.open();
    world.github.api.secondaryLimit({ match: 'PATCH', retryAfter: 42 });
    await expect(world.host.close(number)).rejects.toMatchObject({ code: 'github_limited', after: 42 });
    // Until then nothing is even asked.
    await expect(world.host.close(number)).rejects.toMatchObject({ code: 'github_limited' });
    world.advance(42);
    const resetAt = new Date(Date.parse(world.clock.now()) + 90_000);
    world.github.api.primaryLimit({ match: 'PATCH', resetAt });
    await expect(world.host.close(number)).rejects.toMatchObject({ code: 'github_limited', after: 90 });
    expect(world.writes()).toHaveLength(2);
  });

  it('a lost answer to a write is not sent again', async () => {
    const number = await world.open();
    world.github.api.loseAnswer('POST /repos/{owner}/{repo}/issues/{issue_number}/comments');
    await expect(world.host.notify(number, 'a key', 'once')).rejects.toMatchObject({
      code: 'github_unavailable',
    });
    const comments = await world.host.comments(world.clock.now());
    expect(comments.map((comment) => comment.body)).toEqual([expect.stringContaining('once')]);
  });

  it('a read that failed is tried again at once, a write or a refusal never', async () => {
    const number = await world.open();
    const patient = createTokenClient(world.github.token('alice'), {
      baseUrl: world.github.url,
      readRetries: 2,
      retryMilliseconds: 1,
    });
    const host = createReviewHost({ ...world.on, client: patient }, world.clock);
    const calls = async (status: number, work: () => Promise<unknown>): Promise<number> => {
      const before = world.github.calls.length;
      world.github.api.fail(undefined, status, 2);
      await work().catch(() => {});
      world.github.api.clear();
      return world.github.calls.length - before;
    };
    expect(await calls(502, () => host.reviews(number))).toBe(3);
    // The question three times, and then the list of pushes.
    expect(await calls(502, () => host.facts(number))).toBe(4);
    expect(await calls(409, () => host.reviews(number))).toBe(1);
    expect(await calls(429, () => host.reviews(number))).toBe(1);
    expect(await calls(502, () => host.close(number))).toBe(1);
    await host.facts(number);
    expect(await calls(502, () => host.publishComment(number, 'x'))).toBe(1);
    expect(await host.reviews(number)).toEqual([]);
  });

  it('a GitHub that is away is something to try again', async () => {
    await world.github.close();
    await expect(world.host.reviews(1)).rejects.toMatchObject({ fault: 'retry', code: 'github_unavailable' });
  });
});

describe('the clock of GitHub', () => {
  it('is unknown at first, and then that of the last answer, also of a refusal', async () => {
    expect(world.host.hostClock()).toBeUndefined();
    await world.host.openPullRequests();
    expect(world.host.hostClock()).toBe(world.clock.now());
    world.advance(60);
    world.github.api.fail('GET /repos/{owner}/{repo}/pulls', 500, 1);
    await world.host.openPullRequests().catch(() => {});
    expect(world.host.hostClock()).toBe(world.clock.now());
  });
});
