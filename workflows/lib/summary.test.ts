import { expect, test } from '@jest/globals';
import { summaryLine } from './summary.ts';

test('a summary is as it was given', () => {
  expect(summaryLine('/lgtm by alice → add label lgtm')).toBe('/lgtm by alice → add label lgtm');
});

test.each(['x', 'ä', '→', '🙂', 'a🙂'])('has at most 300 bytes, of %s as well', (piece) => {
  const line = summaryLine(piece.repeat(1_000));

  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(300);
  expect(line.length).toBeGreaterThan(30);
});
