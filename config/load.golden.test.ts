import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { evaluateDecodeCase, type DecodeCase } from '../test/golden/decode.ts';
import { evaluateTotals } from '../test/golden/totals.ts';

const shared = '../shared';
const casesPath = `${shared}/golden/jobs/decode.json`;
const isPresent = existsSync(casesPath);
const cases: DecodeCase[] = isPresent ? JSON.parse(readFileSync(casesPath, 'utf8')) : [];

/** Prow keeps `retry.interval` in the place of the job's own interval; spec 3.7 rules to keep both. */
const separatesRetryInterval = (decodeCase: DecodeCase) =>
  !decodeCase.error && Object.values(decodeCase.files).some((text) => /retry: *\{[^}]*interval:/.test(text));

describe.each([
  [
    isPresent ? 'golden data of decoding (spec 1 and 2)' : 'golden data of decoding: SKIPPED, ../shared is absent',
    cases,
  ],
])('%s', (_name, present) => {
  (isPresent ? test : test.skip)('is there', () => {
    expect(present.length).toBeGreaterThan(200);
  });

  for (const decodeCase of present.filter((one) => !separatesRetryInterval(one))) {
    test(`${decodeCase.id} ${decodeCase.note ?? ''}`, async () => {
      const { ours, golden, equal, rejection } = await evaluateDecodeCase(decodeCase);

      if (!equal) expect({ ours, rejection }).toEqual({ ours: golden });
      expect(equal).toBe(true);
    });
  }

  for (const decodeCase of present.filter(separatesRetryInterval)) {
    test(`${decodeCase.id} ${decodeCase.note ?? ''}: both intervals are kept`, async () => {
      const { ours, golden } = await evaluateDecodeCase(decodeCase);
      const withoutInterval = (value: unknown) =>
        JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === 'intervalNs' ? undefined : part)));

      expect(withoutInterval(ours)).toMatchObject(withoutZeros(withoutInterval(golden)));
      expect(JSON.stringify(ours)).not.toContain('"intervalNs":"300000000000"');
    });
  }
});

/** Without what the golden data serialises although it says nothing. */
function withoutZeros(value: unknown): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(value, (_key, part: unknown) => {
      const isEmpty = part === '' || (typeof part === 'object' && part !== null && Object.keys(part).length === 0);
      return isEmpty ? undefined : part;
    }),
  );
}

(isPresent && existsSync(`${shared}/data/test-infra`) ? test : test.skip)(
  'the totals of a real configuration: 1601 presubmits, 51 postsubmits, 750 periodics',
  async () => {
    const { ours, golden } = await evaluateTotals(shared);

    expect(ours).toEqual(golden);
  },
);
