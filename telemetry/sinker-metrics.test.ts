import { expect, test } from '@jest/globals';
import { emptySwept, type SinkerResult } from '../domain/sinker/pass.ts';
import { createRegistry } from './metrics.ts';
import { createSinkerMetrics } from './sinker-metrics.ts';

const pass: SinkerResult = {
  v: 1,
  dryRun: false,
  at: '2026-11-23T12:00:00.000Z',
  seconds: 2.5,
  pods: { existing: 9, removed: { aged: 2 }, errors: { Forbidden: 1 } },
  prowJobs: { existing: 40, removed: { aged: 5 }, errors: {} },
  records: { existing: 700, removed: { aged: 1, 'aged-periodic': 2 }, errors: { StorageUnavailable: 3 } },
  runFolders: 0,
  failed: [],
};

async function lines(...passes: SinkerResult[]): Promise<string[]> {
  const registry = createRegistry({ processMetrics: false });
  const metrics = createSinkerMetrics(registry);
  for (const each of passes) metrics.setPass(each);
  return (await registry.metrics()).split('\n').filter((line) => line && !line.startsWith('#'));
}

test("the figures of a pass under Prow's names", async () => {
  expect(await lines(pass)).toEqual([
    'sinker_pods_existing 9',
    'sinker_loop_duration_seconds 2.5',
    'sinker_pods_removed{reason="aged"} 2',
    'sinker_pod_removal_errors{reason="Forbidden"} 1',
    'sinker_prow_jobs_existing 40',
    'sinker_prow_jobs_cleaned{reason="aged"} 6',
    'sinker_prow_jobs_cleaned{reason="aged-periodic"} 2',
    'sinker_prow_jobs_cleaning_errors{reason="StorageUnavailable"} 3',
  ]);
});

test('a reason that does not occur keeps its value', async () => {
  const quiet = { ...pass, pods: { ...emptySwept(), existing: 1 } };

  expect(await lines(pass, quiet)).toContain('sinker_pods_removed{reason="aged"} 2');
});

test('a dry run removes nothing', async () => {
  expect((await lines({ ...pass, dryRun: true })).join('\n')).not.toMatch(/removed|cleaned/);
});
