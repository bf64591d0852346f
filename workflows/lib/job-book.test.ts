import { describe, expect, test } from '@jest/globals';
import { changeJob, changeOf } from '../../test/fixtures/change-jobs.ts';
import type { ActorJob } from '../../domain/review/actor-state.ts';
import { createJobBook } from './job-book.ts';

function newBook(jobs: ActorJob[] = []) {
  const state = { jobs };
  return { state, book: createJobBook(state) };
}
const names = (jobs: readonly { name: string }[]) => jobs.map(({ name }) => name);
const at = (second: number) => `2026-01-01T00:00:0${second}Z`;

describe('older runs of a presubmit', () => {
  test('are superseded by a newer one of the same job and change, and told once', () => {
    const { book } = newBook();
    book.add([changeJob('unit', { name: 'old', startedAt: at(1) }), changeJob('e2e', { name: 'other' })], 1);
    expect(book.supersede()).toEqual([]);

    book.add([changeJob('unit', { name: 'new', startedAt: at(2) })], 2);

    expect(names(book.supersede())).toEqual(['old']);
    expect(book.supersede()).toEqual([]);
    expect(names(book.runningPresubmits())).toEqual(['other', 'new']);
  });

  test('that began in the same second: the one that was heard of last goes on, whatever the other tells', () => {
    const { book } = newBook();
    const first = changeJob('unit', { name: 'first' });
    book.add([first], 1);
    book.add([changeJob('unit', { name: 'second' })], 1);
    expect(names(book.supersede())).toEqual(['first']);

    book.change(changeOf(first, { state: 'pending' }), 2);

    expect(book.supersede()).toEqual([]);
    expect(names(book.runningPresubmits())).toEqual(['second']);
  });

  test('started by somebody else supersede, and are superseded, likewise', () => {
    const { book } = newBook();
    book.add([changeJob('unit', { name: 'ours', startedAt: at(2) })], 1);

    book.change(changeOf(changeJob('unit', { name: 'older', startedAt: at(1) }), { state: 'pending' }), 2);

    expect(names(book.supersede())).toEqual(['older']);
  });

  test.each([
    ['another job', changeJob('e2e', { startedAt: at(1) })],
    ['another base branch', changeJob('unit', { startedAt: at(1), key: 'release' })],
    ['a batch', changeJob('unit', { startedAt: at(1), type: 'batch' })],
    ['one that has ended', changeJob('unit', { startedAt: at(1), state: 'success', complete: true })],
    ['one that is being aborted', changeJob('unit', { startedAt: at(1), state: 'aborted' })],
  ])('%s is left alone', (_name, job) => {
    const { book } = newBook();
    book.add([job, changeJob('unit', { startedAt: at(2) })], 1);

    expect(book.supersede()).toEqual([]);
  });

  test('are not reported, and forgotten when they have ended', () => {
    const { book, state } = newBook();
    const old = changeJob('unit', { name: 'old', startedAt: at(1) });
    book.add([old, changeJob('unit', { name: 'new', startedAt: at(2) })], 1);
    book.supersede();
    expect(names(book.untold())).toEqual(['new']);
    expect(names(book.counting())).toEqual(['new']);

    book.change(changeOf(old, { state: 'aborted', complete: true }), 2);

    expect(names(state.jobs)).toEqual(['new']);
  });
});

describe('what the host is told', () => {
  test('is what it does not know yet, once', () => {
    const { book } = newBook();
    const job = changeJob('unit', { name: 'a' });
    book.add([job], 1);
    book.told(book.untold());
    expect(book.untold()).toEqual([]);

    book.change(changeOf(job, { state: 'pending', url: 'https://deck/a', description: 'Job triggered.' }), 2);
    const told = book.untold();
    expect(told).toMatchObject([{ name: 'a', state: 'pending', url: 'https://deck/a' }]);
    book.told(told);

    expect(book.untold()).toEqual([]);
  });

  test('is told again where it changed while it was being written', () => {
    const { book } = newBook();
    const job = changeJob('unit', { name: 'a' });
    book.add([job], 1);
    const writing = book.untold();

    book.change(changeOf(job, { state: 'success', complete: true }), 2);
    book.told(writing);

    expect(book.untold()).toMatchObject([{ name: 'a', state: 'success' }]);
  });

  test('does not change with what the status does not show', () => {
    const { book } = newBook();
    const job = changeJob('unit', { name: 'a', url: 'https://deck/a', description: 'Job triggered.' });
    book.add([job], 1);
    book.told(book.untold());

    book.change(changeOf(job, { state: 'pending' }), 2);

    expect(book.untold()).toEqual([]);
  });

  test('leaves out jobs that are not reported, which a summary still waits for', () => {
    const { book } = newBook();
    const { report: _report, ...silent } = changeJob('unit');
    book.add([silent], 1);

    expect(book.untold()).toEqual([]);
    expect(names(book.counting())).toEqual([silent.name]);
  });

  test('is the newest of a context, where two runs of one commit change at once', () => {
    const { book, state } = newBook();
    const old = changeJob('unit', { name: 'old', startedAt: at(1), state: 'failure', complete: true });
    book.add([old, changeJob('unit', { name: 'new', startedAt: at(2) })], 1);

    expect(names(book.untold())).toEqual(['new']);
    expect(names(state.jobs)).toEqual(['new']);
  });

  test('is both of two commits', () => {
    const { book } = newBook();
    const report = { context: 'ci/unit', sha: 'd'.repeat(40), baseSha: '', author: '' };
    const old = changeJob('unit', { name: 'old', startedAt: at(1), state: 'failure', complete: true });
    book.add([old, changeJob('unit', { name: 'new', startedAt: at(2), report })], 1);

    expect(names(book.untold())).toEqual(['old', 'new']);
  });
});

describe('what jobs tell of themselves', () => {
  test('counts more than what their start has answered', () => {
    const { book, state } = newBook();
    const job = changeJob('unit', { name: 'a' });
    book.change(changeOf(job, { state: 'pending', url: 'https://deck/a' }), 1);

    book.add([job], 2);

    expect(state.jobs).toMatchObject([{ name: 'a', state: 'pending', url: 'https://deck/a' }]);
  });

  test('does not bring back what has ended', () => {
    const { book, state } = newBook();
    const job = changeJob('unit', { name: 'a' });
    book.add([job], 1);
    book.change(changeOf(job, { state: 'success', complete: true }), 2);

    expect(book.change(changeOf(job, { state: 'pending' }), 3)).toBe(true);

    expect(state.jobs).toMatchObject([{ state: 'success', complete: true }]);
  });

  test('is of nobody, where the job is not known and says no more', () => {
    const { book, state } = newBook();
    const { change: _change, ...bare } = changeOf(changeJob('unit'), { state: 'pending' });

    expect(book.change(bare, 1)).toBe(false);
    expect(state.jobs).toEqual([]);
  });
});

describe('jobs that are silent', () => {
  test('are asked after once in a while', () => {
    const { book } = newBook();
    book.add([changeJob('unit', { name: 'a' })], 1_000);
    book.add([changeJob('e2e', { name: 'b' })], 2_000);
    expect(book.longestSilent()).toBe(1_000);

    expect(names(book.askAfter(1_500, 5_000))).toEqual(['a']);

    expect(book.askAfter(1_500, 5_000)).toEqual([]);
    expect(book.longestSilent()).toBe(2_000);
  });

  test('whose workflows have ended, ended with an error', () => {
    const { book, state } = newBook();
    book.add([changeJob('unit', { workflowId: 'job:1' }), changeJob('e2e', { workflowId: 'job:2' })], 1);

    book.lost(['job:1', 'job:9'], 2);

    expect(state.jobs).toMatchObject([
      { job: 'unit', state: 'error', complete: true, description: expect.stringContaining('without telling') },
      { job: 'e2e', state: 'triggered', complete: false },
    ]);
    expect(book.longestSilent()).toBe(1);
  });
});

describe('what is remembered', () => {
  test('is, of what has ended, the newest of each context, once it is told', () => {
    const { book, state } = newBook();
    for (const second of [1, 2, 3]) {
      const job = changeJob('unit', { name: `unit-${second}`, startedAt: at(second) });
      book.add([job], second);
      book.change(changeOf(job, { state: 'failure', complete: true }), second);
      book.told(book.untold());
    }

    expect(names(state.jobs)).toEqual(['unit-3']);
  });

  test('is at most two hundred jobs that have ended', () => {
    const { book, state } = newBook();
    const jobs = Array.from({ length: 230 }, (_, index) =>
      changeJob(`job-${index}`, { state: 'success', complete: true }),
    );
    book.add(jobs, 1);

    book.told(book.untold());

    expect(state.jobs).toHaveLength(200);
  });

  test('stays small: the jobs of a large change take less than half of 50 KB', () => {
    const { book, state } = newBook();
    for (let index = 0; index < 30; index += 1) {
      const job = changeJob(`pull-example-org-integration-${index}`);
      book.add([job], index);
      const url = `https://deck.example.org/view/gs/bucket/pr-logs/pull/acme_app/7/${job.job}/1830000000000000000`;
      book.change(changeOf(job, { state: 'success', complete: true, url, description: 'Job succeeded.' }), index);
    }
    book.told(book.untold());

    expect(JSON.stringify(state).length).toBeLessThan(25_000);
  });
});
