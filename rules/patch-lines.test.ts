import { expect, test } from '@jest/globals';
import { addedLines } from './patch-lines.ts';

test('positions go on across hunks; removed lines count there only', () => {
  const patch = '@@ -1,3 +1,3 @@ x\n a\n-b\n+B\n c\n@@ -10 +10,2 @@\n j\n+k\n\\ No newline at end of file';

  expect([...addedLines(patch)]).toEqual([
    [2, 3],
    [11, 7],
  ]);
});

test('no patch has no lines', () => {
  expect(addedLines('').size).toBe(0);
});
