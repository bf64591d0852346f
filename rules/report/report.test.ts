import { describe, expect, test } from '@jest/globals';
import type { ProwJobSpec, ProwJobState } from '../../domain/prowjob.ts';
import type { ChangeJob, ReportFacts } from '../../domain/review/change-jobs.ts';
import { isFinal } from '../../domain/jobs/state-machine.ts';
import type { IssueComment } from '../../domain/review/item.ts';
import { changeJob as anyJob } from '../../test/fixtures/change-jobs.ts';
import { prowJob } from '../../test/fixtures/prowjob.ts';
import { commitStatusOf } from './commit-status.ts';
import { reportCommentSteps, reportTag, type CommentStep } from './report-comment.ts';
import { changeJobOf, reportFactsOf } from './report-facts.ts';
import { commentMode, isReported, reportRulesOf, summarisedJobs } from './reported-jobs.ts';

const bot = { login: 'bot', isApp: true };

/** Reported under its own name, ended with success where nothing is said. Null: it is not reported. */
function changeJob(
  job: string,
  { report = {}, ...change }: Partial<Omit<ChangeJob, 'report'>> & { report?: Partial<ReportFacts> | null } = {},
): ChangeJob {
  const state = change.state ?? 'success';
  const { report: facts, ...made } = anyJob(job, { state, complete: isFinal(state), url: `https://deck.test/${job}` });
  if (!facts || !report) return { ...made, ...change };
  return {
    ...made,
    ...change,
    report: { ...facts, context: job, author: 'ann', rerunCommand: `/test ${job}`, ...report },
  };
}
const inState = (job: string, state: ProwJobState) => changeJob(job, { state });

const commentWith = (id: number, author: string, body: string): IssueComment => ({
  id,
  author,
  authorType: 'Bot',
  body,
  url: '',
  createdAt: '',
  updatedAt: '',
});
const comment = (id: number, author: string, ...rows: string[]) =>
  commentWith(id, author, ['@ann: failed', '', 'h | h', '--- | ---', ...rows, '', reportTag].join('\r\n'));
const row = (name: string) => `${name} | old | [link](x) | true | \`/test ${name}\``;
const steps = (jobs: ChangeJob[], comments: IssueComment[] = [], celebrates = false) =>
  reportCommentSteps(jobs, comments, { bot, celebrates });
const bodyOf = (step: CommentStep | undefined) => (step && 'body' in step ? step.body : '');

describe('the report comment', () => {
  test('63: a new failure replaces the old comment, and keeps the rows of other jobs', () => {
    const [first, second, ...more] = steps(
      [inState('unit', 'failure')],
      [comment(1, 'bot[bot]', row('unit'), row('e2e'))],
    );

    expect(first).toEqual({ op: 'delete', id: 1 });
    expect(second).toMatchObject({
      op: 'create',
      body: expect.stringMatching(/^@ann: .*tests[^]*\ne2e \| old[^]*\nunit \| c{40}/),
    });
    expect(more).toEqual([]);
  });

  test('64: a success takes its row out of the comment, in place', () => {
    const [only, ...more] = steps([inState('unit', 'success')], [comment(1, 'bot[bot]', row('unit'), row('e2e'))]);

    expect(only).toMatchObject({ op: 'edit', id: 1, body: expect.not.stringContaining('\nunit |') });
    expect(more).toEqual([]);
  });

  test.each<ProwJobState>(['success', 'aborted', 'error'])(
    '61, 62, 65: the last row takes the comment with it: %s',
    (state) => {
      expect(steps([inState('unit', state)], [comment(1, 'bot[bot]', row('unit'))])).toEqual([{ op: 'delete', id: 1 }]);
    },
  );

  test('67: two that fail at once get one comment with both rows', () => {
    const made = steps([inState('a', 'failure'), inState('b', 'failure')]);

    expect(made).toHaveLength(1);
    expect(bodyOf(made[0])).toMatch(/\na \| [^]*\nb \| /);
  });

  test.each([
    [{ optional: false }, 'true'],
    [{ optional: true }, 'false'],
  ])('68: whether it is required: %j', (report, required) => {
    const [made] = steps([changeJob('unit', { state: 'failure', report })]);

    expect(bodyOf(made)).toContain(
      `\nunit | ${'c'.repeat(40)} | [link](https://deck.test/unit) | ${required} | \`/test unit\`\n`,
    );
  });

  test('comments of people are left alone, whatever they quote', () => {
    expect(steps([inState('unit', 'success')], [comment(1, 'ann', row('unit'))])).toEqual([]);
  });

  test('66, 68: a job that has not ended, or is not reported, changes nothing', () => {
    const comments = [comment(1, 'bot[bot]', row('unit'))];

    expect(steps([changeJob('unit', { state: 'pending', complete: false })], comments)).toEqual([]);
    expect(steps([changeJob('unit', { state: 'failure', report: null })], comments)).toEqual([]);
  });

  test('all passed is said on demand, and only where all have', () => {
    expect(steps([inState('a', 'success'), inState('b', 'success')], [], true)).toMatchObject([{ op: 'create' }]);
    expect(steps([inState('a', 'success'), inState('b', 'error')], [], true)).toEqual([]);
  });

  test.each([
    ['a mention', '@everyone look', '`@everyone look`'],
    ['markup', '<img src=x>', '`<img src=x>`'],
    ['a backtick', 'a`b', '``a`b``'],
    ['a column', 'ci | lint', '`ci \\| lint`'],
    ['a line end', 'a\n\n/lgtm', '`a /lgtm`'],
    ['what looks like the head of a table', '--- a', '`--- a`'],
    ['what is ordinary', 'ci/unit (1.2): a_b', 'ci/unit (1.2): a_b'],
  ])('a context with %s stays in its cell, and is known again', (_name, context, cell) => {
    const failed = changeJob('unit', { state: 'failure', report: { context, rerunCommand: `/test ${context}` } });
    const [made] = steps([failed]);
    const [row = ''] = bodyOf(made).split('\n').slice(4);

    expect(row.startsWith(`${cell} | ${'c'.repeat(40)} | `)).toBe(true);
    const passed = changeJob('unit', { report: { context } });
    expect(steps([passed], [commentWith(1, 'bot', bodyOf(made))])).toEqual([{ op: 'delete', id: 1 }]);
  });

  test('a link cannot leave its cell', () => {
    const [made] = steps([changeJob('unit', { state: 'failure', url: 'https://x/a b|c)(d' })]);

    expect(bodyOf(made)).toContain('[link](https://x/a%20b%7Cc%29%28d)');
  });

  test('Q16: of too many rows the oldest are left out', () => {
    const rows = Array.from({ length: 800 }, (_, index) => row(`job-${index}-${'x'.repeat(60)}`));
    const made = steps([inState('unit', 'failure')], [comment(1, 'bot', ...rows)]);
    const body = bodyOf(made.at(-1));

    expect(body.length).toBeLessThan(65_536);
    expect(body).toContain('\nunit | ');
    expect(body).toContain('\njob-799-');
    expect(body).not.toContain('\njob-0-');
    expect(body).toMatch(/\n\d+ older failures are left out/);
    expect(body.endsWith(reportTag)).toBe(true);
  });
});

describe('the commit status', () => {
  test.each<[ProwJobState, string]>([
    ['scheduling', 'pending'],
    ['triggered', 'pending'],
    ['aborted', 'failure'],
    ['error', 'error'],
  ])('61, 62: %s is %s', (state, reported) => {
    expect(commitStatusOf(changeJob('unit', { state }))).toMatchObject({
      state: reported,
      sha: 'c'.repeat(40),
      context: 'unit',
    });
  });

  test('74: a long description ends in the base it holds for', () => {
    const description = commitStatusOf(changeJob('unit', { description: 'x'.repeat(200) }))?.description ?? '';

    expect(Array.from(description).length).toBeLessThanOrEqual(140);
    expect(description).toMatch(/^x+ \.\.\. x+.* BaseSHA:b{40}$/);
  });

  test('68: of a job that is not reported there is none', () => {
    expect(commitStatusOf(changeJob('unit', { report: null }))).toBeUndefined();
  });
});

describe('what an actor remembers of a ProwJob', () => {
  const rules = { jobTypes: ['presubmit', 'postsubmit'] };
  const refs = { org: 'o', repo: 'r', base_ref: 'main', base_sha: 'base' };
  const pull = (number: number) => ({ number, author: 'ann', sha: `head-${number}` });
  const spec = { type: 'presubmit', job: 'unit', context: 'ci/unit', report: true, rerun_command: '/test u' } as const;

  test('all that its reports need', () => {
    const job = prowJob({
      metadata: { name: 'n', labels: { 'prow.k8s.io/is-optional': 'true' } },
      spec: { ...spec, refs: { ...refs, pulls: [pull(5)] } },
      status: { state: 'aborted', description: 'Aborted.', url: 'u' },
    });

    expect(changeJobOf(job, 'job:1', rules)).toEqual({
      name: 'n',
      workflowId: 'job:1',
      job: 'unit',
      type: 'presubmit',
      key: expect.stringContaining('unit'),
      state: 'aborted',
      complete: false,
      startedAt: job.status.startTime,
      url: 'u',
      description: 'Aborted.',
      report: {
        context: 'ci/unit',
        sha: 'head-5',
        baseSha: 'base',
        author: 'ann',
        optional: true,
        rerunCommand: '/test u',
      },
    });
  });

  test('70: of a push the pushed commit', () => {
    const facts = reportFactsOf({ spec: { type: 'postsubmit', job: 'x', report: true, refs }, labels: {} }, rules);

    expect(facts).toEqual({ context: 'x', sha: 'base', baseSha: 'base', author: '' });
  });

  test.each<[string, ProwJobSpec, Record<string, string>]>([
    ['several pulls', { ...spec, refs: { ...refs, pulls: [pull(5), pull(6)] } }, {}],
    ['skip_report', { type: 'presubmit', job: 'x', refs: { ...refs, pulls: [pull(5)] } }, {}],
    ['69: a batch', { type: 'batch', job: 'x', report: true, refs: { ...refs, pulls: [pull(5)] } }, {}],
    ['Gerrit', { ...spec, refs: { ...refs, pulls: [pull(5)] } }, { 'prow.k8s.io/gerrit-report-label': '' }],
    ['no commit', { type: 'postsubmit', job: 'x', report: true, refs: { org: 'o', repo: 'r' } }, {}],
  ])('no report for %s', (_name, given, labels) => {
    expect(reportFactsOf({ spec: given, labels }, rules)).toBeUndefined();
  });

  test('nothing of a periodic', () => {
    expect(changeJobOf(prowJob(), 'job:1', rules)).toBeUndefined();
  });
});

describe('which jobs', () => {
  const of = (type: 'presubmit' | 'postsubmit') => ({
    spec: { type, job: 'x', report: true, agent: 'kubernetes' },
    labels: {},
  });

  test.each([
    ['both where nothing is said', {}, true, true],
    ['those of the configured types', { github_reporter: { job_types_to_report: ['presubmit'] } }, true, false],
  ])('%s', (_name, main, presubmit, postsubmit) => {
    const rules = reportRulesOf(main);

    expect(isReported(of('presubmit'), rules)).toBe(presubmit);
    expect(isReported(of('postsubmit'), rules)).toBe(postsubmit);
    expect(isReported({ ...of('presubmit'), spec: { type: 'presubmit', job: 'x' } }, rules)).toBe(false);
  });

  test('of one agent, where one is named', () => {
    const { jobTypes } = reportRulesOf({});

    expect(isReported(of('presubmit'), { jobTypes, agent: 'tekton-pipeline' })).toBe(false);
    expect(isReported(of('presubmit'), { jobTypes, agent: 'kubernetes' })).toBe(true);
  });

  test.each([
    [{}, 'each'],
    [{ no_comment_repos: ['o'] }, 'none'],
    [{ no_comment_repos: ['o/r'], summary_comment_repos: ['o'] }, 'none'],
    [{ summary_comment_repos: ['o'] }, 'summary'],
    [{ summary_comment_repos: ['o/other'] }, 'each'],
  ])('71, 72: comments where %j', (github_reporter, mode) => {
    expect(commentMode({ github_reporter }, { org: 'o', repo: 'r' })).toBe(mode);
  });

  test('72: a summary has the newest of each name, once all have ended', () => {
    const old = changeJob('unit', { name: 'old', state: 'failure' });
    const young = changeJob('unit', { name: 'young', startedAt: '2026-01-01T00:01:00Z' });
    const silent = changeJob('silent', { report: null });

    expect(summarisedJobs([young, old, silent])).toEqual([young]);
    expect(summarisedJobs([young, changeJob('silent', { report: null, state: 'pending' })])).toBeUndefined();
  });
});
