/**
 * Evaluates a case of `decode.json` (golden data, jobs/README.md): writes its files to a folder, loads them and lists what
 * came out in the shape of the golden data.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigError } from '../../config/problem.ts';
import { loadConfig } from '../../config/load.ts';
import { parseDuration } from '../../domain/duration.ts';
import type { Periodic } from '../../domain/job-config.ts';
import type { LoadedConfig } from '../../domain/main-config.ts';
import { sameGolden } from './same.ts';

export interface DecodeCase {
  id: string;
  note?: string;
  /** Path to text: `config.yaml`, `jobs/...`, `supplemental/...`. */
  files: Record<string, string>;
  jobs?: unknown[];
  main?: Record<string, unknown>;
  error?: boolean;
}

export interface Evaluation {
  ours: unknown;
  golden: unknown;
  equal: boolean;
  /** Why the input was rejected; not compared. */
  rejection?: string;
}

function nanoseconds(text: string | undefined): string | undefined {
  return text ? parseDuration(text).toString() : undefined;
}

function periodicEntry(job: Periodic, index: number): Record<string, unknown> {
  return {
    kind: 'periodic',
    index,
    // The reference loses this to retry.interval where that is set; spec 3.7 rules to fix it.
    intervalNs: nanoseconds(job.interval),
    minimumIntervalNs: nanoseconds(job.minimum_interval),
    job,
  };
}

/** All jobs in the order of the golden data: presubmits and postsubmits by repository, then periodics. */
export function jobEntries(config: LoadedConfig): Record<string, unknown>[] {
  const ofRepos = (kind: string, repos: LoadedConfig['presubmits'] | LoadedConfig['postsubmits']) =>
    [...repos.keys()]
      .toSorted()
      .flatMap((repo) => (repos.get(repo) ?? []).map((job, index) => ({ kind, repo, index, job })));
  return [
    ...ofRepos('presubmit', config.presubmits),
    ...ofRepos('postsubmit', config.postsubmits),
    ...config.periodics.map(periodicEntry),
  ];
}

function mainValues({ main }: LoadedConfig): Record<string, unknown> {
  const { plank, sinker } = main;
  return {
    horologium_tick_interval: main.horologium.tick_interval,
    job_queue_capacities: plank.job_queue_capacities,
    log_level: main.log_level,
    plank_max_concurrency: plank.max_concurrency,
    plank_max_revivals: plank.max_revivals,
    plank_pod_pending_timeout: plank.pod_pending_timeout,
    plank_pod_running_timeout: plank.pod_running_timeout,
    plank_pod_unscheduled_timeout: plank.pod_unscheduled_timeout,
    pod_namespace: main.pod_namespace,
    presets: main.presets.length,
    prowjob_namespace: main.prowjob_namespace,
    sinker: {
      max_pod_age: sinker.max_pod_age,
      max_prowjob_age: sinker.max_prowjob_age,
      resync_period: sinker.resync_period,
      terminated_pod_ttl: sinker.terminated_pod_ttl,
    },
  };
}

/** Loads the files of a case from a folder of its own, which is removed afterwards. */
export async function loadFiles(files: Readonly<Record<string, string>>): Promise<LoadedConfig> {
  const folder = mkdtempSync(join(tmpdir(), 'decode-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const jobs = join(folder, 'jobs');
    const supplemental = join(folder, 'supplemental');
    return await loadConfig({
      configPath: join(folder, 'config.yaml'),
      jobConfigPaths: existsSync(jobs) ? [jobs] : [],
      supplementalDirs: existsSync(supplemental) ? [supplemental] : [],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Our result for a case beside the golden one. */
export async function evaluateDecodeCase(decodeCase: DecodeCase): Promise<Evaluation> {
  const { jobs, main, error } = decodeCase;
  const golden = error ? { error: true } : { jobs: jobs ?? [], ...(main && { main }) };
  let config: LoadedConfig;
  try {
    config = await loadFiles(decodeCase.files);
  } catch (failure) {
    if (!(failure instanceof ConfigError)) throw failure;
    const ours = { error: true };
    return { ours, golden, equal: sameGolden(ours, golden), rejection: failure.message };
  }
  const ours = { jobs: jobEntries(config), ...(main && { main: mainValues(config) }) };
  return { ours, golden, equal: sameGolden(ours, golden) };
}
