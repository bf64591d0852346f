/** `bowsprit job logs`: a run's log, while it runs from its folder or its cluster, afterwards from storage. */
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import type { Client } from '@temporalio/client';
import { openBlobs } from '../../../clients/blobs/open-blobs.ts';
import { createClusterRunLogs } from '../../../clients/kubernetes/run-logs.ts';
import { createRunLogs } from '../../../clients/process/logs.ts';
import type { ProwJobs, ProwJobSummary } from '../../../clients/temporal/api.ts';
import { createProwJobs } from '../../../clients/temporal/prowjobs.ts';
import { createRemoteLogs } from '../../../clients/temporal/run-log.ts';
import { blobsOptionsOf, type Settings } from '../../../config/settings.ts';
import type { RunLogs } from '../../../domain/executor.ts';
import type { ProwJob } from '../../../domain/prowjob.ts';
import { CliError } from '../../cli-error.ts';
import { findRun } from '../../find-run.ts';
import { settingsOf, storageSettings, temporalSettings, withSettings } from '../../setting-options.ts';
import { withTemporal } from '../../with-temporal.ts';

export function logsCommand(): Command {
  return withSettings(new Command('logs'), [...temporalSettings, ...storageSettings])
    .description('print the log of a run')
    .argument('<prowjob>', 'name of the ProwJob, or of a job: then its newest run')
    .option('-f, --follow', 'go on until the run has ended')
    .action((name: string, options: { follow?: boolean }) =>
      withTemporal({ ...options }, async (client) => {
        const prowJobs = createProwJobs(client);
        const run = await findRun(prowJobs, name);
        const logs = await runLogs(client, run, settingsOf({ ...options }));
        await printLog(prowJobs, run, logs, options.follow ?? false);
      }),
    );
}

const logChunk = 1024 * 1024;
const logPollMs = 500;

/** Pods are asked for by way of Temporal, so that nobody needs access to the cluster to read a log. */
async function runLogs(client: Client, run: ProwJobSummary, settings: Settings): Promise<RunLogs> {
  const blobs = await openBlobs(blobsOptionsOf(settings));
  const runKeyOf = ({ status }: ProwJob) =>
    run.memo && status.build_id ? `${run.memo.dir}/${status.build_id}` : undefined;
  return run.memo?.executor === 'kubernetes'
    ? createClusterRunLogs({ blobs, runKeyOf, liveLogs: (cluster) => createRemoteLogs(client, cluster) })
    : createRunLogs({ dataDir: settings.dataDir, blobs, runKeyOf });
}

async function printLog(prowJobs: ProwJobs, run: ProwJobSummary, logs: RunLogs, follow: boolean): Promise<void> {
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
