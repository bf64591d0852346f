/**
 * The sweep's work besides pods: what a pass is to do, executions with their records, records that are left over, metrics
 * (spec jobs.md 7; architecture.md 3.4). Each reads page by page and answers with figures only.
 */
import type { Logger } from 'pino';
import type { Executions } from '../clients/temporal/executions.ts';
import type { BlobStore } from '../domain/blob-store.ts';
import { durationMs } from '../domain/duration.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import { isComplete, type ProwJob } from '../domain/prowjob.ts';
import type { PodAges } from '../domain/sinker/judge-pod.ts';
import { judgeProwJob } from '../domain/sinker/judge-prowjob.ts';
import { count, emptySwept, type SinkerResult, type Swept } from '../domain/sinker/pass.ts';
import { bucketsOf } from '../rules/buckets.ts';
import { beating } from './beating.ts';
import { failureReason } from './failure-reason.ts';
import { sweepEvents } from './sweep-events.ts';

export interface SinkerPlan extends PodAges {
  dryRun: boolean;
  maxProwJobAgeMs: number;
  /** Build clusters that are swept: those that are served and not excluded. */
  clusters: string[];
  /** Runs leave folders on the machines of the process executor. */
  runFolders: boolean;
}

export interface SweepRequest {
  /** The time that ages are counted to (ms). */
  nowMs: number;
  maxProwJobAgeMs: number;
  dryRun: boolean;
}

export interface SinkerActivities {
  planSinker(): Promise<SinkerPlan>;
  /** Removes ended ProwJobs that are too old: each one's record, then its execution. */
  sweepProwJobs(request: SweepRequest): Promise<Swept>;
  /**
   * Removes records whose execution is gone: what retention was faster with, and former latest runs of periodics. Then what was
   * stored to handle events of code hosts.
   */
  sweepRecords(request: SweepRequest): Promise<Swept & { events?: Swept }>;
  /** Sets the metrics and writes the log line of a pass. */
  reportPass(result: SinkerResult): Promise<void>;
}

export interface SinkerDeps {
  executions: Executions;
  blobs: BlobStore;
  /**
   * Whether old records at this key are ours to remove. In buckets they stay for the bucket's own rules, as in Prow: nobody should
   * read through a whole bucket, or need the right to delete there.
   */
  isRemovable: (key: string) => boolean;
  /** Blob key of the folder for events of code hosts, without a trailing slash. */
  eventsFolder: string;
  config(): LoadedConfig;
  /** Build clusters that workers serve; none where jobs run elsewhere. */
  clusters(): readonly string[];
  dryRun: boolean;
  runFolders: boolean;
  onPass(result: SinkerResult): void;
  logger: Logger;
}

const recordName = 'prowjob.json';

export function createSinkerActivities(deps: SinkerDeps): SinkerActivities {
  const { executions, blobs, logger } = deps;
  const configured = () => new Set(deps.config().periodics.map(({ name }) => name));

  return {
    async planSinker() {
      const { sinker } = deps.config().main;
      const excluded = new Set(sinker.exclude_clusters);
      return {
        dryRun: deps.dryRun,
        maxProwJobAgeMs: durationMs(sinker.max_prowjob_age),
        maxPodAgeMs: durationMs(sinker.max_pod_age),
        terminatedPodTtlMs: durationMs(sinker.terminated_pod_ttl),
        clusters: deps.clusters().filter((cluster) => !excluded.has(cluster)),
        runFolders: deps.runFolders,
      };
    },

    async sweepProwJobs({ nowMs, maxProwJobAgeMs, dryRun }) {
      const swept = emptySwept();
      const laterRuns = createLaterRuns(executions);
      const periodics = configured();
      swept.existing = await executions.count();
      await beating(async (beat) => {
        for await (const summary of executions.closedBefore(nowMs - maxProwJobAgeMs)) {
          beat(swept.removed);
          const { job, type } = summary;
          const startMs = summary.startTime.getTime();
          const latestOfPeriodic = type === 'periodic' && periodics.has(job) && !(await laterRuns.exists(job, startMs));
          const reason = judgeProwJob(
            { type, startMs, complete: summary.executionStatus !== 'RUNNING' },
            { nowMs, maxProwJobAgeMs, latestOfPeriodic },
          );
          if (!reason) continue;
          try {
            const { memo, buildId } = summary;
            // The record first: an execution that stays brings the next pass here again.
            const record = memo && buildId ? `${memo.dir}/${buildId}/${recordName}` : undefined;
            if (!dryRun && record && deps.isRemovable(record)) await blobs.delete(record);
            if (!dryRun) await executions.delete(summary);
            count(swept.removed, reason);
          } catch (error) {
            count(swept.errors, failureReason(error));
            logger.warn({ err: error, prowjob: summary.name, job }, 'An old ProwJob cannot be removed');
          }
        }
      });
      return swept;
    },

    async sweepRecords(request) {
      const sweep = new RecordSweep(deps, request, configured());
      let events: Swept | undefined;
      await beating(async (beat) => {
        for (const bucket of bucketsOf(deps.config()).filter((bucket) => deps.isRemovable(`${bucket}/`))) {
          for await (const { key, updated } of blobs.list(`${bucket}/`)) {
            beat({ looked: (sweep.swept.existing += 1) });
            if (key.endsWith(`/${recordName}`)) await sweep.look(key, updated);
          }
        }
        await sweep.finish();
        const folder = deps.eventsFolder;
        if (deps.isRemovable(`${folder}/`)) events = await sweepEvents({ blobs, folder, logger }, request, beat);
      });
      return { ...sweep.swept, ...(events && { events }) };
    },

    async reportPass(result) {
      deps.onPass(result);
      logger.info({ result }, 'Sweep done');
    },
  };
}

/** Answers are remembered: lists come newest first, so one answer serves most runs of a job. */
function createLaterRuns(executions: Pick<Executions, 'hasLaterRun'>) {
  const superseded = new Map<string, number>();
  return {
    async exists(job: string, startMs: number): Promise<boolean> {
      if (startMs <= (superseded.get(job) ?? 0)) return true;
      const later = await executions.hasLaterRun(job, startMs);
      if (later) superseded.set(job, startMs);
      return later;
    },
  };
}

interface OldRecord {
  key: string;
  startMs: number;
}

/** Looks at records in any order, and decides on those of configured periodics at the end: the latest of each folder stays. */
class RecordSweep {
  readonly swept = emptySwept();
  /** Folders of configured periodics with a record that is young enough. */
  readonly #fresh = new Set<string>();
  /** The latest old record of each such folder. */
  readonly #latest = new Map<string, OldRecord>();
  readonly #laterRuns: ReturnType<typeof createLaterRuns>;
  readonly #deps: SinkerDeps;
  readonly #request: SweepRequest;
  readonly #periodics: ReadonlySet<string>;

  constructor(deps: SinkerDeps, request: SweepRequest, periodics: ReadonlySet<string>) {
    this.#deps = deps;
    this.#request = request;
    this.#periodics = periodics;
    this.#laterRuns = createLaterRuns(deps.executions);
  }

  async look(key: string, updated: number): Promise<void> {
    const { nowMs, maxProwJobAgeMs } = this.#request;
    const { folder, job } = placeOf(key);
    // Written last when the job ended, so it started before.
    if (nowMs - updated <= maxProwJobAgeMs) {
      if (this.#periodics.has(job)) this.#fresh.add(folder);
      return;
    }
    const record = await this.#read(key);
    if (!record) return;
    const { name } = record.metadata;
    const { type } = record.spec;
    const startMs = Date.parse(record.status.startTime);
    // A workflow that was terminated left a record that says "pending" for ever.
    const complete = isComplete(record) || !(await this.#deps.executions.isOpen(name));
    const reason = judgeProwJob({ type, startMs, complete }, { nowMs, maxProwJobAgeMs, latestOfPeriodic: false });
    if (!reason) return;
    const isConfigured = type === 'periodic' && record.spec.job === job && this.#periodics.has(job);
    if (!isConfigured || (await this.#laterRuns.exists(job, startMs))) return await this.#remove(key, reason);
    const rival = this.#latest.get(folder);
    const [latest, older] = rival && rival.startMs > startMs ? [rival, { key, startMs }] : [{ key, startMs }, rival];
    this.#latest.set(folder, latest);
    if (older) await this.#remove(older.key, reason);
  }

  async finish(): Promise<void> {
    for (const [folder, { key }] of this.#latest) if (this.#fresh.has(folder)) await this.#remove(key, 'aged-periodic');
  }

  /** Undefined where it is none: jobs may call their artifacts what they like. */
  async #read(key: string): Promise<ProwJob | undefined> {
    try {
      const content = await this.#deps.blobs.get(key);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- looked at before it is believed
      const record = content && (JSON.parse(new TextDecoder().decode(content)) as ProwJob);
      const isRecord = record?.kind === 'ProwJob' && record.status.build_id === placeOf(key).buildId;
      return isRecord && record.metadata.name && record.spec.type && Date.parse(record.status.startTime) > 0
        ? record
        : undefined;
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
      return undefined;
    }
  }

  async #remove(key: string, reason: string): Promise<void> {
    try {
      if (!this.#request.dryRun) await this.#deps.blobs.delete(key);
      count(this.swept.removed, reason);
    } catch (error) {
      count(this.swept.errors, failureReason(error));
      this.#deps.logger.warn({ err: error, key }, 'An old record cannot be removed');
    }
  }
}

/** `<folder>/<build id>/prowjob.json`; the folder of a periodic is called like it. */
function placeOf(key: string): { folder: string; job: string; buildId: string } {
  const parts = key.split('/');
  const folder = parts.slice(0, -2).join('/');
  return { folder, job: parts.at(-3) ?? '', buildId: parts.at(-2) ?? '' };
}
