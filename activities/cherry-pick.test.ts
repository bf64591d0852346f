/** Pulls picked to other branches, on a real host with real git: the forge (spec plugins-review.md C.28). */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { CherryPick } from '../domain/effects.ts';
import type { CherryPickRequest } from '../domain/review/errands.ts';
import type { Any } from '../forge/test-world.ts';
import { createGitHubHost } from '../providers/github/create-github-host.ts';
import { createMemoryBlobs } from '../test/fakes/memory-blobs.ts';
import { envelopeOf, pullEvent } from '../test/fixtures/envelopes.ts';
import { gitWorld, type GitWorld } from '../test/harness/git-world.ts';
import { createCherryPickActivities, type CherryPickDeps } from './cherry-pick.ts';

let world: GitWorld;
let repo: string;
let number = 0;

beforeAll(async () => {
  world = await gitWorld();
  world.tokens['robot'] = world.forge.admin.createUser({ login: 'robot' }).token;
  world.forge.admin.createOrg({ login: 'plant', owners: ['owner'], members: ['dev', 'robot'] });
});
beforeEach(async () => {
  world.forge.faults.clear();
  repo = `plant/repo-${(number += 1)}`;
  await world.forge.admin.createRepo('plant', { name: repo.slice(6), autoInit: true }, 'owner');
  await world.ask('PUT', `/repos/${repo}/collaborators/robot`, { as: 'owner', body: { permission: 'push' } });
  await world.ask('PUT', `/repos/${repo}/collaborators/dev`, { as: 'owner', body: { permission: 'push' } });
});
afterAll(async () => {
  await world.end();
});

const api = async (method: string, path: string, body?: object, as = 'owner'): Promise<Any> => {
  const answer = await world.ask(method, `/repos/${repo}${path}`, { as, ...(body && { body }) });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};

interface Merged {
  files?: Record<string, string | null>[];
  title?: string;
  body?: string;
  method?: 'merge' | 'squash' | 'rebase';
  labels?: string[];
  /** From before; a commit takes half a dozen processes, so most tests have one branch. */
  branches?: string[];
}

const both = ['r1', 'r2'];

/** A merged pull to `main`, one commit for each set of files. */
async function merged({
  files = [{ 'new.txt': 'new\n' }],
  method = 'merge',
  labels,
  branches = ['r1'],
  ...texts
}: Merged = {}): Promise<Any> {
  for (const branch of branches) await world.commit(branch, { [`${branch}.txt`]: branch }, { repo, from: 'main' });
  for (const [index, set] of files.entries()) {
    await world.commit('topic', set, { repo, from: 'main', author: 'dev', message: `Step ${index + 1}\n\nWhy.\n` });
  }
  const pull = await api(
    'POST',
    '/pulls',
    { title: 'A change', body: 'Text.', ...texts, head: 'topic', base: 'main' },
    'dev',
  );
  if (labels) await api('POST', `/issues/${pull.number}/labels`, { labels });
  await api('PUT', `/pulls/${pull.number}/merge`, { merge_method: method });
  return await api('GET', `/pulls/${pull.number}`);
}

interface Asked extends Partial<CherryPickDeps> {
  key?: string;
  requester?: string;
}

/** Runs the activity for a pull; each time as another attempt of the same errand. */
function picker(pull: Any, { key = 'd1/cherrypicker/0', requester = 'dev', ...deps }: Asked = {}) {
  const { cherryPick } = createCherryPickActivities({
    host: () => world.host('robot'),
    mirrors: world.mirrors(),
    blobs: createMemoryBlobs(),
    ...deps,
  });
  const envelope = envelopeOf([pullEvent('closed')], {
    repo: { org: 'plant', repo: repo.slice(6) },
    receivedAt: new Date().toISOString(),
    item: {
      isPull: true,
      number: pull.number,
      title: 'as it was',
      body: '',
      author: 'dev',
      authorType: 'User',
      state: 'closed',
      url: '',
      assignees: [],
    },
  });
  return async (picks: CherryPick['picks']) => {
    const request: CherryPickRequest = { envelope, effect: { kind: 'cherryPick', requester, picks }, key };
    const run = new MockActivityEnvironment().run<
      [CherryPickRequest],
      { outcomes: readonly string[] },
      typeof cherryPick
    >(cherryPick, request);
    return (await run).outcomes;
  };
}

const to = (target: string, ...chain: string[]) => ({ target, chain });
const comments = async (of: number): Promise<string[]> =>
  (await api('GET', `/issues/${of}/comments`)).map(({ body }: { body: string }) => body);
const openPulls = async (): Promise<Any[]> => await api('GET', '/pulls?state=open&direction=asc&sort=created');
const git = (of: string, ...args: string[]) =>
  execFileSync('git', ['-C', world.repository(of).dir, ...args]).toString();

describe('a pick', () => {
  test('is a pull of its own, from a fork of ours, with the parts that others read', async () => {
    const body = 'Text.\r\n```release-note\r\nIt is new.\r\n/approve\r\n```\r\n';
    const pull = await merged({
      branches: both,
      title: '[main] New',
      body,
      labels: ['kind/feature', 'kind/bug', 'lgtm'],
    });

    const outcomes = await picker(pull)([to('r1', 'r2')]);

    const [picked, ...others] = await openPulls();
    expect(others).toEqual([]);
    expect(outcomes).toEqual([`r1: #${picked.number}`]);
    expect(picked).toMatchObject({
      title: '[r1] New',
      user: { login: 'robot' },
      base: { ref: 'r1' },
      head: { ref: `cherry-pick-${pull.number}-to-r1`, repo: { full_name: `robot/${repo.slice(6)}` } },
      assignees: [{ login: 'dev' }],
    });
    expect((await api('GET', `/pulls/${picked.number}`)).maintainer_can_modify).toBe(true);
    expect(picked.body.replace(/\n<!--.*-->$/, '')).toBe(
      [
        `This is an automated cherry-pick of #${pull.number}`,
        '/assign dev',
        '```release-note\nIt is new.\n> /approve\n```',
        '/cherrypick r2',
        '/kind bug\n/kind feature',
      ].join('\n\n'),
    );
    expect(await comments(pull.number)).toEqual([
      expect.stringMatching(new RegExp(`^@dev: Picked to \`r1\`: #${picked.number}\\.`)),
    ]);
  });

  test('has the commits of the pull, with author and message, on top of the target', async () => {
    const pull = await merged({ files: [{ 'a.txt': 'a\n' }, { 'b/c.txt': 'c\n', 'a.txt': 'aa\n' }] });

    await picker(pull)([to('r1')]);

    const [picked] = await openPulls();
    const log = git(repo, 'log', '--format=%an <%ae> | %cn <%ce> | %s | %b', `r1..${picked.head.sha}`);
    const who = 'dev <dev@example.com> | robot <robot@users.noreply.127.0.0.1>';
    expect(log.trim().split('\n').filter(Boolean)).toEqual([`${who} | Step 2 | Why.`, `${who} | Step 1 | Why.`]);
    expect(git(repo, 'diff', '--name-status', 'r1', picked.head.sha)).toBe('A\ta.txt\nA\tb/c.txt\n');
    expect(git(repo, 'show', `${picked.head.sha}:a.txt`)).toBe('aa\n');
  });

  test.each(['squash', 'rebase', 'merge'] as const)('of a pull that was merged by %s', async (method) => {
    const pull = await merged({ files: [{ 'a.txt': 'a\n' }, { 'b.txt': 'b\n' }], method });

    await picker(pull)([to('r1')]);

    const [picked] = await openPulls();
    expect(git(repo, 'diff', '--name-only', 'r1', picked.head.sha)).toBe('a.txt\nb.txt\n');
    expect(picked.title).toBe('[r1] A change');
  });

  test('leaves out what its author has merged into it', async () => {
    await world.commit('topic', { 'a.txt': 'a\n' }, { repo, from: 'main', author: 'dev' });
    const other = await world.commit('main', { 'other.txt': 'other\n' }, { repo });
    const { dir } = world.repository(repo);
    const tree = execFileSync('git', ['-C', dir, 'merge-tree', '--write-tree', 'topic', other]).toString().trim();
    const identity = ['-c', 'user.name=dev', '-c', 'user.email=dev@example.com'];
    const commit = ['commit-tree', tree, '-p', 'topic', '-p', other, '-m', 'Merge main'];
    git(repo, 'update-ref', 'refs/heads/topic', git(repo, ...identity, ...commit).trim());
    await world.commit('r1', { 'r1.txt': 'r1' }, { repo, from: 'main' });
    git(repo, 'update-ref', 'refs/heads/r1', git(repo, 'rev-parse', `${other}^`).trim());
    const { number: of } = await api('POST', '/pulls', { title: 'A change', head: 'topic', base: 'main' }, 'dev');
    await api('PUT', `/pulls/${of}/merge`, {});

    await picker(await api('GET', `/pulls/${of}`))([to('r1')]);

    const [picked] = await openPulls();
    expect(git(repo, 'diff', '--name-only', 'r1', picked.head.sha)).toBe('a.txt\n');
  });

  test('merges with what has changed on the target, also where the fork is old and lines have moved', async () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    await world.commit('main', { 'long.txt': lines.join('\n') }, { repo });
    const pull = await merged({ branches: both, files: [{ 'long.txt': lines.with(30, 'changed').join('\n') }] });
    await picker(pull)([to('r2')]);
    for (let step = 0; step < 5; step += 1) {
      await world.commit('r1', { 'long.txt': [`${step}`, ...lines].join('\n'), [`f${step}`]: `${step}` }, { repo });
    }

    const outcomes = await picker(pull, { mirrors: world.mirrors({ folder: await world.folder() }) })([to('r1')]);

    const picked = (await openPulls()).at(-1);
    expect(outcomes).toEqual([`r1: #${picked.number}`]);
    expect(git(repo, 'show', `${picked.head.sha}:long.txt`)).toBe(['4', ...lines.with(30, 'changed')].join('\n'));
  });
});

describe('a target', () => {
  test('that conflicts is told, and does not hold up the others', async () => {
    await world.commit('main', { 'a.txt': 'one\n' }, { repo });
    const pull = await merged({ branches: both, files: [{ 'a.txt': 'two\n' }] });
    await world.commit('r1', { 'a.txt': 'three\n' }, { repo });

    const outcomes = await picker(pull)([to('r1'), to('r2')]);

    const [picked, ...others] = await openPulls();
    expect(others).toEqual([]);
    expect(picked.base.ref).toBe('r2');
    expect(outcomes).toEqual([expect.stringMatching(/^r1: conflict in [0-9a-f]{12}$/), `r2: #${picked.number}`]);
    const [conflict] = await comments(pull.number);
    expect(conflict).toMatch(/^@dev: This conflicts with `r1` .* by hand:\n\n {4}CONFLICT \(content\): .* a\.txt\n/);
  });

  test.each(['no-such', '--force', 'r1:r2', 'a..b', '../r1', '@{-1}'])(
    'called %j that is not there is told',
    async (target) => {
      const pull = await merged({ branches: both });

      expect(await picker(pull)([to(target)])).toEqual([`${target}: no such branch`]);
      expect(await comments(pull.number)).toEqual([expect.stringContaining(`@dev: There is no branch \`${target}\`.`)]);
      expect(await openPulls()).toEqual([]);
    },
  );

  test('that has the change already is told', async () => {
    const pull = await merged({ files: [{ 'a.txt': 'a\n' }] });
    await world.commit('r1', { 'a.txt': 'a\n' }, { repo });

    expect(await picker(pull)([to('r1')])).toEqual(['r1: nothing to pick']);
    expect(await comments(pull.number)).toEqual([expect.stringContaining('has all of this already')]);
  });

  test('for which somebody has asked before is linked, and its branch stays as it is', async () => {
    const pull = await merged();
    await picker(pull, { key: 'd0/cherrypicker/0' })([to('r1')]);
    const [picked] = await openPulls();

    const outcomes = await picker(pull, { requester: 'owner' })([to('r1')]);

    expect(outcomes).toEqual(['r1: exists']);
    expect((await comments(pull.number)).at(-1)).toContain(
      `@owner: There is a pull request for \`r1\` already: #${picked.number}.`,
    );
    expect((await openPulls()).map(({ head }) => head.sha)).toEqual([picked.head.sha]);
  });
});

describe('the fork', () => {
  test('is the repository itself where it cannot be forked', async () => {
    const pull = await merged();
    world.forge.faults.add({
      operation: 'repos/create-fork',
      kind: 'status',
      status: 403,
      message: 'Forking is disabled',
    });

    await picker(pull)([to('r1')]);

    const [picked] = await openPulls();
    expect(picked.head).toMatchObject({ ref: `cherry-pick-${pull.number}-to-r1`, repo: { full_name: repo } });
  });

  test('is the repository itself for an App, which commits as its bot', async () => {
    const { id, privateKey } = world.forge.admin.createApp({ slug: `picker-${number}`, owner: 'plant' });
    await world.forge.admin.installApp(id, 'plant');
    const host = createGitHubHost({
      name: 'forge',
      baseUrl: world.forge.api,
      auth: { appId: String(id), privateKey: () => privateKey },
    });
    const pull = await merged();

    await picker(pull, { host: () => host })([to('r1')]);

    const [picked] = await openPulls();
    expect(picked).toMatchObject({ user: { login: `picker-${number}[bot]` }, head: { repo: { full_name: repo } } });
    expect(git(repo, 'log', '-1', '--format=%cn', picked.head.sha).trim()).toBe(`picker-${number}[bot]`);
  });

  test('that we may not push to is told', async () => {
    const pull = await merged();
    await world.ask('DELETE', `/repos/${repo}/collaborators/robot`, { as: 'owner' });
    world.forge.faults.add({ operation: 'repos/create-fork', kind: 'status', status: 403 });

    expect(await picker(pull)([to('r1')])).toEqual(['r1: refused']);
    expect((await comments(pull.number)).at(-1)).toContain('@dev: This could not be picked to `r1`: ');
  });
});

describe('a repetition', () => {
  test('does nothing that is done', async () => {
    const pull = await merged();
    const pick = picker(pull);
    const first = await pick([to('r1'), to('none')]);
    const before = { comments: await comments(pull.number), pulls: await openPulls() };
    await api('PATCH', `/pulls/${before.pulls[0].number}`, { state: 'closed' });

    expect(await pick([to('r1'), to('none')])).toEqual(['r1: done before', 'none: done before']);
    expect(first).toEqual([`r1: #${before.pulls[0].number}`, 'none: no such branch']);
    expect(await comments(pull.number)).toEqual(before.comments);
    expect(await openPulls()).toEqual([]);
  });

  test.each([
    ['pulls/create', 'the pull was opened'],
    ['issues/add-assignees', 'it was assigned'],
    ['issues/create-comment', 'people were told'],
    ['repos/create-fork', 'the fork was made'],
    ['git/receive-pack', 'the branch was pushed'],
  ])('after the answer of %s was lost: %s once', async (operation) => {
    const pull = await merged();
    const pick = picker(pull);
    world.forge.faults.add({ operation, kind: 'drop' });

    await expect(pick([to('r1')])).rejects.toMatchObject({ type: 'HostUnavailable', nonRetryable: false });
    await pick([to('r1')]);

    expect(await openPulls()).toMatchObject([{ assignees: [{ login: 'dev' }] }]);
    expect(await comments(pull.number)).toEqual([expect.stringContaining('Picked to `r1`')]);
  });

  test('goes on where the host was away, while the others were done', async () => {
    const pull = await merged({ branches: both });
    const pick = picker(pull);
    world.forge.faults.add({ operation: 'pulls/create', kind: 'status', status: 502 });

    await expect(pick([to('r1'), to('r2')])).rejects.toMatchObject({ type: 'HostUnavailable' });
    expect((await openPulls()).map(({ base }) => base.ref)).toEqual(['r2']);
    expect(await pick([to('r1'), to('r2')])).toEqual([expect.stringMatching(/^r1: #/), 'r2: done before']);
  });

  test('two at once open one pull', async () => {
    const pull = await merged();

    const mirrors = world.mirrors();

    const picks = ['d1', 'd2'].map((key) => picker(pull, { key, mirrors }));

    // One may find the branch locked by the other, and is tried again.
    await Promise.allSettled(picks.map(async (pick) => await pick([to('r1')])));
    for (const pick of picks) await pick([to('r1')]);

    expect(await openPulls()).toHaveLength(1);
  });
});

describe('nothing is picked', () => {
  test('of a pull that was not merged, or is gone', async () => {
    await world.commit('topic', { 'a.txt': 'a' }, { repo, from: 'main' });
    const pull = await api('POST', '/pulls', { title: 'A change', head: 'topic', base: 'main' }, 'dev');

    expect(await picker(pull)([to('r1')])).toEqual(['the pull is gone, or was not merged']);
    expect(await picker({ number: 999 })([to('r1')])).toEqual(['the pull is gone, or was not merged']);
    expect(await comments(pull.number)).toEqual([]);
  });
});

test('who cannot be assigned is told all the same', async () => {
  const pull = await merged();

  await picker(pull, { requester: 'nobody-at-all' })([to('r1')]);

  expect(await openPulls()).toMatchObject([{ assignees: [] }]);
  expect(await comments(pull.number)).toEqual([expect.stringMatching(/^@nobody-at-all: Picked to `r1`/)]);
});
