/** What the options of cherrypicker change in a pick, on a real host with real git: the forge (spec plugins-review.md C.28). */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { CherryPick } from '../domain/effects.ts';
import type { CherryPickRequest } from '../domain/review/errands.ts';
import type { Any } from '../forge/test-world.ts';
import { createMemoryBlobs } from '../test/fakes/memory-blobs.ts';
import { envelopeOf, pullEvent, pullItem } from '../test/fixtures/envelopes.ts';
import { gitWorld, type GitWorld } from '../test/harness/git-world.ts';
import { createCherryPickActivities } from './cherry-pick.ts';

let world: GitWorld;
let repo: string;
let pull: Any;
let made = 0;

const api = async (method: string, path: string, body?: object, as = 'owner'): Promise<Any> => {
  const answer = await world.ask(method, `/repos/${repo}${path}`, { as, ...(body && { body }) });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};

beforeAll(async () => {
  world = await gitWorld();
  world.tokens['robot'] = world.forge.admin.createUser({ login: 'robot' }).token;
  world.forge.admin.createOrg({ login: 'plant', owners: ['owner'], members: ['dev', 'robot'] });
});

/** A merged pull to `main` that conflicts with `r1`, and fits on `r2`. */
beforeEach(async () => {
  world.forge.faults.clear();
  repo = `plant/repo-${(made += 1)}`;
  await world.forge.admin.createRepo('plant', { name: repo.slice(6), autoInit: true }, 'owner');
  await api('PUT', '/collaborators/robot', { permission: 'push' });
  await api('PUT', '/collaborators/dev', { permission: 'push' });
  await world.commit('main', { 'a.txt': 'one\n' }, { repo });
  await world.commit('r1', { 'a.txt': 'three\n' }, { repo, from: 'main' });
  await world.commit('r2', { 'r2.txt': 'r2\n' }, { repo, from: 'main' });
  await world.commit('topic', { 'a.txt': 'two\n' }, { repo, from: 'main', author: 'dev' });
  pull = await api('POST', '/pulls', { title: '[main] A change', body: '', head: 'topic', base: 'main' }, 'dev');
  await api('PUT', `/pulls/${pull.number}/merge`, {});
});
afterAll(async () => {
  await world.end();
});

/** Runs the activity for the pull; each time as another attempt of the same errand. */
function picker(settings: Omit<CherryPick, 'kind' | 'requester' | 'picks'>, requester = 'dev') {
  const { cherryPick } = createCherryPickActivities({
    host: () => world.host('robot'),
    mirrors: world.mirrors(),
    blobs: createMemoryBlobs(),
  });
  const envelope = envelopeOf([pullEvent('closed')], {
    repo: { org: 'plant', repo: repo.slice(6) },
    receivedAt: new Date().toISOString(),
    item: pullItem({ number: pull.number, state: 'closed' }),
  });
  return async (...targets: string[]) => {
    const picks = targets.map((target) => ({ target, chain: [] }));
    const effect: CherryPick = { kind: 'cherryPick', requester, picks, ...settings };
    const request: CherryPickRequest = { envelope, effect, key: 'd1/cherrypicker/0' };
    const run = new MockActivityEnvironment().run<
      [CherryPickRequest],
      { outcomes: readonly string[] },
      typeof cherryPick
    >(cherryPick, request);
    return (await run).outcomes;
  };
}

const openPulls = async (): Promise<Any[]> => await api('GET', '/pulls?state=open');
const told = async (): Promise<string[]> =>
  (await api('GET', `/issues/${pull.number}/comments`)).map(({ body }: { body: string }) => body);
const issues = async (): Promise<Any[]> =>
  (await api('GET', '/issues?state=all')).filter((issue: Any) => !issue.pull_request);
const labelsOf = ({ labels }: Any): string[] => labels.map(({ name }: { name: string }) => name).toSorted();

describe('labels', () => {
  test('are on the new pull', async () => {
    const outcomes = await picker({ labels: ['cherry-pick', 'kind/port'] })('r2');

    const [picked] = await openPulls();
    expect(labelsOf(picked)).toEqual(['cherry-pick', 'kind/port']);
    expect(picked.assignees).toMatchObject([{ login: 'dev' }]);
    expect(outcomes).toEqual([`r2: #${picked.number}`]);
  });

  test('are all there, and people told once, after an answer was lost', async () => {
    const pick = picker({ labels: ['cherry-pick', 'kind/port'] });
    world.forge.faults.add({ operation: 'issues/add-labels', kind: 'drop' });

    await expect(pick('r2')).rejects.toMatchObject({ type: 'HostUnavailable', nonRetryable: false });
    await pick('r2');

    const [picked, ...others] = await openPulls();
    expect(others).toEqual([]);
    expect(labelsOf(picked)).toEqual(['cherry-pick', 'kind/port']);
    expect(await told()).toHaveLength(1);
  });

  test('that the host does not take leave the others and the pull', async () => {
    world.forge.faults.add({ operation: 'issues/add-labels', kind: 'status', status: 422, message: 'No such label.' });

    const outcomes = await picker({ labels: ['cherry-pick', 'kind/port'] })('r2');

    const [picked] = await openPulls();
    expect(labelsOf(picked)).toEqual(['kind/port']);
    expect(outcomes).toEqual([`r2: #${picked.number}, without label cherry-pick: No such label.`]);
    expect(await told()).toEqual([expect.stringContaining(`Picked to \`r2\`: #${picked.number}.`)]);
  });
});

test('without assignments nobody is assigned, neither by command nor otherwise', async () => {
  await picker({ assign: false })('r2');

  const [picked] = await openPulls();
  expect(picked.body).toMatch(new RegExp(`^This is an automated cherry-pick of #${pull.number}\n<!--`));
  expect(picked.assignees).toEqual([]);
});

describe('an issue for a conflict', () => {
  const issueOnConflict = { issueOnConflict: true };

  test('says what has to be done, is for whoever asked, and is told with the conflict', async () => {
    const outcomes = await picker(issueOnConflict)('r1', 'r2');

    const [issue, ...others] = await issues();
    expect(others).toEqual([]);
    expect(issue).toMatchObject({
      title: '[r1] A change',
      user: { login: 'robot' },
      assignees: [{ login: 'dev' }],
      labels: [],
    });
    expect(issue.body).toMatch(
      new RegExp(`^#${pull.number} conflicts with \`r1\` .* by hand:\n\n {4}CONFLICT \\(content\\): .* a\\.txt\n<!--`),
    );
    const [conflict] = await told();
    expect(conflict).toMatch(/^@dev: This conflicts with `r1` .* by hand:\n\n {4}CONFLICT/);
    expect(conflict).toContain(`\n\nThe issue for that is #${issue.number}.\n`);
    const [picked] = await openPulls();
    expect(picked.base.ref).toBe('r2');
    expect(outcomes).toEqual([
      expect.stringMatching(new RegExp(`^r1: conflict in [0-9a-f]{12}, issue #${issue.number}$`)),
      `r2: #${picked.number}`,
    ]);
  });

  test('is only opened where it was asked for', async () => {
    await picker({})('r1');

    expect(await issues()).toEqual([]);
    expect(await told()).toEqual([expect.not.stringContaining('issue')]);
  });

  test('is not opened where there is no conflict', async () => {
    await picker(issueOnConflict)('none', 'main', 'r2');

    expect(await issues()).toEqual([]);
  });

  test.each(['issues/create', 'issues/add-assignees', 'issues/create-comment'])(
    'is opened once, assigned and told once after the answer of %s was lost',
    async (operation) => {
      const pick = picker(issueOnConflict);
      world.forge.faults.add({ operation, kind: 'drop' });

      await expect(pick('r1')).rejects.toMatchObject({ type: 'HostUnavailable', nonRetryable: false });
      await pick('r1');

      const [issue, ...others] = await issues();
      expect(others).toEqual([]);
      expect(issue.assignees).toMatchObject([{ login: 'dev' }]);
      expect(await told()).toEqual([expect.stringContaining(`The issue for that is #${issue.number}.`)]);
    },
  );

  test('that is done is left as people have made it', async () => {
    const pick = picker(issueOnConflict);
    await pick('r1');
    const [issue] = await issues();
    await api('PATCH', `/issues/${issue.number}`, { state: 'closed', assignees: [] });

    expect(await pick('r1')).toEqual(['r1: done before']);
    expect(await issues()).toMatchObject([{ number: issue.number, state: 'closed', assignees: [] }]);
    expect(await told()).toHaveLength(1);
  });

  test('waits for a host that is away, and holds up no other branch', async () => {
    const pick = picker(issueOnConflict);
    world.forge.faults.add({ operation: 'issues/create', kind: 'status', status: 502 });

    await expect(pick('r1', 'r2')).rejects.toMatchObject({ type: 'HostUnavailable' });
    expect((await openPulls()).map(({ base }) => base.ref)).toEqual(['r2']);
    expect(await issues()).toEqual([]);

    expect(await pick('r1', 'r2')).toEqual([expect.stringMatching(/^r1: conflict .*, issue #\d+$/), 'r2: done before']);
    expect(await issues()).toHaveLength(1);
  });

  test('that the repository does not take is told with the conflict', async () => {
    world.forge.faults.add({ operation: 'issues/create', kind: 'status', status: 410, message: 'No @issues `here`.' });

    expect(await picker(issueOnConflict)('r1')).toEqual([
      expect.stringMatching(/^r1: conflict in [0-9a-f]{12}, no issue for it$/),
    ]);
    const [conflict] = await told();
    expect(conflict).toContain("\n\nNo issue could be opened for that: `No @issues 'here'.`\n");
  });

  test('is there for somebody who cannot be assigned, too', async () => {
    await picker(issueOnConflict, 'nobody-at-all')('r1');

    const [issue] = await issues();
    expect(issue.assignees).toEqual([]);
    expect(await told()).toEqual([expect.stringMatching(/^@nobody-at-all: This conflicts with `r1`/)]);
  });
});
