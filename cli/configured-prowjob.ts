/** The ProwJob that a configured job would become, from options of the command line; needs no server. */
import { randomUUID } from 'node:crypto';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { configPaths } from '../config/config-paths.ts';
import { loadForRunning } from '../config/load.ts';
import { triggeredProwJob } from '../domain/jobs/prowjob-life.ts';
import type { Pull, Refs } from '../domain/job-config.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import { prowJobTypes, type ProwJob, type ProwJobType } from '../domain/prowjob.ts';
import { JobResolutionError, resolveJob } from '../rules/resolve-job.ts';
import { CliError } from './cli-error.ts';
import { configSettings, settingsOf, withSettings } from './setting-options.ts';

export interface JobOptions {
  job: string;
  type?: ProwJobType;
  repo?: string;
  baseRef?: string;
  baseSha?: string;
  pullNumber?: number;
  pullSha?: string;
  pullAuthor?: string;
  pullHeadRef?: string;
}

/** All of them but `--job`, which some commands require and others do not; beside those that say where the configuration is. */
export function withJobOptions(command: Command): Command {
  return withSettings(command, configSettings)
    .addOption(new Option('--type <type>', 'where one name is a job of several kinds').choices(prowJobTypes))
    .option('--repo <org/repo>', 'repository to test; default the one that configures the job')
    .option('--base-ref <ref>', 'branch to test against', 'main')
    .option('--base-sha <sha>', 'commit to test against')
    .option('--pull-number <n>', 'pull request to test', pullNumber)
    .option('--pull-sha <sha>', 'its head commit')
    .option('--pull-author <login>', 'its author')
    .option('--pull-head-ref <ref>', 'its branch');
}

function pullNumber(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('the number of a pull request is expected');
  return Number(text);
}

/** Without a build id. Throws CliError and ConfigError. */
export async function configuredProwJob(options: JobOptions): Promise<ProwJob> {
  const config = await loadForRunning(configPaths(settingsOf({ ...options })));
  const refs = refsFor(options, config);
  try {
    const input = resolveJob(
      { job: options.job, ...(options.type && { type: options.type }), ...(refs && { refs }) },
      { config, settings: { executor: 'kubernetes' }, previous: undefined },
    );
    const prowJob = triggeredProwJob(input, { name: randomUUID(), buildId: '', now: new Date() });
    const { build_id: _none, ...status } = prowJob.status;
    return { ...prowJob, status };
  } catch (error) {
    if (error instanceof JobResolutionError) throw new CliError(error.message, { cause: error });
    throw error;
  }
}

/** Refs for jobs that need them; periodics take none. */
function refsFor(options: JobOptions, config: LoadedConfig): Refs | undefined {
  const { job, type } = options;
  if (type === 'periodic' || (!type && config.periodics.some(({ name }) => name === job))) return undefined;
  const repos = [...config.presubmits, ...config.postsubmits].flatMap(([repo, jobs]) =>
    jobs.some(({ name }) => name === job) ? [repo] : [],
  );
  const repo = options.repo ?? repos[0];
  if (!repo) throw new CliError(`No job named ${job} is configured.`);
  const [org = '', name = ''] = repo.split('/');
  const pull: Pull | undefined = options.pullNumber
    ? {
        number: options.pullNumber,
        sha: options.pullSha ?? '',
        author: options.pullAuthor ?? '',
        ...(options.pullHeadRef && { head_ref: options.pullHeadRef }),
      }
    : undefined;
  return {
    org,
    repo: name,
    ...(options.baseRef && { base_ref: options.baseRef }),
    ...(options.baseSha && { base_sha: options.baseSha }),
    ...(pull && { pulls: [pull] }),
  };
}
