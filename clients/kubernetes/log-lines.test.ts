import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLogParser, type LogPiece } from './log-lines.ts';

const time = (n: number) => `2026-11-23T12:00:00.${String(n).padStart(9, '0')}Z`;

/** Pieces of one line joined, so that the cuts between chunks do not matter. */
function linesOf(pieces: LogPiece[]): [string | undefined, string][] {
  const lines: [string | undefined, string][] = [];
  let isOpen = false;
  for (const { time: at, bytes } of pieces) {
    const last = lines.at(-1);
    if (isOpen && last) last[1] += bytes.toString('latin1');
    else lines.push([at, bytes.toString('latin1')]);
    isOpen = bytes.at(-1) !== 0x0a;
  }
  return lines;
}

test('gives the bytes of the log and the times of its lines, wherever it is cut', () => {
  const lines = fc.array(fc.string({ unit: fc.constantFrom('a', ' ', '\r', 'é', '2026-') }));
  fc.assert(
    fc.property(lines, fc.array(fc.nat(200)), (texts, cuts) => {
      const log = Buffer.from(texts.map((text, n) => `${time(n)} ${text}\n`).join(''));
      const parse = createLogParser();
      const places = [0, ...cuts.filter((cut) => cut < log.length).sort((a, b) => a - b), log.length];
      const pieces = places.slice(1).flatMap((end, n) => parse(log.subarray(places[n], end)));

      expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).toString()).toBe(
        texts.map((text) => `${text}\n`).join(''),
      );
      expect(linesOf(pieces).map(([at]) => at)).toEqual(texts.map((_, n) => time(n)));
    }),
  );
});

test('times are made comparable', () => {
  const parse = createLogParser();

  expect(linesOf(parse(Buffer.from('2026-11-23T12:00:00Z a\n2026-11-23T12:00:00.5+00:00 b\n')))).toEqual([
    ['2026-11-23T12:00:00.000000000Z', 'a\n'],
    ['2026-11-23T12:00:00.500000000Z', 'b\n'],
  ]);
});

const words = 'unable to retrieve container logs for containerd://af12';

test.each([
  ['after lines with times', false, `2026-11-23T12:00:00Z a\n${words}\n2026-11-23T12:00:01Z b\n${words}`, 'a\nb\n'],
  ['where lines before had times', true, words, ''],
  ['where nothing has times, all is content', false, 'one two\nthree\n', 'one two\nthree\n'],
])("the kubelet's own words are left out: %s", (_name, isTimed, log, expected) => {
  for (const size of [1, 7, 1000]) {
    const parse = createLogParser(isTimed);
    let text = '';
    for (let at = 0; at < log.length; at += size) {
      for (const { bytes } of parse(Buffer.from(log.slice(at, at + size)))) text += bytes.toString();
    }
    expect(text).toBe(expected);
  }
});
