import { describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import pino from 'pino';
import { isFinal } from '../domain/jobs/state-machine.ts';
import type { GitHubReporter, MainConfig } from '../domain/main-config.ts';
import type { ProwJob, ProwJobState } from '../domain/prowjob.ts';
import type { ChangeJob, ReportedJobs, ReportJobsRequest } from '../domain/review/change-jobs.ts';
import type { HostEffect, Refusal } from '../domain/review/host.ts';
import type { IssueComment } from '../domain/review/item.ts';
import { markerOf } from '../domain/review/marker.ts';
import { HostRateLimited, HostRefusal, HostUnavailable } from '../providers/host-failures.ts';
import { reportTag } from '../rules/report/report-comment.ts';
import { createFakeHost } from '../test/fakes/code-host.ts';
import { changeJob } from '../test/fixtures/change-jobs.ts';
import { prowJob } from '../test/fixtures/prowjob.ts';
import { createReportActivities } from './report-jobs.ts';

const change = { org: 'o', repo: 'r', number: 5 };

const job = (name: string, state: ProwJobState, more: Partial<ChangeJob> = {}): ChangeJob =>
  changeJob(name, {
    name: `prowjob-of-${name}`,
    state,
    complete: isFinal(state),
    url: `https://deck.test/${name}`,
    description: 'Some words.',
    ...more,
  });

interface Given {
  reporter?: GitHubReporter;
  templates?: Record<string, string>;
  prowJob?: (job: ChangeJob) => Promise<ProwJob | undefined>;
  /** What becomes of an effect instead: an error before it, one that hides that it was done, or a refusal. */
  onApply?: (effect: HostEffect) => Error | { lostAnswer: Error } | Refusal | undefined;
}

/** A host whose comments live on from one report to the next. */
function world({ reporter = {}, templates = {}, prowJob: whole, onApply }: Given = {}) {
  let comments: IssueComment[] = [];
  let nextId = 1;
  const written: { id: number; author: string; body: string }[] = [];
  const comment = (author: string, body: string) => {
    const id = nextId;
    nextId += 1;
    written.push({ id, author, body });
    comments = [...comments, { id, author, authorType: 'User', body, url: '', createdAt: '', updatedAt: '' }];
  };
  const carryOut = (effect: HostEffect, key: string) => {
    if (effect.kind === 'comment') comment('bot', `${effect.body}\n${markerOf(key)}`);
    if (effect.kind === 'deleteComment') comments = comments.filter(({ id }) => id !== effect.id);
    if (effect.kind === 'editComment') {
      const body = `${effect.body}\n${markerOf(key)}`;
      comments = comments.map((one) => (one.id === effect.id ? { ...one, body } : one));
    }
  };
  const host = createFakeHost({
    reads: { comments: async () => comments },
    onApply(effect, key) {
      const fate = onApply?.(effect);
      if (fate instanceof Error) throw fate;
      if (fate && 'refused' in fate) return fate;
      carryOut(effect, key);
      if (fate) throw fate.lostAnswer;
      return undefined;
    },
  });
  const { reportJobs } = createReportActivities({
    host: () => host,
    main: () => ({ github_reporter: reporter, plank: { report_templates: templates } }) as unknown as MainConfig,
    prowJob: whole ?? (async () => undefined),
    logger: pino({ level: 'silent' }),
  });
  const report = async (request: Partial<ReportJobsRequest> & Pick<ReportJobsRequest, 'jobs'>, info = {}) =>
    await new MockActivityEnvironment(info).run<[ReportJobsRequest], ReportedJobs, typeof reportJobs>(reportJobs, {
      host: 'fake',
      of: change,
      ...request,
    });
  return {
    host,
    comment,
    report,
    written,
    /** `context state`, in the order in which they were written. */
    statuses: () =>
      host.applied.flatMap(({ effect }) =>
        effect.kind === 'setStatus' ? [`${effect.context} ${effect.state} ${effect.sha[0]}`] : [],
      ),
    bodies: () => comments.map(({ body }) => body),
    /** Contexts in the rows of each comment. */
    rows: () => comments.map(({ body }) => [...body.matchAll(/^(\S+) \| \S+ \| \[link\]/gm)].map(([, name]) => name)),
  };
}

describe('statuses', () => {
  test('B.2.2: one for each job, with all that it says', async () => {
    const at = world();

    expect(await at.report({ jobs: [job('unit', 'pending'), job('lint', 'triggered', { url: '' })] })).toEqual({
      refused: [],
    });

    expect(at.host.applied).toMatchObject([
      {
        item: change,
        effect: {
          kind: 'setStatus',
          sha: 'c'.repeat(40),
          context: 'ci/unit',
          state: 'pending',
          description: expect.stringMatching(/^Some words\..* BaseSHA:b{40}$/),
          targetUrl: 'https://deck.test/unit',
        },
      },
      { effect: { kind: 'setStatus', context: 'ci/lint' } },
    ]);
    expect(at.host.applied[1]?.effect).not.toHaveProperty('targetUrl');
    expect(at.host.asked.get('comments')).toBeUndefined();
  });

  test('70: of a push on the pushed commit, and no comment', async () => {
    const at = world();
    const report = { context: 'ship', sha: 'd'.repeat(40), baseSha: 'd'.repeat(40), author: '' };

    await at.report({ of: { org: 'o', repo: 'r' }, jobs: [job('ship', 'failure', { type: 'postsubmit', report })] });

    expect(at.statuses()).toEqual(['ship failure d']);
    expect(at.bodies()).toEqual([]);
  });

  test('68, 69: none for a job that is not reported', async () => {
    const at = world();
    const { report: _report, ...silent } = job('silent', 'failure');

    await at.report({ jobs: [silent] });

    expect(at.host.applied).toEqual([]);
  });

  test('of two runs of one context of a commit the younger counts, also in the comment', async () => {
    const at = world();
    const young = job('unit', 'success', { name: 'young', startedAt: '2026-01-01T00:05:00Z' });

    await at.report({ jobs: [young, job('unit', 'failure')] });

    expect(at.statuses()).toEqual(['ci/unit success c']);
    expect(at.bodies()).toEqual([]);
  });

  test.each([
    ['73: too many statuses', new HostRefusal('HostValidation', 'set it', 422, 'maximum number of statuses')],
    ['a commit that was overwritten', new HostRefusal('HostNotFound', 'set it', 404, 'No commit found for SHA: c')],
    ['a host that does not let us', new HostRefusal('HostForbidden', 'set it', 403, 'not accessible')],
  ])('%s: told once, not tried again, and not in the comment', async (_name, error) => {
    const at = world({
      onApply: (effect) => (effect.kind === 'setStatus' && effect.context === 'ci/unit' ? error : undefined),
    });

    expect(await at.report({ jobs: [job('unit', 'failure'), job('lint', 'failure')] })).toEqual({
      refused: [{ job: 'unit', reason: `Cannot set it: ${error.answer}` }],
    });
    expect(at.statuses()).toEqual(['ci/unit failure c', 'ci/lint failure c']);
    expect(at.rows()).toEqual([['ci/lint']]);
  });

  test.each([
    ['is away', new HostUnavailable('set it', '502'), 'HostUnavailable'],
    ['has a limit', new HostRateLimited('set it', 60_000), 'HostRateLimited'],
  ])('a host that %s is asked again', async (_name, error, type) => {
    const at = world({ onApply: () => error });

    await expect(at.report({ jobs: [job('unit', 'failure')] })).rejects.toMatchObject({ type, nonRetryable: false });
  });

  test('another attempt goes on where the last one was', async () => {
    const at = world();
    const heartbeatDetails = {
      told: ['prowjob-of-a'],
      refused: [{ name: 'prowjob-of-b', job: 'b', reason: 'no' }],
    };

    const { refused } = await at.report(
      { jobs: [job('a', 'failure'), job('b', 'failure'), job('c', 'failure')] },
      { heartbeatDetails, attempt: 2 },
    );

    expect(at.statuses()).toEqual(['ci/c failure c']);
    expect(refused).toEqual([{ job: 'b', reason: 'no' }]);
    expect(at.rows()).toEqual([['ci/a', 'ci/c']]);
  });
});

describe('the report comment', () => {
  test('63 to 65: comes with a failure, changes in place, goes with the last success', async () => {
    const at = world();

    await at.report({ jobs: [job('a', 'failure')] });
    expect(at.rows()).toEqual([['ci/a']]);
    await at.report({ jobs: [job('b', 'failure')] });
    expect(at.rows()).toEqual([['ci/a', 'ci/b']]);
    await at.report({ jobs: [job('a', 'success', { name: 'a2' })] });
    expect(at.rows()).toEqual([['ci/b']]);
    await at.report({ jobs: [job('b', 'pending', { name: 'b2' })] });
    expect(at.rows()).toEqual([['ci/b']]);
    await at.report({ jobs: [job('b', 'success', { name: 'b2' })] });
    expect(at.rows()).toEqual([]);
    expect(at.written).toHaveLength(2);
  });

  test('comments of people stay', async () => {
    const at = world();
    at.comment('ann', `ci/a | c | [link](x)\n${reportTag}`);

    await at.report({ jobs: [job('a', 'failure')] });
    await at.report({ jobs: [job('a', 'success', { name: 'a2' })] });

    expect(at.bodies()).toEqual([expect.stringContaining('ci/a | c | [link](x)')]);
  });

  test.each<[string, GitHubReporter]>([
    ['71: of the repository', { no_comment_repos: ['o/r'] }],
    ['71: of the organisation', { no_comment_repos: ['o'] }],
  ])('is not wanted by the configuration %s', async (_name, reporter) => {
    const at = world({ reporter });

    await at.report({ jobs: [job('a', 'failure')] });

    expect(at.statuses()).toHaveLength(1);
    expect(at.bodies()).toEqual([]);
  });

  test('72, 65: as a summary, comes when all have ended, and says so when all have passed', async () => {
    const at = world({ reporter: { summary_comment_repos: ['o/r'] } });
    const failed = job('a', 'failure');

    await at.report({ jobs: [failed], all: [failed, job('b', 'pending')] });
    expect(at.bodies()).toEqual([]);
    await at.report({ jobs: [job('b', 'success')], all: [failed, job('b', 'success')] });
    expect(at.rows()).toEqual([['ci/a']]);
    const passed = job('a', 'success', { name: 'a2', startedAt: '2026-01-01T00:05:00Z' });
    await at.report({ jobs: [passed], all: [failed, job('b', 'success'), passed] });
    expect(at.bodies()).toEqual([expect.stringContaining('All tests passed!')]);
  });

  test.each(['comment', 'deleteComment'] as const)(
    'a lost answer to %s shows nothing twice, and loses no row',
    async (kind) => {
      let lose = false;
      const at = world({
        onApply: (effect) =>
          lose && effect.kind === kind ? { lostAnswer: new HostUnavailable('ask', 'timeout') } : undefined,
      });
      await at.report({ jobs: [job('a', 'failure')] });
      lose = true;
      await expect(at.report({ jobs: [job('b', 'failure')] })).rejects.toMatchObject({ type: 'HostUnavailable' });
      lose = false;

      await at.report({ jobs: [job('b', 'failure')] }, { attempt: 2 });

      expect(at.rows()).toEqual([['ci/a', 'ci/b']]);
      expect(at.written).toHaveLength(2);
    },
  );

  test.each(['comment', 'editComment', 'deleteComment'] as const)(
    'a crash before each %s loses no row',
    async (kind) => {
      let crash = false;
      const at = world({
        onApply: (effect) => (crash && effect.kind === kind ? new HostUnavailable('ask', 'crash') : undefined),
      });
      await at.report({ jobs: [job('a', 'failure'), job('b', 'failure')] });
      for (const jobs of [[job('c', 'failure')], [job('a', 'success', { name: 'a2' })]]) {
        crash = true;
        await at.report({ jobs }).catch(() => undefined);
        crash = false;
        await at.report({ jobs });
      }

      expect(at.rows()).toEqual([['ci/b', 'ci/c']]);
    },
  );

  test('of a change that the host does not show is told', async () => {
    const at = world();
    at.host.reads = () =>
      ({ comments: () => Promise.reject(new HostRefusal('HostNotFound', 'list', 404, 'Not Found')) }) as never;

    expect(await at.report({ jobs: [job('a', 'failure')] })).toEqual({
      refused: [{ job: 'a', reason: 'The report comment: Cannot list: Not Found' }],
    });
  });

  test('that the host does not take is told, and statuses are there', async () => {
    const at = world({ onApply: ({ kind }) => (kind === 'comment' ? { refused: [], reason: 'locked' } : undefined) });

    expect(await at.report({ jobs: [job('a', 'failure')] })).toEqual({
      refused: [{ job: 'a', reason: 'The report comment: locked' }],
    });
    expect(at.statuses()).toEqual(['ci/a failure c']);
  });
});

describe('the template', () => {
  const text = 'History: https://deck.test/{{.Spec.Refs.Repo}}/{{with index .Spec.Refs.Pulls 0}}{{.Number}}{{end}}';
  const whole = async () =>
    prowJob({ spec: { refs: { org: 'o', repo: 'r', pulls: [{ number: 5, author: 'ann', sha: 'c' }] } } });

  test.each<[string, Record<string, string>]>([
    ['of the repository', { 'o/r': text, o: 'no', '*': 'no' }],
    ['of the organisation', { o: text, '*': 'no' }],
    ['of all', { '*': text }],
  ])('9: %s stands below the table', async (_name, templates) => {
    const at = world({ templates, prowJob: whole });

    await at.report({ jobs: [job('a', 'failure')] });

    expect(at.bodies()[0]).toMatch(/\| `\/test a`\n\nHistory: https:\/\/deck\.test\/r\/5\n\n<details>/);
  });

  test('the ProwJob is only asked for where a text is written', async () => {
    const asked: string[] = [];
    const at = world({
      templates: { '*': text },
      prowJob: async ({ name }) => {
        asked.push(name);
        return await whole();
      },
    });

    await at.report({ jobs: [job('a', 'success')] });
    await at.report({ jobs: [job('a', 'pending', { name: 'a2' })] });
    expect(asked).toEqual([]);
    await at.report({ jobs: [job('a', 'failure', { name: 'a2' })] });
    expect(asked).toEqual(['a2']);
  });

  test('one that cannot be executed costs its text alone', async () => {
    const at = world({ templates: { '*': '{{index .Spec.Refs.Pulls 7}}' }, prowJob: whole });

    const { refused } = await at.report({ jobs: [job('a', 'failure')] });

    expect(at.rows()).toEqual([['ci/a']]);
    expect(refused).toEqual([{ job: 'a', reason: expect.stringMatching(/^The report template cannot be executed: /) }]);
  });

  test('a record that is gone costs the text, and storage that is away is waited for', async () => {
    const at = world({ templates: { '*': text } });
    await at.report({ jobs: [job('a', 'failure')] });
    expect(at.rows()).toEqual([['ci/a']]);

    const away = Object.assign(new Error('no disk'), { type: 'StorageUnavailable' });
    const waiting = world({ templates: { '*': text }, prowJob: () => Promise.reject(away) });
    await expect(waiting.report({ jobs: [job('a', 'failure')] })).rejects.toThrow('no disk');
  });
});
