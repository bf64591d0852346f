import { describe, expect, test } from '@jest/globals';
import type { Refs } from '../job-config.ts';
import type { ProwJob, ProwJobSpec } from '../prowjob.ts';
import { abortedAsDuplicate, olderDuplicates } from './duplicates.ts';

function refs(sha: string, base = 'main', numbers = [5]): Refs {
  return { org: 'o', repo: 'r', base_ref: base, pulls: numbers.map((number) => ({ number, author: 'ann', sha })) };
}

function run(name: string, second: number, given: Partial<ProwJobSpec> = {}, status = {}): ProwJob {
  return {
    apiVersion: 'prow.k8s.io/v1',
    kind: 'ProwJob',
    metadata: { name, namespace: '', creationTimestamp: '', labels: {}, annotations: {} },
    spec: { type: 'presubmit', job: 'unit', refs: refs('cafe'), ...given },
    status: { startTime: `2026-08-22T10:00:0${second}Z`, state: 'pending', description: 'Job triggered.', ...status },
  };
}

describe('44: of two runs of one presubmit the older is dropped', () => {
  test.each<[string, ProwJob[], string[]]>([
    ['with different heads', [run('a', 1), run('b', 2, { refs: refs('beef') })], ['a']],
    ['in any order', [run('b', 2), run('a', 1)], ['a']],
    ['all but the latest', [run('b', 2), run('c', 3), run('a', 1)], ['b', 'a']],
    ['on a tie the first stays', [run('a', 1), run('b', 1)], ['b']],
    ['not for batches', [run('a', 1, { type: 'batch' }), run('b', 2, { type: 'batch' })], []],
    ['not on another base branch', [run('a', 1), run('b', 2, { refs: refs('cafe', 'dev') })], []],
    ['not of another job', [run('a', 1), run('b', 2, { job: 'lint' })], []],
    ['not of another pull request', [run('a', 1), run('b', 2, { refs: refs('cafe', 'main', [6]) })], []],
    ['not when it is complete', [run('a', 1, {}, { completionTime: '2026-08-22T10:01:00Z' }), run('b', 2)], []],
    ['not when it is aborted already', [run('a', 1, {}, { state: 'aborted' }), run('b', 2)], []],
    [
      'order of pulls and extra refs does not matter',
      [
        run('a', 1, {
          refs: refs('c', 'main', [5, 10]),
          extra_refs: [
            { org: 'x', repo: 'y' },
            { org: 'x', repo: 'z' },
          ],
        }),
        run('b', 2, {
          refs: refs('c', 'main', [10, 5]),
          extra_refs: [
            { org: 'x', repo: 'z' },
            { org: 'x', repo: 'y' },
          ],
        }),
      ],
      ['a'],
    ],
    ['extra refs count', [run('a', 1, { extra_refs: [{ org: 'x', repo: 'y' }] }), run('b', 2)], []],
  ])('%s', (_name, jobs, expected) => {
    expect(olderDuplicates(jobs).map(({ metadata }) => metadata.name)).toEqual(expected);
  });
});

test('44: the dropped run is aborted but not complete, and the code host is not told', () => {
  const dropped = abortedAsDuplicate(run('a', 1, {}, { prev_report_states: { slack: 'pending' } }));

  expect(dropped.status).toMatchObject({
    state: 'aborted',
    description: 'Job triggered.',
    prev_report_states: { slack: 'pending', 'github-reporter': 'aborted' },
  });
  expect(dropped.status.completionTime).toBeUndefined();
});
