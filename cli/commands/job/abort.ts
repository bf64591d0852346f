/** `bowsprit job abort`: ends a ProwJob that has not ended. */
import { userInfo } from 'node:os';
import { Command } from 'commander';
import { createProwJobs } from '../../../clients/temporal/prowjobs.ts';
import { findRun } from '../../find-run.ts';
import { print } from '../../output.ts';
import { temporalSettings, withSettings } from '../../setting-options.ts';
import { withTemporal } from '../../with-temporal.ts';

export function abortCommand(): Command {
  return withSettings(new Command('abort'), temporalSettings)
    .description('abort a ProwJob that has not ended')
    .argument('<prowjob>', 'name of the ProwJob, or of a job: then its newest run that has not ended')
    .option('--reason <text>', 'shown as the description')
    .action((name: string, options: { reason?: string }) =>
      withTemporal({ ...options }, async (client) => {
        const prowJobs = createProwJobs(client);
        const target = await findRun(prowJobs, name, 'ExecutionStatus="Running"');
        await prowJobs.abort(target.name, {
          by: userInfo().username,
          ...(options.reason && { reason: options.reason }),
        });
        print(`Aborted ${target.job}: ${target.name}`);
      }),
    );
}
