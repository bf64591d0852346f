/** `bowsprit sinker run`: one pass of the sweep, now. */
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { Command } from 'commander';
import { describePass, type SinkerInput, type SinkerResult } from '../../domain/sinker/pass.ts';
import { ids, taskQueues, workflowTypes } from '../../domain/wire.ts';
import { CliError } from '../cli-error.ts';
import { outputOption, print, printable, printJson, type OutputFormat } from '../output.ts';
import { temporalSettings, withSettings } from '../setting-options.ts';
import { withTemporal } from '../with-temporal.ts';

export function sinkerCommand(): Command {
  const run = withSettings(new Command('run'), temporalSettings)
    .description('remove pods, ProwJobs, records and folders of runs that are too old, and say what was removed')
    .option('--dry-run', 'only say what would be removed')
    .addOption(outputOption())
    .action((options: { dryRun?: boolean; output: OutputFormat }) =>
      withTemporal({ ...options }, async (client) => {
        const result = await runPass(client, options.dryRun ?? false);
        if (options.output === 'json') printJson(result);
        else print(describePass(result).split('\n').map(printable).join('\n'));
        if (result.failed.length > 0) throw new CliError('Parts of the sweep failed; all others were done.');
      }),
    );
  return new Command('sinker')
    .description('the sweep that runs every sinker.resync_period (schedule "sinker")')
    .addCommand(run);
}

type Sinker = (input: SinkerInput) => Promise<SinkerResult>;

async function runPass(client: Client, dryRun: boolean): Promise<SinkerResult> {
  try {
    return await client.workflow.execute<Sinker>(workflowTypes.sinker, {
      workflowId: ids.sinker,
      taskQueue: taskQueues.actors,
      args: [{ v: 1, dryRun, sweepRecords: true }],
      staticSummary: `sweep asked for by a person${dryRun ? ' (dry run)' : ''}`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new CliError('A pass that a person asked for is under way; wait until it has ended.');
  }
}
