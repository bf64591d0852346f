import { expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { withFailure } from './failing-stream.ts';

const named = (error: unknown) => new Error(`named: ${error instanceof Error ? error.message : String(error)}`);

function pieces(...given: (string | Error)[]): Readable {
  return Readable.from(
    (function* () {
      for (const piece of given) {
        if (piece instanceof Error) throw piece;
        yield Buffer.from(piece);
      }
    })(),
  );
}

test('what comes goes on', async () => {
  expect(await text(withFailure(pieces('a', 'b'), named, { silenceMs: 60_000, size: 2 }))).toBe('ab');
});

test.each<[string, () => Readable, string]>([
  ['that fails', () => pieces('a', new Error('cut')), 'named: cut'],
  ['that ends early', () => pieces('a'), 'named: the transfer ended after 1 of 3 bytes'],
  ['that goes silent', () => new Readable({ read: () => undefined }), 'named: nothing came for 0.01 s'],
])('a source %s', async (_name, source, message) => {
  await expect(text(withFailure(source(), named, { silenceMs: 10, size: 3 }))).rejects.toThrow(message);
});

test('a reader who leaves ends the source', async () => {
  const source = pieces('a', 'b');
  const stream = withFailure(source, named);
  await stream[Symbol.asyncIterator]().next();
  stream.destroy();
  await new Promise((resolve) => stream.on('close', resolve));

  expect([stream.destroyed, source.destroyed]).toEqual([true, true]);
});
