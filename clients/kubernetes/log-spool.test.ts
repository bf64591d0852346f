import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { removeSpool, spoolLog } from './log-spool.ts';
import type { LogRequest } from './pods-api.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'bowsprit-spool-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Line {
  ms: number;
  text: string;
}

const start = Date.UTC(2026, 10, 23, 12);
const stamp = (ms: number) => new Date(start + ms).toISOString().replace('Z', '000000Z');

/** A log whose connection breaks after so many bytes, each time; the last one holds. */
function breaking(lines: Line[], breaks: number[]) {
  const left = [...breaks];
  return {
    async log(_pod: string, { sinceTime }: LogRequest) {
      const since = sinceTime ? Date.parse(sinceTime) - start : 0;
      const bytes = Buffer.from(
        lines
          .filter(({ ms }) => ms >= since)
          .map(({ ms, text }) => `${stamp(ms)} ${text}\n`)
          .join(''),
      );
      const at = left.shift();
      const chunks = (part: Buffer) =>
        Array.from({ length: Math.ceil(part.length / 50) }, (_, n) => part.subarray(n * 50, n * 50 + 50));
      async function* read() {
        yield* chunks(bytes.subarray(0, at));
        if (at !== undefined) throw new Error('the connection broke');
      }
      return Readable.from(read()) as IncomingMessage;
    },
  };
}

test('however often the connection breaks, the file has every line once', async () => {
  let made = 0;
  // Several lines in a second, and several of the very same time.
  const lines = fc.array(
    fc.record({ wait: fc.constantFrom(0, 0, 300, 1_100), text: fc.string({ unit: fc.constantFrom('a', 'b', ' ') }) }),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(lines, fc.array(fc.nat(600), { maxLength: 6 }), async (parts, breaks) => {
      let ms = 0;
      const log = parts.map(({ wait, text }) => ({ ms: (ms += wait), text }));
      const api = breaking(log, breaks);
      const path = join(folder, String(made++));
      const request = { pod: 'a', container: 'test', follow: false };

      for (const _ of breaks) await spoolLog(api, path, request).catch(() => false);
      expect(await spoolLog(api, path, request)).toBe(true);
      // Once more changes nothing.
      await spoolLog(api, path, request);

      expect(await readFile(path, 'utf8')).toBe(log.map(({ text }) => `${text}\n`).join(''));
      await removeSpool(path);
    }),
    { numRuns: 200 },
  );
});

test('a log that cannot be had leaves what was read', async () => {
  const path = join(folder, 'gone');
  const request = { pod: 'a', container: 'test', follow: true };
  await spoolLog(breaking([{ ms: 0, text: 'said' }], []), path, request);

  expect(await spoolLog({ log: async () => undefined }, path, request)).toBe(false);

  expect(await readFile(path, 'utf8')).toBe('said\n');
});
