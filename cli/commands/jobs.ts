/** `bowsprit jobs list`: ProwJobs as visibility lists them. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ProwJobs, ProwJobSummary } from '../../clients/temporal/api.ts';
import { createProwJobs } from '../../clients/temporal/prowjobs.ts';
import { prowJobStates, prowJobTypes } from '../../domain/prowjob.ts';
import { ago, outputOption, printJson, printTable, type OutputFormat } from '../output.ts';
import { quoted } from '../quoted.ts';
import { temporalSettings, withSettings } from '../setting-options.ts';
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

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number is expected');
  return Number(text);
}
