/** `bowsprit job logs`: a run's log, from its folder while it runs and from storage afterwards. Reads the local data directory. */
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { createLocalBlobStore } from '../../../clients/blobs/local.ts';
import { createRunLogs } from '../../../clients/process/logs.ts';
import type { ProwJobs, ProwJobSummary } from '../../../clients/temporal/api.ts';
import { createProwJobs } from '../../../clients/temporal/prowjobs.ts';
import { storageDir } from '../../../config/settings.ts';
import { CliError } from '../../cli-error.ts';
import { findRun } from '../../find-run.ts';
import { settingsOf, temporalSettings, withSettings } from '../../setting-options.ts';
import { withTemporal } from '../../with-temporal.ts';

export function logsCommand(): Command {
  return withSettings(new Command('logs'), [...temporalSettings, 'dataDir'])
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
}

const logChunk = 1024 * 1024;
const logPollMs = 500;

async function printLog(prowJobs: ProwJobs, run: ProwJobSummary, dataDir: string, follow: boolean): Promise<void> {
  const logs = createRunLogs({
    dataDir,
    blobs: createLocalBlobStore(storageDir(dataDir)),
    runKeyOf: ({ status }) => (run.memo && status.build_id ? `${run.memo.dir}/${status.build_id}` : undefined),
  });
  let offset = 0;
  for (;;) {
    const prowJob = await prowJobs.state(run);
    if (!prowJob) throw new CliError(`Temporal no longer knows ProwJob ${run.name}.`);
    const part = await logs.read(prowJob, { offset, limit: logChunk });
    if (part) {
      // The log is the program's own bytes, as a terminal would have shown them.
      await written(part.content);
      const more = part.next > offset;
      offset = part.next;
      if (more) continue;
    }
    if (part?.complete || !follow || prowJob.status.completionTime) return;
    await delay(logPollMs);
  }
}

/** A reader that is slower than the log is waited for, instead of holding all of it in memory. */
function written(content: Uint8Array): Promise<void> {
  return new Promise((resolve) => void process.stdout.write(content, () => resolve()));
}
