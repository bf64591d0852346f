/**
 * Runs jobs as processes on this machine (architecture.md 3.5): for one machine and trusted code, without a sandbox.
 *
 * Each run has a supervisor that lives on its own and a folder that tells everything; this module starts supervisors, waits
 * for what they write, and stores the results. It holds no state that a restarted worker would miss, and **never starts a
 * command twice** (`run-files.ts` says how).
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { BlobStore } from '../../domain/blob-store.ts';
import type { Executor, RunRequest, StartedRun } from '../../domain/executor.ts';
import { StorageUnavailable } from '../blobs/storage-error.ts';
import { errorCode } from '../error-code.ts';
import { baseEnvironment } from './base-environment.ts';
import { exitOf, forbid, lost } from './judge.ts';
import { keepLease } from './lease.ts';
import { type EndedRun, outcomeOf } from './outcome.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts';
import { type PublishedRun, publishEnd, publishStart } from './publish.ts';
import {
  type Begun,
  createJson,
  type EndingReason,
  readJson,
  reserveExit,
  type RunExit,
  type RunFiles,
  type RunSpec,
  type Supervisor,
  syncFolder,
  writeJson,
} from './run-files.ts';
import { createRunPoller } from './run-poller.ts';
import { runSpecOf } from './run-spec.ts';
import { removeContent, removeOldRuns, removeWorkspace, runId, runsFolder } from './runs-folder.ts';
import { spawnSupervisor } from './spawn-supervisor.ts';
import { SpecInvalid } from './spec-invalid.ts';

export interface ProcessExecutorOptions {
  /** Runs are in `<dataDir>/runs`; all workers on one data directory see the same runs. */
  dataDir: string;
  blobs: BlobStore;
  logger: Logger;
  /** Run the code of pull requests of any host. Default false. */
  trustPullRequests?: boolean;
  /** Hosts, with port, whose pull requests are run in any case: the local forge. */
  trustedHosts?: readonly string[];
  /** Program and arguments of the supervisor, to which the run's folder is added. Default: this Node and `supervisor.js`. */
  supervisorCommand?: readonly string[];
  /** The worker's environment, of which jobs get `PATH`, `HOME` and the like. Default: that of this process. */
  environment?: Readonly<Record<string, string | undefined>>;
  /** Runs end when no worker was there for so long. Default two minutes. */
  leaseGraceMs?: number;
  /** Default 5 s. */
  leaseEveryMs?: number;
  /** Pace of looking for what nobody rang for, such as a killed supervisor. Default 2 s. */
  pollEveryMs?: number;
  /** Waits before repetitions of a failed `git fetch`. Default: Prow's. */
  fetchRetriesMs?: readonly number[];
}

export interface ProcessExecutor extends Executor {
  /**
   * Stops following runs. With `abortRuns` all runs of the data directory are ended first and their results stored, as
   * aborted; otherwise they go on, to be adopted by the next worker within the grace time.
   */
  shutdown(abortRuns: boolean): Promise<void>;
  /**
   * Removes the traces of runs that ended before this time (ms), or only counts them; answers how many. Without its traces a
   * run would be started again by a late repetition of its start, so the time is to be days ago.
   */
  removeOldRuns(endedBeforeMs: number, options: { dryRun: boolean }): Promise<number>;
}

interface Run extends PublishedRun {
  id: string;
}

const clonerefsRetriesMs = [100, 200, 400, 800, 2_000, 5_000, 10_000, 15_000, 30_000];

export function createProcessExecutor(options: ProcessExecutorOptions): ProcessExecutor {
  const { dataDir, blobs, logger, environment = process.env } = options;
  const { trustPullRequests = false, trustedHosts = [], fetchRetriesMs = clonerefsRetriesMs } = options;
  const { leaseGraceMs = 120_000, leaseEveryMs = 5_000, pollEveryMs = 2_000 } = options;
  const supervisorCommand = options.supervisorCommand ?? shippedSupervisor();
  const folder = runsFolder(dataDir);
  mkdirSync(dataDir, { recursive: true });
  const lease = keepLease(folder.lease, leaseEveryMs, logger);
  const poller = createRunPoller(folder.bells, pollEveryMs);
  const publishing = new Map<string, Promise<EndedRun>>();
  let isStopping = false;

  function runOf({ prowJob, storage }: Pick<RunRequest, 'prowJob' | 'storage'>): Run {
    const buildId = prowJob.status.build_id ?? '';
    const id = runId(prowJob.metadata.name, buildId);
    if (id === undefined) {
      const what = `${JSON.stringify(prowJob.metadata.name)} and ${JSON.stringify(buildId)}`;
      throw new SpecInvalid(prowJob.spec.job, `${what} are no name and build id of a ProwJob.`);
    }
    return { id, files: folder.filesOf(id), prowJob, storage, buildId };
  }

  async function start(request: RunRequest): Promise<StartedRun> {
    if (isStopping) throw new Error('This worker is shutting down and starts no more runs.');
    const run = runOf(request);
    const { files, buildId } = run;
    if (existsSync(files.begun)) return { buildId, adopted: true };
    const spec = runSpecOf(request, buildId, files, {
      environment,
      fetchRetriesMs,
      trustPullRequests,
      trustedHosts,
      lease: { file: folder.lease, graceMs: leaseGraceMs },
      bell: folder.bellOf(run.id),
    });
    if (!begin(files, spec)) return { buildId, adopted: true };
    await spawnSupervisor(files, { command: supervisorCommand, environment: baseEnvironment(environment) }, (words) => {
      supervisorEnded(run, words);
    });
    logger.info({ job: spec.prowJob.spec.job, prowjob: spec.prowJob.metadata.name, buildId }, 'Run started');
    return { buildId, adopted: false };
  }

  /** From `begun.json` on the run is this process's to start, once; before it, nothing has happened that cannot be repeated. */
  function begin(files: RunFiles, spec: RunSpec): boolean {
    try {
      mkdirSync(files.folder, { recursive: true, mode: 0o700 });
      writeJson(files.spec, spec);
      reserveExit(files);
      syncFolder(files.folder);
      return createJson(files.begun, { starter: ownIdentity(), at: Date.now() } satisfies Begun);
    } catch (error) {
      throw new StorageUnavailable(`prepare a run in ${dataDir}`, error);
    }
  }

  function supervisorEnded({ id, files }: Run, words: string): void {
    if (existsSync(files.begun) && !existsSync(files.supervisor)) {
      const message = `Its supervisor could not start${words ? `: ${words}` : '.'}`;
      try {
        lost(files, message);
      } catch (err) {
        logger.error({ err, run: id }, 'Lost run cannot be recorded');
      }
    }
    poller.nudge(id);
  }

  /** Waits for the end of the run and stores what can be stored before it. */
  function ended(run: Run, signal?: AbortSignal): Promise<RunExit> {
    let isStartPublished = false;
    return poller.until(
      run.id,
      async () => {
        const exit = await exitOf(run.files);
        if (!isStartPublished && (exit || isPastCloning(run.files))) {
          await publishStart({ blobs, logger }, run);
          isStartPublished = true;
        }
        return exit;
      },
      signal,
    );
  }

  /** Once at a time, whoever asks. */
  function publish(run: Run, exit: RunExit): Promise<EndedRun> {
    const current = publishing.get(run.id);
    if (current) return current;
    const publication = publishOnce(run, exit).finally(() => publishing.delete(run.id));
    publishing.set(run.id, publication);
    return publication;
  }

  async function publishOnce(run: Run, exit: RunExit): Promise<EndedRun> {
    const { files, prowJob, buildId } = run;
    const known = readJson<EndedRun>(files.outcome);
    if (known) return known;
    const log = logger.child({ job: prowJob.spec.job, prowjob: prowJob.metadata.name, buildId });
    const outcome = outcomeOf(exit);
    try {
      await removeWorkspace(files);
      await publishEnd({ blobs, logger: log }, run, exit);
      await recordOutcome(files, outcome);
    } catch (error) {
      // Another worker on this data directory may have been faster, and removed what it had stored.
      const other = readJson<EndedRun>(files.outcome);
      if (other) return other;
      throw error;
    }
    log.info({ state: outcome.state, reason: exit.reason, exitCode: exit.exitCode }, 'Run ended');
    await removeContent(files).catch((err: unknown) => log.warn({ err }, 'Folder of an ended run cannot be removed'));
    rmSync(folder.bellOf(run.id), { force: true });
    return outcome;
  }

  async function end(run: Run, reason: EndingReason): Promise<void> {
    if (existsSync(run.files.outcome)) return;
    let exit = forbid(run.files, reason) ?? readJson<RunExit>(run.files.exit);
    if (!exit) {
      wishEnd(run, reason);
      const supervisor = readJson<Supervisor>(run.files.supervisor)?.identity;
      if (supervisor) interrupt(supervisor);
      exit = await ended(run);
    }
    await publish(run, exit);
  }

  /** Without it, for want of room on the disk, the signal alone says `aborted`. */
  function wishEnd({ id, files }: Run, reason: EndingReason): void {
    try {
      createJson(files.ending, { reason });
    } catch (err) {
      logger.warn({ err, run: id }, 'Reason of the end cannot be recorded');
    }
  }

  async function endAll(): Promise<void> {
    const endings = folder.ids().map(async (id) => {
      const files = folder.filesOf(id);
      const spec = readJson<RunSpec>(files.spec);
      if (spec && existsSync(files.begun)) await end({ id, files, ...spec }, 'shutdown');
    });
    for (const result of await Promise.allSettled(endings)) {
      if (result.status === 'rejected') logger.error({ err: result.reason as unknown }, 'Run cannot be ended cleanly');
    }
  }

  return {
    kind: 'process',
    start,

    async watch(request, context) {
      const run = runOf(request);
      const known = readJson<EndedRun>(run.files.outcome);
      if (known) return known;
      context.heartbeat({ buildId: run.buildId, phase: 'running' });
      const exit = await ended(run, context.signal);
      context.heartbeat({ buildId: run.buildId, phase: 'storing results' });
      return unlessAborted(publish(run, exit), context.signal);
    },

    end: async (request, reason) => end(runOf(request), reason),

    removeOldRuns: (endedBeforeMs, tidying) => removeOldRuns(folder, endedBeforeMs, tidying),

    async shutdown(abortRuns) {
      isStopping = true;
      if (abortRuns) await endAll();
      poller.close();
      lease.stop();
    },
  };
}

/** What has been stored can go first if that makes the room that is needed. */
async function recordOutcome(files: RunFiles, outcome: EndedRun): Promise<void> {
  try {
    createJson(files.outcome, outcome);
  } catch (error) {
    if (errorCode(error) !== 'ENOSPC') throw error;
    await removeContent(files);
    createJson(files.outcome, outcome);
  }
}

/** The supervisor looks for the wish by itself, too: a signal that comes too late is no error. */
function interrupt(supervisor: ProcessIdentity): void {
  try {
    if (isAlive(supervisor)) process.kill(supervisor.pid, 'SIGTERM');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

/** Runs that clone have their commit in `started.json`. */
function isPastCloning(files: RunFiles): boolean {
  return existsSync(files.cloneRecords) || existsSync(files.command);
}

/** The work goes on; only the waiting ends. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the signal's own reason
    const aborted = () => reject(signal.reason);
    signal.addEventListener('abort', aborted, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
  });
}

/** Beside this file, or in the compiled program when this one is run from its source. */
function shippedSupervisor(): string[] {
  const places = ['supervisor.js', '../../dist/clients/process/supervisor.js'];
  const programs = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const program = programs.find((path) => existsSync(path));
  if (program === undefined) {
    throw new Error(
      `Jobs run by a compiled program that is not there (${programs.join(', ')}): compile it with npx tsc.`,
    );
  }
  // A supervisor needs 10 MB; the bound only keeps V8 from being generous.
  return [process.execPath, '--max-old-space-size=64', program];
}
