import { expect, test } from '@jest/globals';
import { atLeast, atMost, formatRows, plain } from './table.ts';

test('columns line up and verdicts follow their target', () => {
  const rows = [plain('runs', 12, ''), atMost('median', 1.26, 1, 's', 1), atLeast('ratio', 0.6, 0.6, '', 2)];

  const table = formatRows('some benchmark', rows);

  expect(table).toBe(
    ['some benchmark', '  runs       12', '  median  1.3 s  <= 1 s  MISSED', '  ratio    0.60  >= 0.6  ok'].join('\n'),
  );
});

test('what is not a number misses every target', () => {
  expect(atMost('p99', Number.NaN, 1, 's').ok).toBe(false);
  expect(atLeast('rate', Number.NaN, 1, '/s').ok).toBe(false);
});
