/** A pod's log, wherever it is: in storage once it is there, else in the cluster (domain's `RunLogs`). */
import type { BlobStore } from '../../domain/blob-store.ts';
import type { RunLogs } from '../../domain/executor.ts';
import type { LiveLogs } from '../../domain/live-logs.ts';
import { logFileName } from '../../domain/log-files.ts';
import { isComplete, type ProwJob } from '../../domain/prowjob.ts';
import { readStoredLog } from '../blobs/stored-log.ts';

export interface ClusterRunLogsOptions {
  blobs: BlobStore;
  /** Blob key of the folder with the run's results; undefined where nobody knows it. */
  runKeyOf: (prowJob: ProwJob) => string | undefined;
  /** Logs of what runs in a cluster. */
  liveLogs: (cluster: string) => LiveLogs;
}

export function createClusterRunLogs({ blobs, runKeyOf, liveLogs }: ClusterRunLogsOptions): RunLogs {
  return {
    async read(prowJob, { offset, limit, container: wanted }) {
      const buildId = prowJob.status.build_id;
      const container = containerOf(prowJob, wanted);
      if (!buildId || container === undefined) return undefined;
      const { cluster } = prowJob.spec;
      const range = { offset, limit };
      const stored = async () => {
        const results = runKeyOf(prowJob);
        const file = logFileName(container, testContainers(prowJob).length);
        return results === undefined ? undefined : await readStoredLog(blobs, `${results}/${file}`, range);
      };
      const live = async () => {
        const part = await liveLogs(cluster || 'default').read(
          { name: prowJob.metadata.name, buildId, container },
          range,
        );
        return part && { content: part.content, next: part.next, complete: part.atEnd && isComplete(prowJob) };
      };
      if (isComplete(prowJob)) return (await stored()) ?? (await live());
      const part = await live();
      if (part) return part;
      // The pod can be gone before its job is complete; a log that is there already may still be replaced.
      const early = await stored();
      return early && { ...early, complete: false };
    },
  };
}

/** Containers of the job itself, as they are called in the pod. */
function testContainers({ spec }: ProwJob): string[] {
  const names = spec.pod_spec?.containers?.map(({ name }) => name ?? '') ?? [];
  return names.length > 1 ? names : ['test'];
}

/** The first one where none is named; undefined for names that no container can have. */
function containerOf(prowJob: ProwJob, wanted: string | undefined): string | undefined {
  if (wanted === undefined) return testContainers(prowJob)[0];
  return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(wanted) ? wanted : undefined;
}
