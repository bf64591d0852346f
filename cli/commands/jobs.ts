/** `bowsprit jobs list` and `bowsprit job start|abort|logs`. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { createLocalBlobStore } from '../../clients/blobs/local.ts';
import { createRunLogs } from '../../clients/process/logs.ts';
import type { ProwJobs, ProwJobSummary } from '../../clients/temporal/api.ts';
import { createProwJobs } from '../../clients/temporal/prowjobs.ts';
import { storageDir } from '../../config/settings.ts';
import { prowJobStates, prowJobTypes, type ProwJobType } from '../../domain/prowjob.ts';
import type { Refs } from '../../domain/job-config.ts';
import { CliError } from '../cli-error.ts';
import { ago, outputOption, print, printJson, printTable, type OutputFormat } from '../output.ts';
import { settingsOf, temporalSettings, withSettings } from '../setting-options.ts';
import { withTemporal } from '../with-temporal.ts';

interface ListOptions {
  job?: string;
  state?: string;
  type?: string;
  limit: number;
  output: OutputFormat;
}

export function jobsCommand(): Command {
  const list = withSettings(new Command('list'), temporalSettings)
    .description('ProwJobs, newest first')
    .option('--job <name>', 'only runs of this job')
    .addOption(new Option('--state <state>', 'only in this state').choices(prowJobStates))
    .addOption(new Option('--type <type>', 'only of this type').choices(prowJobTypes))
    .option('--limit <n>', 'at most so many', wholeNumber, 50)
    .addOption(outputOption())
    .action((options: ListOptions) =>
      withTemporal({ ...options }, (client) => listJobs(createProwJobs(client), options)),
    );
  return new Command('jobs').description('list ProwJobs').addCommand(list);
}

async function listJobs(prowJobs: ProwJobs, { job, state, type, limit, output }: ListOptions): Promise<void> {
  const query = [
    job && `ProwJob=${quoted(job)}`,
    state && `ProwState=${quoted(state)}`,
    type && `ProwType=${quoted(type)}`,
  ]
    .filter(Boolean)
    .join(' AND ');
  const found: ProwJobSummary[] = [];
  for await (const summary of prowJobs.list(query ? { query } : {})) {
    found.push(summary);
    if (found.length >= limit) break;
  }
  if (output === 'json') return printJson(found.map(({ memo: _memo, ...rest }) => rest));
  const now = Date.now();
  printTable(
    ['job', 'state', 'type', 'started', 'duration', 'build', 'name'],
    found.map((each) => [
      each.job,
      each.state,
      each.type,
      `${ago(now - each.startTime.getTime())} ago`,
      ago((each.closeTime?.getTime() ?? now) - each.startTime.getTime()),
      each.buildId ?? '',
      each.name,
    ]),
  );
}

/** A value in a Temporal list filter. */
function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number is expected');
  return Number(text);
}

interface StartOptions {
  type?: ProwJobType;
  refs?: string;
  env?: string[];
  requestId?: string;
  output: OutputFormat;
}

export function jobCommand(): Command {
  const start = withSettings(new Command('start'), temporalSettings)
    .description('start a configured job now')
    .argument('<job>', 'name of the job')
    .addOption(new Option('--type <type>', 'where one name is a job of several kinds').choices(prowJobTypes))
    .option(
      '--refs <json>',
      'what to test, as JSON: {"org":"o","repo":"r","base_ref":"main","pulls":[...]}; @FILE reads a file',
    )
    .option('--env <NAME=VALUE...>', 'added to the environment of the first container')
    .option('--request-id <id>', 'starting twice with one id starts one job')
    .addOption(outputOption())
    .action((job: string, options: StartOptions) =>
      withTemporal({ ...options }, async (client) => {
        const { type, requestId } = options;
        const started = await createProwJobs(client).start({
          job,
          ...(type && { type }),
          ...(options.refs && { refs: parseRefs(options.refs) }),
          ...(options.env && { env: parseEnv(options.env) }),
          ...(requestId && { requestId }),
        });
        if (options.output === 'json') return printJson(started);
        print(`Started ${started.job}: ${started.prowJob}`);
      }),
    );
  const abort = withSettings(new Command('abort'), temporalSettings)
    .description('abort a ProwJob that has not ended')
    .argument('<prowjob>', 'name of the ProwJob, or of a job: then its newest run that has not ended')
    .option('--reason <text>', 'shown as the description')
    .action((name: string, options: { reason?: string }) =>
      withTemporal({ ...options }, async (client) => {
        const prowJobs = createProwJobs(client);
        const target = await findRun(prowJobs, name, 'ExecutionStatus="Running"');
        await prowJobs.abort(target.name, {
          by: process.env['USER'] ?? '',
          ...(options.reason && { reason: options.reason }),
        });
        print(`Aborted ${target.job}: ${target.name}`);
      }),
    );
  const logs = withSettings(new Command('logs'), [...temporalSettings, 'dataDir'])
    .description('print the log of a run')
    .argument('<prowjob>', 'name of the ProwJob, or of a job: then its newest run')
    .option('-f, --follow', 'go on until the run has ended')
    .action((name: string, options: { follow?: boolean }) =>
      withTemporal({ ...options }, async (client) => {
        const prowJobs = createProwJobs(client);
        const run = await findRun(prowJobs, name);
        await printLog(prowJobs, run, settingsOf({ ...options }).dataDir, options.follow ?? false);
      }),
    );
  return new Command('job')
    .description('start and abort jobs, read their logs')
    .addCommand(start)
    .addCommand(abort)
    .addCommand(logs);
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A run by the ProwJob's name, else the newest run of the job of that name. */
async function findRun(prowJobs: ProwJobs, name: string, query?: string): Promise<ProwJobSummary> {
  if (uuid.test(name)) {
    const found = await prowJobs.find(name);
    if (found) return found;
  }
  const filter = [`ProwJob=${quoted(name)}`, query].filter(Boolean).join(' AND ');
  for await (const summary of prowJobs.list({ query: filter })) return summary;
  throw new CliError(
    `No ${query ? 'running ' : ''}ProwJob or job named ${name} is known. \`bowsprit jobs list\` shows all.`,
  );
}

const logChunk = 1024 * 1024;
const logPollMs = 500;

async function printLog(prowJobs: ProwJobs, run: ProwJobSummary, dataDir: string, follow: boolean): Promise<void> {
  const logs = createRunLogs({ dataDir, blobs: createLocalBlobStore(storageDir(dataDir)) });
  let offset = 0;
  for (;;) {
    const prowJob = await prowJobs.state(run);
    if (!prowJob) throw new CliError(`Temporal no longer knows ProwJob ${run.name}.`);
    const part = await logs.read(prowJob, { offset, limit: logChunk });
    if (part) {
      // The log is the program's own bytes, as a terminal would have shown them.
      process.stdout.write(part.content);
      const more = part.next > offset;
      offset = part.next;
      if (more) continue;
    }
    if (part?.complete || !follow || prowJob.status.completionTime) return;
    await delay(logPollMs);
  }
}

function parseEnv(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const cut = pair.indexOf('=');
      if (cut < 1) throw new CliError(`--env ${pair}: expected NAME=VALUE.`);
      return [pair.slice(0, cut), pair.slice(cut + 1)];
    }),
  );
}

function parseRefs(text: string): Refs {
  const json = text.startsWith('@') ? readFileSync(text.slice(1), 'utf8') : text;
  let refs: unknown;
  try {
    refs = JSON.parse(json);
  } catch {
    throw new CliError('--refs: expected JSON such as {"org":"o","repo":"r","base_ref":"main"}.');
  }
  if (typeof refs !== 'object' || refs === null || !('org' in refs) || !('repo' in refs)) {
    throw new CliError('--refs: org and repo are needed.');
  }
  return refs as Refs;
}
