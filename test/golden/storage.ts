/**
 * Evaluates a case of `storage.json` (golden data, jobs/README.md): where alias, latest-build and finished.json go.
 */
import type { GcsConfiguration } from '../../domain/job-config.ts';
import type { ProwJobType } from '../../domain/prowjob.ts';
import { indexPaths, runFilePath } from '../../domain/storage-paths.ts';
import type { Evaluation } from './decode.ts';
import { sameGolden } from './same.ts';

export interface StorageCase {
  type: ProwJobType;
  org: string;
  repo: string;
  pull: number;
  job: string;
  buildId: string;
  gcs_configuration: GcsConfiguration;
  expect: { aliasAndLatest: string[]; finished: string[] };
}

export function evaluateStorageCase(storageCase: StorageCase): Evaluation {
  const { type, org, repo, pull, job, buildId, gcs_configuration: storage, expect: golden } = storageCase;
  const pulls = [{ number: pull, author: '', sha: '' }];
  const refs = { org, repo, ...((type === 'presubmit' || type === 'batch') && { pulls }) };
  const spec = { type, job, ...(type !== 'periodic' && { refs }) };
  const ours = {
    aliasAndLatest: indexPaths(spec, storage, buildId).toSorted(),
    finished: [runFilePath(spec, storage, buildId, 'finished.json')],
  };
  return { ours, golden, equal: sameGolden(ours, golden) };
}
