import { describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import pino from 'pino';
import { parsePlugins } from '../config/load-plugins.ts';
import type { ChangeEventEnvelope } from '../domain/review/envelope.ts';
import type { EvaluateRequest, EventEvaluation } from '../domain/review/evaluation.ts';
import type { ReviewHostEvent } from '../domain/review/events.ts';
import type { GitFacts, GitWant } from '../domain/review/git-facts.ts';
import type { Item } from '../domain/review/item.ts';
import { HostRateLimited, HostUnavailable } from '../providers/host-failures.ts';
import { createFakeHost, type FakeHostOptions } from '../test/fakes/code-host.ts';
import { createMemoryBlobs } from '../test/fakes/memory-blobs.ts';
import { loadFiles } from '../test/golden/decode.ts';
import { createEvaluateActivities, type HandledMetrics } from './evaluate.ts';
import { createOwnersCache } from './owners-cache.ts';
import { encodeFiles } from './stored-files.ts';

const item: Item = {
  isPull: true,
  number: 5,
  title: 'WIP: frobnicate',
  body: '',
  author: 'alice',
  authorType: 'User',
  state: 'open',
  url: 'https://host/o/r/pull/5',
  assignees: [],
  pull: {
    draft: false,
    merged: false,
    requestedReviewers: [],
    base: { ref: 'main', sha: 'b'.repeat(40) },
    head: { ref: 'topic', sha: 'c'.repeat(40), repo: { org: 'alice', repo: 'r' } },
  },
};

const says = (body: string): ReviewHostEvent => ({
  kind: 'comment',
  sender: 'bob',
  action: 'created',
  body,
  author: 'bob',
  authorType: 'User',
  url: 'https://host/o/r/pull/5#1',
  where: 'conversation',
});

const opened: ReviewHostEvent = { kind: 'pull', sender: 'alice', action: 'opened' };
const push: ReviewHostEvent = {
  kind: 'push',
  sender: 'alice',
  ref: 'refs/heads/main',
  before: 'a',
  after: 'b',
  created: false,
  deleted: false,
  forced: false,
  compareUrl: '',
  files: { added: [], removed: [], modified: [] },
  filesComplete: true,
};

const payload = { key: 'bucket/d1-payload.json', bytes: 1, sha256: '', headers: {} };

function envelopeOf(events: readonly ReviewHostEvent[], more: Partial<ChangeEventEnvelope> = {}): ChangeEventEnvelope {
  return {
    v: 1,
    id: 'fake:d1',
    delivery: 'd1',
    receivedAt: '2026-11-24T12:00:00Z',
    host: 'fake',
    repo: { org: 'o', repo: 'r' },
    source: { event: 'issue_comment', action: 'created' },
    item,
    events,
    ...more,
  };
}

interface Given {
  plugins: string;
  host?: FakeHostOptions;
  /** Files of the central configuration. */
  config?: Record<string, string>;
  /** Milliseconds since the activity was scheduled. */
  waited?: number;
}

async function evaluation({ plugins, host: hostOptions = {}, config = { 'config.yaml': '{}' }, waited = 0 }: Given) {
  const host = createFakeHost(hostOptions);
  const blobs = createMemoryBlobs();
  const handled: Omit<HandledMetrics, 'seconds'>[] = [];
  const loaded = await loadFiles(config);
  const scheduledTimestampMs = 1_800_000_000_000;
  const { evaluateEvent } = createEvaluateActivities({
    host: () => host,
    blobs,
    ownersCache: createOwnersCache(),
    plugins: () => parsePlugins('plugins.yaml', plugins),
    config: () => loaded,
    now: () => scheduledTimestampMs + waited,
    onHandled: ({ seconds: _seconds, ...rest }) => handled.push(rest),
    logger: pino({ level: 'silent' }),
  });
  const ask = async (request: Partial<EvaluateRequest> & Pick<EvaluateRequest, 'envelope'>) =>
    await new MockActivityEnvironment({ scheduledTimestampMs }).run<
      [EvaluateRequest],
      EventEvaluation,
      typeof evaluateEvent
    >(evaluateEvent, { activeJobs: [], ...request });
  return {
    host,
    blobs,
    handled,
    loaded,
    ask,
    evaluate: async (...events: ReviewHostEvent[]) => await ask({ envelope: envelopeOf(events) }),
    /** Stores what was read of the repository. */
    async facts(...read: [GitWant, Record<string, string>][]): Promise<GitFacts> {
      const stored = read.map(async ([want, files], index) => {
        const content = encodeFiles(new Map(Object.entries(files)));
        await blobs.put(`bucket/${index}`, content);
        return { want, at: { key: `bucket/${index}`, bytes: content.length, sha256: '' } };
      });
      return { baseRef: 'main', baseSha: 'b'.repeat(40), headSha: 'c'.repeat(40), read: await Promise.all(stored) };
    },
  };
}

const noLabels: FakeHostOptions = { reads: { labels: async () => [] } };
const effectsOf = ({ effects }: Awaited<ReturnType<Awaited<ReturnType<typeof evaluation>>['evaluate']>>) =>
  effects.map(({ key, effect }) => [key, effect.kind]);

describe('one delivery', () => {
  test('what all enabled plugins want, with keys', async () => {
    const { evaluate, loaded } = await evaluation({ plugins: 'plugins: {o: {plugins: [hold, wip]}}', host: noLabels });

    expect(await evaluate(says('/hold'))).toEqual({
      effects: [{ key: 'd1/hold/0', plugin: 'hold', effect: { kind: 'addLabel', label: 'do-not-merge/hold' } }],
      failures: [],
      forwards: [],
      generation: loaded.generation,
    });
    expect((await evaluate(opened)).effects).toMatchObject([{ plugin: 'wip' }]);
  });

  test('keys are unique over all its events, and doubles are removed', async () => {
    const { evaluate } = await evaluation({ plugins: 'plugins: {o: {plugins: [hold, override]}}', host: noLabels });

    expect(effectsOf(await evaluate(says('/hold\n/override'), says('/hold\n/override')))).toEqual([
      ['d1/hold/0', 'addLabel'],
      ['d1/override/0', 'comment'],
      ['d1/override/1', 'comment'],
    ]);
  });

  test('each event has its effects', async () => {
    const { evaluate } = await evaluation({
      plugins: 'plugins: {o: {plugins: [hold, wip]}}',
      host: { reads: { labels: async () => ['do-not-merge/hold'] } },
    });

    expect(effectsOf(await evaluate(opened, says('/unhold')))).toEqual([
      ['d1/hold/0', 'removeLabel'],
      ['d1/wip/0', 'addLabel'],
    ]);
  });

  test('a stored envelope is loaded', async () => {
    const { ask, blobs } = await evaluation({ plugins: 'plugins: {o: {plugins: [hold]}}', host: noLabels });
    await blobs.put('bucket/d1-event.json', JSON.stringify(envelopeOf([says('/hold')])));
    const { item: _item, ...short } = envelopeOf([], { stored: { key: 'bucket/d1-event.json', bytes: 1, sha256: '' } });

    expect((await ask({ envelope: short })).effects).toMatchObject([{ plugin: 'hold' }]);
  });

  test('15: a name that no plugin has is without effect', async () => {
    const { evaluate } = await evaluation({ plugins: 'plugins: {o: {plugins: [aprove]}}' });

    expect(await evaluate(says('/approve'))).toMatchObject({ effects: [], failures: [] });
  });

  test('a second look is for the plugin that asked for it, with keys of its own', async () => {
    const rule = '{org: o, prs: true, regexp: ^sig/, missing_label: needs-sig}';
    const { evaluate, ask } = await evaluation({
      plugins: `plugins: {o: {plugins: [wip, require-matching-label]}}\nrequire_matching_label: [${rule}]\nexternal_plugins: {o: [{name: x}]}`,
      host: noLabels,
    });

    const first = await evaluate(opened);
    const second = await ask({ envelope: envelopeOf([opened], { payload }), again: 'require-matching-label' });

    expect(first.effects.at(-1)).toMatchObject({
      key: 'd1/require-matching-label/0',
      effect: { kind: 'lookAgain', afterMs: 5_000 },
    });
    expect(second).toMatchObject({
      effects: [{ key: 'd1/require-matching-label/again/0', effect: { kind: 'addLabel', label: 'needs-sig' } }],
      forwards: [],
    });
  });

  test('labels that were put on and taken off for earlier events count, whatever the host still says', async () => {
    const { ask } = await evaluation({
      plugins: 'plugins: {o: {plugins: [hold]}}',
      host: { reads: { labels: async () => ['old'] } },
    });
    const hold = (on: boolean) => [{ label: 'do-not-merge/hold', on }];
    const envelope = envelopeOf([says('/unhold')]);

    expect(effectsOf(await ask({ envelope, recentLabels: hold(true) }))).toEqual([['d1/hold/0', 'removeLabel']]);
    expect(effectsOf(await ask({ envelope, recentLabels: hold(false) }))).toEqual([]);
  });

  test('labels that came with a young event are not asked for, but for a second look they are', async () => {
    const scheduledAt = new Date(1_800_000_000_000).toISOString();
    const { ask, host } = await evaluation({
      plugins: 'plugins: {o: {plugins: [hold]}}',
      host: { reads: { labels: async () => ['do-not-merge/hold'] } },
    });
    const shown = { labels: [], shownAt: scheduledAt, receivedAt: scheduledAt };
    const young = { ...envelopeOf([says('/unhold')]), ...shown };
    const late = { ...young, shownAt: '2026-01-01T00:00:00Z' };

    expect(effectsOf(await ask({ envelope: young }))).toEqual([]);
    expect(effectsOf(await ask({ envelope: young, recentLabels: [{ label: 'do-not-merge/hold', on: true }] }))).toEqual(
      [['d1/hold/0', 'removeLabel']],
    );
    expect(host.asked.get('labels')).toBeUndefined();
    expect(effectsOf(await ask({ envelope: late }))).toEqual([['d1/hold/0', 'removeLabel']]);
    expect(effectsOf(await ask({ envelope: young, again: 'hold' }))).toEqual([['d1/hold/again/0', 'removeLabel']]);
  });

  test('nothing is written', async () => {
    const { evaluate, host } = await evaluation({ plugins: 'plugins: {o: {plugins: [hold]}}', host: noLabels });

    await evaluate(says('/hold'));

    expect(host.applied).toEqual([]);
  });

  test('pushes have no item, and events that need one are passed over without it', async () => {
    const { ask } = await evaluation({ plugins: 'plugins: {o: {plugins: [hold, wip, trigger]}}' });
    const { item: _item, ...envelope } = envelopeOf([push, says('/hold')]);

    expect(await ask({ envelope })).toMatchObject({ effects: [], failures: [] });
  });
});

describe('failures', () => {
  const plugins = 'plugins: {o: {plugins: [lifecycle, hold, milestone]}}';
  const without = (error: Error): FakeHostOptions => ({
    reads: { labels: async () => [], teamMembersById: () => Promise.reject(error) },
  });

  test('9: a plugin that fails leaves the others alone, and is told', async () => {
    const { evaluate, handled } = await evaluation({ plugins, host: without(new Error('no team')) });

    const { effects, failures } = await evaluate(says('/hold\n/milestone v1'));

    expect(effects).toMatchObject([{ plugin: 'hold' }]);
    expect(failures).toEqual([{ plugin: 'milestone', reason: 'no team' }]);
    expect(handled).toContainEqual({
      plugin: 'hold',
      event: 'issue_comment',
      action: 'created',
      failed: false,
      tookAction: true,
    });
    expect(handled).toContainEqual({
      plugin: 'milestone',
      event: 'issue_comment',
      action: 'created',
      failed: true,
      tookAction: false,
    });
  });

  test('one event that fails leaves the other events alone', async () => {
    const { evaluate, handled } = await evaluation({ plugins, host: without(new Error('no team')) });

    const { effects, failures } = await evaluate(says('/milestone v1'), says('/hold'));

    expect(effects).toMatchObject([{ plugin: 'hold' }]);
    expect(failures).toHaveLength(1);
    expect(handled.filter(({ plugin }) => plugin === 'milestone').map(({ failed }) => failed)).toEqual([true, false]);
  });

  test.each([
    ['is away, all is evaluated again', new HostUnavailable('list', '502'), 60_000, 'HostUnavailable'],
    ['has a limit, it is waited for', new HostRateLimited('list', 5_000), 3_600_000, 'HostRateLimited'],
  ])('where the host %s', async (_name, error, waited, type) => {
    const { evaluate, handled } = await evaluation({ plugins, waited, host: without(error) });

    await expect(evaluate(says('/hold\n/milestone v1'))).rejects.toMatchObject({ type, nonRetryable: false });
    expect(handled).toEqual([]);
  });

  test('who waits for the host too long has failed, and the others go on', async () => {
    const host = without(new HostUnavailable('list', '502'));
    const { evaluate } = await evaluation({ plugins, waited: 3_600_000, host });

    const { effects, failures } = await evaluate(says('/hold\n/milestone v1'));

    expect(effects).toMatchObject([{ plugin: 'hold' }]);
    expect(failures).toEqual([{ plugin: 'milestone', reason: 'Cannot list: 502' }]);
  });
});

describe('what has not been read of the repository', () => {
  const plugins = 'plugins: {o: {plugins: [hold, approve]}}';

  test('is asked for, and nothing else is said before it is there', async () => {
    const { evaluate, handled } = await evaluation({
      plugins,
      host: { reads: { labels: async () => [], changedFiles: async () => [], comments: async () => [] } },
    });

    expect(await evaluate(says('/hold\n/approve'))).toMatchObject({
      effects: [],
      failures: [],
      missing: [{ kind: 'owners' }],
    });
    expect(handled).toEqual([]);
  });
});

describe('a comment, which does not say the branches of its pull', () => {
  const spec = '{containers: [{image: i, command: [c]}]}';
  const job = (trigger: string, command: string) =>
    `presubmits: {o/r: [{name: j, trigger: '${trigger}', rerun_command: '${command}', spec: ${spec}}]}\n`;
  const { pull: _pull, ...withoutBranches } = item;
  const read: GitFacts = { baseRef: 'main', baseSha: 'b'.repeat(40), read: [] };

  async function asked(
    body: string,
    { config = '{}', plugins = 'plugins: {o: {plugins: [lgtm, hold, trigger]}}' } = {},
  ) {
    const world = await evaluation({
      plugins,
      config: { 'config.yaml': config },
      host: {
        reads: {
          labels: async () => [],
          comments: async () => [],
          isCollaborator: async () => true,
          isMember: async () => true,
          treeOf: async (sha) => `tree of ${sha.slice(0, 1)}`,
        },
      },
    });
    const envelope = envelopeOf([says(body)]);
    const { item: _item, ...rest } = envelope;
    const first = await world.ask({ envelope: { ...rest, item: withoutBranches } });
    return {
      first,
      second: await world.ask({ envelope, facts: read }),
      gone: await world.ask({ envelope: { ...rest, item: withoutBranches }, facts: read }),
    };
  }
  const treeHash = 'plugins: {o: {plugins: [lgtm]}}\nlgtm: [{repos: [o/r], store_tree_hash: true}]';

  test('is complete for who needs none', async () => {
    const { first } = await asked('/hold\n/lgtm', { config: job('(?m)^/try j', '/try j') });

    expect(first.missing).toBeUndefined();
    expect(effectsOf(first)).toEqual([
      ['d1/lgtm/0', 'assign'],
      ['d1/lgtm/1', 'addLabel'],
      ['d1/hold/0', 'addLabel'],
    ]);
  });

  test.each<[name: string, body: string, options: Parameters<typeof asked>[1], kinds: string[]]>([
    ['the tree of the head', '/lgtm', { plugins: treeHash }, ['assign', 'addLabel', 'comment']],
    [
      'a job that listens to plain words',
      'please try',
      { config: job('(?m)^please try', 'please try') },
      ['startJobs'],
    ],
    [
      'a job that listens to another command',
      '/hold',
      { config: job('(?m)^/hold', '/hold') },
      ['addLabel', 'startJobs'],
    ],
  ])('is completed for %s', async (_name, body, options, kinds) => {
    const { first, second, gone } = await asked(body, options);

    expect(first).toMatchObject({ effects: [], failures: [], missing: [{ kind: 'owners' }] });
    expect(second.effects.map(({ effect }) => effect.kind)).toEqual(kinds);
    // Where the host has no such pull any more there is nothing to wait for.
    expect(gone.missing).toBeUndefined();
  });

  test('is completed for jobs of the repository, where there may be some', async () => {
    const { first } = await asked('/hold', { config: 'in_repo_config: {enabled: {o/r: true}}' });

    expect(first.missing).toEqual([{ kind: 'inRepo' }]);
  });
});

describe('jobs', () => {
  const spec = '{containers: [{image: i, command: [c]}]}';
  const central = `presubmits: {o/r: [{name: central, always_run: true, spec: ${spec}}]}\npostsubmits: {o/r: [{name: ship, spec: ${spec}}]}\n`;
  const own = `presubmits: [{name: own, always_run: true, spec: ${spec}}]\npostsubmits: [{name: own-push, spec: ${spec}}]`;
  const plugins = 'plugins: {o: {plugins: [trigger]}}';
  const host: FakeHostOptions = { reads: { isMember: async () => true, labels: async () => [] } };
  const given = (more = '') => ({ plugins, host, config: { 'config.yaml': central + more } });
  const enabled = 'in_repo_config: {enabled: {o/r: true}}';
  const started = async (
    world: Awaited<ReturnType<typeof evaluation>>,
    facts?: GitFacts,
    event: ReviewHostEvent = opened,
  ) => {
    const { effects, failures, missing } = await world.ask({
      envelope: envelopeOf([event]),
      ...(facts && { facts }),
    });
    return {
      jobs: effects.flatMap(({ effect }) => (effect.kind === 'startJobs' ? effect.jobs.map(({ job }) => job) : [])),
      failures,
      missing,
    };
  };

  test('central ones alone, where the repository may configure none', async () => {
    const world = await evaluation(given());

    expect(await started(world)).toEqual({ jobs: ['central'], failures: [], missing: undefined });
  });

  test('1.8: those of the repository as well, for changes and pushes', async () => {
    const world = await evaluation(given(enabled));
    const facts = await world.facts([{ kind: 'inRepo' }, { '.prow.yaml': own }]);

    expect((await started(world, facts)).jobs).toEqual(['central', 'own']);
    expect((await started(world, facts, push)).jobs).toEqual(['ship', 'own-push']);
  });

  test('they are asked for where they have not been read', async () => {
    expect((await started(await evaluation(given(enabled)))).missing).toEqual([{ kind: 'inRepo' }]);
  });

  test.each([
    ['presubmits: 5', /\.prow\.yaml:1/],
    [`presubmits: [{name: central, spec: ${spec}}]`, /"central"/],
  ])('1.8: where they cannot be loaded, central ones run, and it is told: %s', async (text, reason) => {
    const world = await evaluation(given(enabled));
    const facts = await world.facts([{ kind: 'inRepo' }, { '.prow.yaml': text }]);

    const { jobs, failures } = await started(world, facts);

    expect(jobs).toEqual(['central']);
    expect(failures).toEqual([{ plugin: 'trigger', reason: expect.stringMatching(reason) }]);
  });

  test('1.8: likewise where the change does not merge', async () => {
    const world = await evaluation(given(enabled));
    const want: GitWant = { kind: 'inRepo' };
    const unreadable = [{ want, problem: 'notMergeable' as const, reason: 'it conflicts with main.' }];

    const { jobs, failures } = await started(world, { ...(await world.facts()), unreadable });

    expect(jobs).toEqual(['central']);
    expect(failures).toMatchObject([{ reason: expect.stringContaining('it conflicts with main.') }]);
  });

  test('those under way are known to plugins', async () => {
    const world = await evaluation(given());
    const active = [{ name: 'p1', job: 'central', type: 'presubmit', state: 'pending' as const }];
    const closed: ReviewHostEvent = { kind: 'pull', sender: 'alice', action: 'closed' };

    const { effects } = await world.ask({ envelope: envelopeOf([closed]), activeJobs: active });

    expect(effects).toMatchObject([{ effect: { kind: 'abortJobs', description: 'Aborted by trigger plugin.' } }]);
  });
});

describe('external plugins', () => {
  const plugins =
    'external_plugins: {o: [{name: first, events: [issue_comment]}], o/r: [{name: second, events: [push]}]}';

  test.each<[string, Partial<ChangeEventEnvelope>, string[]]>([
    ['12: those that want the event', { payload }, ['first']],
    ['of another event, the others', { payload, source: { event: 'push' } }, ['second']],
    ['none without the bytes that they are sent', {}, []],
  ])('%s', async (_name, more, forwards) => {
    const { ask } = await evaluation({ plugins });

    expect(await ask({ envelope: envelopeOf([], more) })).toMatchObject({ forwards, effects: [] });
  });
});
