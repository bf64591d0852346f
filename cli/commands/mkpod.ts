/**
 * `bowsprit mkpod`: prints the pod that a ProwJob runs in, as Prow's mkpod does: `bowsprit mkpj ... | bowsprit mkpod --prow-job -`,
 * or of a configured job at once. Needs neither a server nor a cluster.
 */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { Command, InvalidArgumentError, Option } from 'commander';
import { decodeProwJob } from '../../config/decode-prowjob.ts';
import type { Pod } from '../../domain/pod.ts';
import type { ProwJob } from '../../domain/prowjob.ts';
import { snowflake } from '../../domain/snowflake.ts';
import { podFromProwJob } from '../../rules/pod/pod-from-prowjob.ts';
import { PodImpossible } from '../../rules/pod/pod-impossible.ts';
import { CliError } from '../cli-error.ts';
import { configuredProwJob, withJobOptions, type JobOptions } from '../configured-prowjob.ts';
import { note, printJson, printYaml } from '../output.ts';

interface MkpodOptions extends Omit<JobOptions, 'job'> {
  job?: string;
  prowJob?: string;
  buildId?: string;
  local?: boolean;
  outDir?: string;
  output: 'yaml' | 'json';
}

/** In place of a build id: make one. */
const generated = 'snowflake';
/** Prow's node of build ids. */
const node = 1;

export function mkpodCommand(): Command {
  const own = new Command('mkpod')
    .addOption(new Option('--prow-job <file>', 'ProwJob to make the pod of, - for standard input').conflicts('job'))
    .option('--job <name>', 'name of a configured job, instead; the options of mkpj say what it tests')
    .option(
      '--build-id <digits>',
      `build id of the run, or ${generated} for a new one; default that of the ProwJob, else a new one`,
      buildIdText,
    )
    .option('--local', 'copy results to a folder of the node instead of uploading them: no credentials are needed')
    .option('--out-dir <dir>', 'that folder; the results of a run go below it. Default a new temporary folder');
  return withJobOptions(own)
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['yaml', 'json']).default('yaml'))
    .description('print the pod that a ProwJob runs in')
    .action(async (options: MkpodOptions) => {
      const pod = await makePod(options);
      if (options.output === 'json') printJson(pod);
      else printYaml(pod);
    });
}

function buildIdText(given: string): string {
  if (given !== generated && !/^\d{1,20}$/.test(given)) {
    throw new InvalidArgumentError(`up to 20 digits or the word ${generated} are expected`);
  }
  return given;
}

async function makePod(options: MkpodOptions): Promise<Pod> {
  if (options.outDir && !options.local) throw new CliError('--out-dir is for --local only: else results are uploaded.');
  const prowJob = await prowJobFrom(options);
  const known = options.buildId ?? prowJob.status.build_id;
  const buildId = known && known !== generated ? known : snowflake(Date.now(), node, 0);
  if (!options.local) return podOrWords(prowJob, { buildId });
  if (!prowJob.spec.decoration_config) {
    throw new CliError(`--local: job ${prowJob.spec.job} is not decorated, so no results would be copied anywhere.`);
  }
  const localOutputDir = options.outDir
    ? join(resolve(options.outDir), buildId)
    : mkdtempSync(join(tmpdir(), `prowjob-out-${prowJob.spec.job}-${buildId}-`));
  const pod = podOrWords(prowJob, { buildId, localOutputDir });
  note(`Results will be copied to ${localOutputDir} on the node.`);
  const needed = (pod.spec.volumes ?? []).filter((volume) => !volume['emptyDir'] && !volume['hostPath']);
  if (needed.length > 0)
    note(`The cluster must have what these volumes name: ${needed.map(({ name }) => name).join(', ')}.`);
  return pod;
}

async function prowJobFrom({ prowJob: file, job, ...options }: MkpodOptions): Promise<ProwJob> {
  if (job) return await configuredProwJob({ ...options, job });
  if (!file) throw new CliError('Give --prow-job FILE (- for standard input), or --job NAME for a configured job.');
  if (file === '-') return decodeProwJob('standard input', await text(process.stdin));
  return decodeProwJob(file, readText(file));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`--prow-job: ${file} cannot be read (${reason}).`, { cause: error });
  }
}

function podOrWords(prowJob: ProwJob, given: { buildId: string; localOutputDir?: string }): Pod {
  try {
    return podFromProwJob(prowJob, given);
  } catch (error) {
    if (error instanceof PodImpossible) throw new CliError(error.message, { cause: error });
    throw error;
  }
}
