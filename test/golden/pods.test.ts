/** That the runner sees what differs in pods: all that it takes for equal must be equal for Kubernetes, too. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { evaluatePodsCase, type PodsCase } from './pods.ts';
import { runFile } from './run.ts';

const main = {
  plank: {
    default_decoration_config_entries: [
      {
        config: {
          utility_images: { clonerefs: 'c', initupload: 'i', entrypoint: 'e', sidecar: 's' },
          gcs_configuration: { bucket: 'gs://bkt', path_strategy: 'explicit' },
        },
      },
    ],
  },
};
const given: PodsCase = {
  main,
  kind: 'periodic',
  job: { name: 'unit', interval: '1h', decorate: true, spec: { containers: [{ image: 'i', command: ['c'] }] } },
  name: '00000005-0000-4000-8000-000000000000',
  buildId: '1900000000000005000',
  startTime: '2026-08-22T10:00:00Z',
};
const context = { dataDir: '', path: 'pods/x.jsonl' };

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'bowsprit-golden-pods-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const run = async (...cases: unknown[]) => {
  writeFileSync(join(folder, 'more.jsonl'), cases.map((one) => JSON.stringify(one)).join('\n'));
  return await runFile(folder, 'more.jsonl', { dataDir: '' });
};

/** What our code makes of the case, to be the golden side of another. */
async function result(): Promise<PodsCase & { pod: object }> {
  const { ours } = await evaluatePodsCase(given, context);
  return { ...given, ...(ours as { pod: object }) };
}

test('a file is recognised by its shape, and its own result is identical', async () => {
  expect(await run(await result())).toMatchObject({ kind: 'pods', identical: 1, different: 0 });
});

describe('differences that count', () => {
  test.each<[string, (text: string) => string]>([
    ['an empty label is not a missing one', (text) => text.replaceAll('"prow.k8s.io/context":"",', '')],
    ['an emptyDir is not no source', (text) => text.replace(',"emptyDir":{}', '')],
    ['a security context is not none', (text) => text.replace(',"securityContext":{}', '')],
    [
      'no mounting of the token is not the default',
      (text) => text.replace('"automountServiceAccountToken":false,', ''),
    ],
    ['order of variables', (text) => text.replace(/(\{"name":"CI","value":"true"\}),(\{[^}]*\})/, '$2,$1')],
    [
      'JSON in variables',
      (text) => text.replace(String.raw`\"items\":[\"/logs/artifacts\"]`, String.raw`\"items\":[]`),
    ],
    ['URL', (text) => text.replace('"url":""', '"url":"https://x"')],
    ['storage path', (text) => text.replace('"storagePath":"logs', '"storagePath":"log')],
  ])('%s', async (_name, change) => {
    const golden = JSON.stringify(await result());
    const changed = change(golden);

    expect(changed).not.toBe(golden);
    expect(await run(JSON.parse(changed))).toMatchObject({ identical: 0, different: 1 });
  });
});

test('key order and empty values do not count, neither in the pod nor in the JSON of variables', async () => {
  const golden = JSON.stringify(await result())
    .replace('"image":"i"', '"resources":{},"image":"i"')
    .replace(String.raw`{\"timeout\":0,\"grace_period\":0,`, String.raw`{\"grace_period\":0,\"timeout\":0,\"x\":\"\",`);

  expect(golden).toContain('"resources":{}');
  expect(golden).toContain(String.raw`\"x\":`);
  expect(await run(JSON.parse(golden))).toMatchObject({ identical: 1 });
});

test('a job that must not load', async () => {
  const job = { ...given.job, decorate: true, spec: { containers: [{ image: 'i' }] } };

  expect(await run({ ...given, job, expectLoadError: true })).toMatchObject({ identical: 1 });
  expect(await run({ ...given, expectLoadError: true })).toMatchObject({ different: 1 });
});

test('a time zone in a cron expression is a declared difference', async () => {
  const { interval: _none, ...job } = { ...given.job, interval: '', cron: 'TZ=UTC 0 3 * * *' };

  expect(await run({ ...(await result()), job })).toMatchObject({ declared: 1, different: 0 });
});

test('cases without a main configuration take that of context.json beside them', async () => {
  const { main: _elsewhere, ...rest } = await result();

  const missing = await run(rest);
  expect(JSON.stringify(missing.differences)).toContain('context.json does not exist');
  writeFileSync(join(folder, 'context.json'), JSON.stringify({ main, presets: [] }));
  expect(await run(rest)).toMatchObject({ identical: 1 });
});
