import { describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { parsePlugins } from '../config/load-plugins.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import type { ReviewHostEvent } from '../domain/review/events.ts';
import type { Item } from '../domain/review/item.ts';
import { createFakeHost, type FakeHostOptions } from '../test/fakes/code-host.ts';
import { createEvaluateActivities, type EvaluateDeps, type EvaluateRequest } from './evaluate.ts';

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

function evaluation(pluginsYaml: string, hostOptions: FakeHostOptions = {}, more: Partial<EvaluateDeps> = {}) {
  const host = createFakeHost(hostOptions);
  const nothing = () => Promise.reject(new Error('not in this test'));
  const { evaluateEvent } = createEvaluateActivities({
    host: () => host,
    git: () => ({ baseSha: nothing, owners: nothing, baseFile: nothing, mergedFile: nothing }),
    plugins: () => parsePlugins('plugins.yaml', pluginsYaml),
    config: () => ({ generation: 'g1', main: {} }) as LoadedConfig,
    presubmits: async () => [],
    postsubmits: async () => [],
    activeJobs: async () => [],
    now: () => 0,
    logger: pino({ level: 'silent' }),
    ...more,
  });
  const request = (event: ReviewHostEvent, change: Partial<EvaluateRequest> = {}): EvaluateRequest => ({
    host: 'fake',
    org: 'o',
    repo: 'r',
    delivery: 'd1',
    event,
    item,
    ...change,
  });
  return { host, evaluate: (...args: Parameters<typeof request>) => evaluateEvent(request(...args)) };
}

describe('evaluateEvent', () => {
  test('what all enabled plugins want, with keys', async () => {
    const { evaluate } = evaluation('plugins: {o: {plugins: [hold, wip]}}', { reads: { labels: async () => [] } });

    expect(await evaluate(says('/hold'))).toEqual({
      effects: [{ key: 'd1/hold/0', plugin: 'hold', effect: { kind: 'addLabel', label: 'do-not-merge/hold' } }],
      failures: [],
      generation: 'g1',
    });
    expect((await evaluate(opened)).effects).toMatchObject([{ plugin: 'wip' }]);
  });

  test('9: a plugin that fails leaves the others alone, and is told', async () => {
    const handled: unknown[] = [];
    const { evaluate } = evaluation(
      'plugins: {o: {plugins: [lifecycle, hold, milestone]}}',
      { reads: { labels: async () => [] } },
      { onHandled: ({ plugin, failed, tookAction }) => handled.push({ plugin, failed, tookAction }) },
    );

    const { effects, failures } = await evaluate(says('/hold\n/milestone v1'));

    expect(effects).toMatchObject([{ plugin: 'hold' }]);
    expect(failures).toEqual([{ plugin: 'milestone', reason: 'This test gives no teamMembersById.' }]);
    expect(handled).toContainEqual({ plugin: 'hold', failed: false, tookAction: true });
    expect(handled).toContainEqual({ plugin: 'milestone', failed: true, tookAction: false });
  });

  test('15: a name that no plugin has is without effect', async () => {
    const { evaluate } = evaluation('plugins: {o: {plugins: [aprove]}}');

    expect(await evaluate(says('/approve'))).toMatchObject({ effects: [], failures: [] });
  });

  test('a second look is for the plugin that asked for it', async () => {
    const rule = '{org: o, prs: true, regexp: ^sig/, missing_label: needs-sig}';
    const { evaluate } = evaluation(
      `plugins: {o: {plugins: [wip, require-matching-label]}}\nrequire_matching_label: [${rule}]`,
      { reads: { labels: async () => [] } },
    );

    const first = await evaluate(opened);
    const second = await evaluate(opened, { again: 'require-matching-label' });

    expect(first.effects.at(-1)).toMatchObject({
      plugin: 'require-matching-label',
      effect: { kind: 'lookAgain', afterMs: 5_000 },
    });
    expect(second.effects).toMatchObject([{ effect: { kind: 'addLabel', label: 'needs-sig' } }]);
  });

  test('nothing is written', async () => {
    const { evaluate, host } = evaluation('plugins: {o: {plugins: [hold]}}', { reads: { labels: async () => [] } });

    await evaluate(says('/hold'));

    expect(host.applied).toEqual([]);
  });

  test('pushes have no item', async () => {
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
    const { evaluate } = evaluation('plugins: {o: {plugins: [hold, wip]}}');

    expect(await evaluate(push, { item: undefined } as never)).toMatchObject({ effects: [], failures: [] });
  });
});
