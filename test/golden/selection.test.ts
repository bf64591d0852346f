import { describe, expect, test } from '@jest/globals';
import { selectionDifferences } from './selection-differences.ts';
import { evaluateSelectionCase, type SelectionCase } from './selection.ts';

function comment(body: string, expected: Record<string, unknown>): SelectionCase {
  const presubmits = [{ name: 'a', always_run: true }, { name: 'm' }];
  return { case: { id: 'x', presubmits, base: 'main', event: { type: 'comment', body } }, expect: expected };
}

test('a case is loaded, selected and compared', async () => {
  const golden = { jobs: ['a'], filtered: ['a'], relevant: true, filesFetched: false };

  expect(await evaluateSelectionCase(comment('/test all', golden))).toEqual({ ours: golden, golden, equal: true });
  expect(await evaluateSelectionCase(comment('/test m', golden))).toMatchObject({ equal: false });
});

test('a job that does not load is the outcome', async () => {
  const given = comment('/test a', { loadError: true });
  given.case.presubmits = [{ name: 'a', run_if_changed: '(' }];

  expect(await evaluateSelectionCase(given)).toMatchObject({ ours: { loadError: true }, equal: true });
});

describe('declared differences', () => {
  test.each([
    ['a quoted command beside a real one', '```\n/test m\n```\n/test a', ['a', 'm'], ['a']],
    ['a quoted command with CRLF', '```\r\n/test m\r\n```\r\n/test a', ['a', 'm'], ['a']],
    ['nothing but a quoted command, with CRLF', '```\r\n/test m\r\n```\r\n', ['m'], []],
  ])('%s', async (_name, body, theirs, ours) => {
    const given = comment(body, { jobs: theirs });
    const rule = selectionDifferences.find((difference) => difference.applies(given));

    expect(await rule?.expected(given)).toEqual({ jobs: ours });
    expect((await evaluateSelectionCase(given)).ours).toEqual({ jobs: ours });
  });

  test.each(['/test a', '```\n/test m\n```', '```\r\n/test m\r\n```', '```\n/test m', 'a ``` b'])(
    'none for %j',
    (body) => {
      expect(selectionDifferences.filter((difference) => difference.applies(comment(body, {})))).toEqual([]);
    },
  );
});
