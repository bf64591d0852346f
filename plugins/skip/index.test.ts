import { expect, test } from '@jest/globals';
import { effectsWanted, runPlugin, says, type GivenCase } from '../../test/harness/plugin-case.ts';

const presubmits = {
  'o/r': [
    { name: 'unit', always_run: true },
    { name: 'foo', optional: true },
    { name: 'bar', optional: true },
    { name: 'quiet', skip_report: true, context: 'ci/quiet' },
  ],
};
const failed = (...contexts: string[]) => contexts.map((context) => ({ context, state: 'failure' }));
const skipped = (...contexts: string[]) =>
  contexts.length === 0
    ? {}
    : {
        statusesSet: contexts.map((context) => ({
          context,
          state: 'success',
          description: 'Skipped',
          descriptionLength: 7,
        })),
      };

test.each<[string, string, NonNullable<GivenCase['state']>['statuses'], string[]]>([
  ['91: what the comment starts is left alone', '/skip\n/test foo', failed('foo', 'bar'), ['bar']],
  ['91: pending counts as well', '/skip', [{ context: 'foo', state: 'pending' }], ['foo']],
  ['required jobs are not skipped', '/skip', failed('unit', 'foo'), ['foo']],
  ['jobs that do not report are not required', '/skip', failed('ci/quiet'), ['ci/quiet']],
  ['contexts of others', '/skip', failed('foreign'), []],
  ['all is green', '/skip', [{ context: 'foo', state: 'success' }], []],
  ['nothing has reported', '/skip', [], []],
  ['the newest status counts', '/skip', [{ context: 'foo', state: 'success' }, ...failed('foo', 'unit')], []],
  ['a retest starts what has failed', '/skip\n/retest', failed('foo'), []],
  ['a quoted command starts nothing', '/skip\n```\n/test foo\n```', failed('foo'), ['foo']],
  ['other words', '/skip it', failed('foo'), []],
])('%s', async (_name, body, statuses = [], expected) => {
  expect(await runPlugin('skip', { ...says(body), prow: { presubmits }, state: { statuses } })).toEqual(
    skipped(...expected),
  );
});

test('a context that another job needs on this branch is not skipped', async () => {
  const shared = [
    { name: 'new', context: 'ci', branches: ['^main$'] },
    { name: 'old', context: 'ci', branches: ['^release$'], optional: true },
  ];
  const given = { ...says('/skip'), prow: { presubmits: { 'o/r': shared } }, state: { statuses: failed('ci') } };

  expect(await runPlugin('skip', given)).toEqual({});
  expect(await runPlugin('skip', { ...given, item: { base: 'release' } })).toEqual(skipped('ci'));
});

test('the answer for a status that the host does not take', async () => {
  const [effect] = await effectsWanted('skip', {
    ...says('/skip'),
    prow: { presubmits },
    state: { statuses: failed('foo') },
  });

  expect(effect).toMatchObject({ kind: 'setStatus', whenRefused: expect.stringMatching(/^@rando: .*\{reason\}/) });
});
