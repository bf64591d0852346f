import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { goldenFiles, runFile } from './run.ts';

const shared = '../shared/golden';
const options = { dataDir: '../shared/data/test-infra' };

describe('the golden runner', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'bowsprit-golden-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const run = async (name: string, content: unknown) => {
    writeFileSync(join(folder, name), JSON.stringify(content));
    return await runFile(folder, name, options);
  };

  test('counts what agrees and shows what does not', async () => {
    const result = await run('durations.json', [
      { text: '90m', ns: '5400000000000', canonical: '1h30m0s' },
      { text: '2h', ns: '1', canonical: '2h0m0s' },
    ]);

    expect(result).toMatchObject({ cases: 2, identical: 1, different: 1 });
    expect(result.differences[0]).toMatchObject({ id: '2h', golden: { ns: '1' }, ours: { ns: '7200000000000' } });
  });

  test('knows a kind by its shape where the name is another', async () => {
    expect(await run('more.json', [{ text: '1s', ns: '1000000000', canonical: '1s' }])).toMatchObject({
      kind: 'durations',
      identical: 1,
    });
  });

  test('a file of unknown kind fails', async () => {
    expect(await run('weather.json', [{ rain: true }])).toMatchObject({ failure: 'is of no known kind' });
  });

  test('a case that our code fails on counts as different, and the next one is looked at', async () => {
    const result = await run(
      'labels.json',
      [1, 2].map((id) => ({ input: { id: `no spec ${id}` }, prowJob: {}, pod: {} })),
    );

    expect(result).toMatchObject({ cases: 2, different: 2 });
    expect(result.differences[1]).toMatchObject({ ours: { failed: expect.stringContaining('TypeError') } });
  });

  test('values are emitted one by one', async () => {
    writeFileSync(join(folder, 'durations.json'), JSON.stringify([{ text: '90m', error: true }]));
    const lines: unknown[] = [];

    await runFile(folder, 'durations.json', { ...options, emit: (line) => lines.push(line) });

    expect(lines).toEqual([
      { file: 'durations.json', id: '90m', ours: { text: '90m', ns: '5400000000000', canonical: '1h30m0s' } },
    ]);
  });

  test('a file that cannot be read fails', async () => {
    writeFileSync(join(folder, 'x.json'), '{');

    expect(await runFile(folder, 'x.json', options)).toMatchObject({
      failure: expect.stringContaining('cannot be read'),
    });
  });

  test('declared differences count apart, and too many of them fail the file', async () => {
    const periodic = 'periodics: [{name: p, cron: "TZ=UTC 0 3 * * *", spec: {containers: [{image: i}]}}]';
    const declared = { id: 'tz', files: { 'config.yaml': periodic }, jobs: [] };

    const result = await run('decode.json', [declared]);

    expect(result).toMatchObject({ declared: 1, different: 0, failure: expect.stringContaining('more than 2 %') });
  });
});

describe('golden data', () => {
  const present = existsSync(shared);
  const files = present ? goldenFiles(shared) : [];

  (present ? test : test.skip)('is there (skipped where ../shared is absent)', () => {
    expect(files.length).toBeGreaterThan(10);
  });

  for (const path of files) {
    test(path, async () => {
      const result = await runFile(shared, path, options);

      expect(result.failure).toBeUndefined();
      expect(result.differences).toEqual([]);
    });
  }
});
