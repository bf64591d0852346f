/**
 * Keeps ProwJob objects in a Kubernetes namespace beside the ProwJobs that are workflows, for people who use `kubectl`: what they
 * create is started, what runs is shown, what they delete or set to `aborted` is aborted.
 *
 * It remembers nothing that it could not find out again: lists of both sides say what is left to do, starts and aborts may be
 * repeated, and writes name the version that they are made for. So it may be killed at any time, and two of them do no harm.
 */
import type { Logger } from 'pino';
import { isComplete, type FinalState, type ProwJob } from '../../../domain/prowjob.ts';
import { decide, type KnownJob } from '../../../domain/prowjob-objects/decide.ts';
import {
  objectKeys,
  prowJobOf,
  startedWorkflowId,
  wasStartedByObject,
  workflowOf,
  type SeenObject,
} from '../../../domain/prowjob-objects/object.ts';
import {
  claimOf,
  finishOf,
  nameOf,
  newObject,
  updateOf,
  type ObjectPatch,
} from '../../../domain/prowjob-objects/write.ts';
import { RefusedError, type ProwJobs } from '../../temporal/api.ts';
import { ApiRefusal } from '../api-error.ts';
import { createListWatch, type ListWatch } from '../list-watch.ts';
import type { ProwJobObject, ProwJobObjectsApi } from '../prowjob-objects-api.ts';
import { createJobCommands } from './job-commands.ts';
import { createObjectIndex } from './object-index.ts';
import { createPace } from './pace.ts';
import { seenObject } from './seen-object.ts';
import { createWorkQueue } from './work-queue.ts';

/** The ProwJobs as Deck's read model has them. */
export interface JobsView {
  ready(): boolean;
  items(): readonly JobItem[];
  item(name: string): JobItem | undefined;
  /** As complete as it can be had. */
  full(name: string): Promise<ProwJob | undefined>;
  onChange(listener: (changes: { changed: readonly JobItem[]; removed: readonly string[] }) => void): () => void;
}

export interface JobItem {
  prowJob: ProwJob;
  workflowId: string;
}

export interface ProwJobBridgeOptions {
  api: ProwJobObjectsApi;
  cluster: string;
  namespace: string;
  jobs: JobsView;
  prowJobs: Pick<ProwJobs, 'start' | 'abort' | 'find'>;
  /** Decodes the ProwJob in an object by the rules of the configuration; throws an error in words. */
  decode: (object: ProwJobObject) => ProwJob;
  /** How long refused objects stay: as long as completed ProwJobs. */
  maxAgeMs: () => number;
  logger: Logger;
  onState?: (connected: boolean) => void;
  /** First and longest pause after failures. Default 1 s to 5 min. */
  retryMs?: { first: number; longest: number };
}

export interface ProwJobBridge {
  /** Both sides have been listed. */
  ready(): boolean;
  close(): Promise<void>;
}

/** The API server is not ours alone. */
const writesPerSecond = 50;
const parallel = 8;
/** Everything is looked at again, for what no change has told. */
const lookAgainMs = 300_000;
const readyPollMs = 200;
const definitionRetryMs = 10_000;
/** Its end is told; this is for starts that could not begin. */
const waitForStartMs = 1_000;

/** Starts at once. */
export function createProwJobBridge(options: ProwJobBridgeOptions): ProwJobBridge {
  return new Bridge(options);
}

class Bridge implements ProwJobBridge {
  readonly #options: ProwJobBridgeOptions;
  readonly #objects = createObjectIndex();
  /** Jobs that get no object: theirs was removed, or cannot be made. */
  readonly #withoutObject = new Set<string>();
  readonly #commands;
  /** What was written last, by object: should Kubernetes keep something else, there is no point in writing it again. */
  readonly #written = new Map<string, { version: string; desired: string }>();
  readonly #queue;
  readonly #pace = createPace(writesPerSecond);
  readonly #timers = new Set<NodeJS.Timeout>();
  #ownStatus = false;
  #listed = false;
  #connected: boolean | undefined;
  #watch: ListWatch | undefined;
  #endChanges: (() => void) | undefined;
  #closed = false;

  constructor(options: ProwJobBridgeOptions) {
    this.#options = options;
    this.#queue = createWorkQueue({
      work: (key) => this.#reconcile(key),
      onFailure: (key, err, failures) => this.#failed(key, err, failures),
      parallel,
      retryMs: options.retryMs ?? { first: 1_000, longest: 300_000 },
    });
    this.#commands = createJobCommands({
      prowJobs: options.prowJobs,
      namespace: options.namespace,
      logger: options.logger,
      again: (object, afterMs) => this.#queue.add(`object ${object}`, afterMs),
    });
    this.#endChanges = options.jobs.onChange(({ changed, removed }) => {
      for (const item of changed) this.#add(item.prowJob.metadata.name);
      for (const name of removed) this.#forgetJob(name);
    });
    this.#begin();
    const lookAgain = setInterval(() => this.#addAll(), lookAgainMs);
    this.#timers.add(lookAgain);
  }

  ready(): boolean {
    return this.#listed && this.#options.jobs.ready();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#endChanges?.();
    for (const timer of this.#timers) clearInterval(timer);
    this.#watch?.close();
    await this.#queue.stop();
  }

  /** Without the definition of the resource there is nothing to watch yet. */
  #begin(): void {
    this.#readDefinition().then(
      (isDefined) => {
        if (this.#closed) return;
        if (isDefined) this.#follow();
        else this.#later(definitionRetryMs, () => this.#begin());
      },
      (err: unknown) => {
        this.#attempted(false, err);
        this.#later(definitionRetryMs, () => this.#begin());
      },
    );
  }

  async #readDefinition(): Promise<boolean> {
    const { api, cluster, logger } = this.#options;
    const definition = await api.definition();
    if (!definition) {
      logger.error(
        { cluster },
        'The cluster does not know ProwJob objects: apply deploy/kubernetes/prowjob-crd.yaml; it is looked for again',
      );
      return false;
    }
    this.#ownStatus = definition.ownStatus;
    return true;
  }

  #follow(): void {
    this.#watch = createListWatch<ProwJobObject>({
      api: this.#options.api,
      take: (object) => this.#take(object),
      drop: ({ metadata }) => this.#drop(metadata.name, metadata.uid),
      listing: () => {
        const before = new Map([...this.#objects.all()].map(({ name, uid }) => [name, uid]));
        return (seen) => {
          for (const [name, uid] of before) if (!seen.has(name)) this.#drop(name, uid);
          this.#listed = true;
          this.#whenReady();
        };
      },
      onAttempt: (connected, err) => this.#attempted(connected, err),
      onEnd: (err) => this.#options.logger.debug({ err }, 'Watch of ProwJob objects ended; it goes on'),
    });
  }

  #attempted(connected: boolean, err?: unknown): void {
    const { cluster, namespace, logger, onState } = this.#options;
    if (connected === this.#connected) return;
    this.#connected = connected;
    if (connected) logger.info({ cluster, namespace, objects: this.#objects.size() }, 'ProwJob objects are watched');
    else
      logger.warn({ cluster, namespace, err }, 'ProwJob objects cannot be watched; it is tried again until they can');
    onState?.(connected);
  }

  #whenReady(): void {
    if (this.ready()) this.#addAll();
    else this.#later(readyPollMs, () => this.#whenReady());
  }

  #later(ms: number, then: () => void): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
    }, ms);
    this.#timers.add(timer);
  }

  #take(raw: ProwJobObject): void {
    const object = seenObject(raw);
    if (this.#objects.take(object) && this.ready()) this.#queue.add(`object ${object.name}`);
  }

  #drop(name: string, uid: string): void {
    const object = this.#objects.drop(name, uid);
    if (!object) return;
    this.#written.delete(name);
    this.#commands.forgetStart(uid);
    const job = prowJobOf(object);
    // Who removes the object of a job does not want it back at once.
    if (job) this.#withoutObject.add(job);
  }

  #forgetJob(name: string): void {
    this.#add(name);
    this.#withoutObject.delete(name);
    this.#commands.forgetAbort(name);
  }

  /** The work about a job is that about its object, where it has one. */
  #add(job: string): void {
    if (!this.ready()) return;
    const object = this.#objectNameOf(job);
    this.#queue.add(object === undefined ? `job ${job}` : `object ${object}`);
  }

  #addAll(): void {
    if (!this.ready()) return;
    for (const { name } of this.#objects.all()) this.#queue.add(`object ${name}`);
    for (const { prowJob } of this.#options.jobs.items()) this.#add(prowJob.metadata.name);
  }

  #objectNameOf(job: string): string | undefined {
    return this.#objects.nameFor(job, this.#options.jobs.item(job)?.workflowId);
  }

  #itemOf(object: SeenObject): JobItem | undefined {
    const { jobs } = this.#options;
    const name = prowJobOf(object);
    if (name !== undefined) return jobs.item(name);
    const workflow = workflowOf(object);
    return workflow === undefined ? undefined : jobs.items().find(({ workflowId }) => workflowId === workflow);
  }

  async #reconcile(key: string): Promise<void> {
    const name = key.slice(key.indexOf(' ') + 1);
    const objectName = key.startsWith('job ') ? this.#objectNameOf(name) : name;
    const object = objectName === undefined ? undefined : this.#objects.get(objectName);
    const item = object ? this.#itemOf(object) : this.#options.jobs.item(name);
    const { namespace, maxAgeMs } = this.#options;
    const job: KnownJob | undefined = item && {
      prowJob: item.prowJob,
      abortAsked: this.#commands.isAbortAsked(item.prowJob.metadata.name),
    };
    const action = decide(object, job, { namespace, nowMs: Date.now(), maxAgeMs: maxAgeMs() });
    switch (action.kind) {
      case 'none':
        return;
      case 'create':
        return item && (await this.#create(item));
      case 'start':
        return object && (await this.#start(object));
      case 'finish':
        return object && (await this.#finish(object, action));
      case 'abort':
        if (object && item) this.#commands.abort(item.prowJob.metadata.name, action.reason, object.name);
        return;
      case 'update':
        return object && item && (await this.#update(object, item));
      case 'forget':
        return object && (await this.#forget(object));
    }
  }

  async #create({ prowJob: { metadata }, workflowId }: JobItem): Promise<void> {
    const { api, jobs, namespace, logger } = this.#options;
    const { name } = metadata;
    if (this.#withoutObject.has(name)) return;
    const prowJob = await jobs.full(name);
    if (!prowJob) return;
    if (wasStartedByObject(prowJob, workflowId) || isAbortedByDeletion(prowJob)) {
      this.#withoutObject.add(name);
      return;
    }
    // It may have come meanwhile, with the start of the job.
    if (this.#objectNameOf(name) !== undefined) return this.#add(name);
    for (const shortened of [false, true]) {
      const body = newObject(prowJob, { namespace, workflowId, shortened });
      await this.#pace.next();
      try {
        // A status of its own is not taken at the creation: it is missing, and so is written next.
        return this.#take(await api.create(body));
      } catch (error) {
        if (!isRefusedForGood(error)) throw error;
        if (error.status === 409 || shortened) {
          this.#withoutObject.add(name);
          logger.warn({ prowjob: name, err: error }, 'The ProwJob gets no object in Kubernetes');
          return;
        }
      }
    }
  }

  async #start(object: SeenObject): Promise<void> {
    const { api, decode } = this.#options;
    const outcome = this.#commands.startOf(object.uid);
    if (outcome instanceof RefusedError) {
      return await this.#finish(object, { state: 'error', description: outcome.message });
    }
    if (outcome === 'waiting') return this.#queue.add(`object ${object.name}`, waitForStartMs);
    if (outcome) return await this.#patch(object, nameOf(outcome.prowJob, outcome.workflowId));
    const raw = await api.get(object.name);
    // What has changed meanwhile comes by the watch.
    if (raw?.metadata.uid !== object.uid) return;
    let prowJob: ProwJob;
    try {
      prowJob = decode(raw);
    } catch (error) {
      const description = error instanceof Error ? error.message : String(error);
      return await this.#finish(object, { state: 'error', description });
    }
    const workflowId = startedWorkflowId(object.uid, prowJob.spec.job);
    if (workflowOf(object) === undefined) await this.#patch(object, claimOf(object, workflowId));
    // Deleted in that very moment: nothing has been started.
    const claimed = this.#objects.get(object.name);
    if (claimed && workflowOf(claimed) !== undefined) this.#commands.start(claimed, prowJob);
  }

  async #update(object: SeenObject, item: JobItem): Promise<void> {
    const { jobs, logger } = this.#options;
    const { prowJob: known, workflowId } = item;
    const desired = JSON.stringify([known.status, known.spec]);
    const last = this.#written.get(object.name);
    if (last?.desired === desired && last.version === object.resourceVersion) return;
    const full = (await jobs.full(known.metadata.name)) ?? known;
    // The rest from the record, the status from what was decided on: the record may be a step further.
    const prowJob = { ...full, status: known.status };
    for (const shortened of [false, true]) {
      try {
        await this.#patch(object, updateOf(object, prowJob, { workflowId, shortened }));
        break;
      } catch (error) {
        if (!isRefusedForGood(error) || error.status === 409) throw error;
        if (!shortened) continue;
        logger.warn({ object: object.name, err: error }, 'A ProwJob object cannot be brought up to date');
      }
    }
    const { resourceVersion = '' } = this.#objects.get(object.name) ?? {};
    this.#written.set(object.name, { version: resourceVersion, desired });
    if (isComplete(known)) this.#commands.forgetAbort(known.metadata.name);
  }

  async #finish(object: SeenObject, end: { state: FinalState; description: string }): Promise<void> {
    await this.#patch(object, finishOf(object, { ...end, now: new Date() }));
    this.#commands.forgetStart(object.uid);
    this.#options.logger.info({ object: object.name, state: end.state }, 'A ProwJob object has started no job');
  }

  /** Where the status is a resource of its own it goes first: without our finalizer the object may be gone. */
  async #patch(object: SeenObject, patch: Partial<ObjectPatch>): Promise<void> {
    const { api } = this.#options;
    const { status, ...rest } = patch;
    let version: string | undefined = object.resourceVersion;
    if (this.#ownStatus && status) version = await this.#patchStatus(object.name, version, status);
    if (version === undefined) return;
    await this.#pace.next();
    const answer = await api.patch(object.name, version, this.#ownStatus ? rest : patch);
    if (!answer) return;
    // Without its last finalizer a deleted object is gone with this answer.
    if (answer.metadata.deletionTimestamp !== undefined && !answer.metadata.finalizers?.length) {
      this.#drop(object.name, object.uid);
    } else this.#take(answer);
  }

  async #patchStatus(name: string, version: string, status: Record<string, unknown>): Promise<string | undefined> {
    await this.#pace.next();
    const answer = await this.#options.api.patchStatus(name, version, { status });
    if (answer) this.#take(answer);
    return answer?.metadata.resourceVersion;
  }

  /** Only when the server, too, knows no such job. */
  async #forget(object: SeenObject): Promise<void> {
    const { api, prowJobs } = this.#options;
    const name = prowJobOf(object);
    if (name !== undefined && (await prowJobs.find(name))) return;
    await this.#pace.next();
    if (object.finalizers.includes(objectKeys.finalizer)) {
      await this.#patch(object, {
        metadata: { finalizers: object.finalizers.filter((each) => each !== objectKeys.finalizer) },
      });
    }
    await api.delete(object.name, object.uid);
  }

  #failed(key: string, err: unknown, failures: number): void {
    const { logger } = this.#options;
    // Somebody else was quicker; what they wrote comes by the watch.
    const isConflict = err instanceof ApiRefusal && err.status === 409;
    if (isConflict && failures < 3) logger.debug({ key, err }, 'A ProwJob object has changed meanwhile');
    else logger.warn({ key, err, failures }, 'A ProwJob object cannot be written; it is tried again');
  }
}

/** Of those, the same request again has the same answer. Missing rights are mended by people, and the request stays right. */
function isRefusedForGood(error: unknown): error is ApiRefusal {
  return error instanceof ApiRefusal && error.status !== 401 && error.status !== 403 && error.status !== 404;
}

/** Who deletes the object of a running job does not want to see it again. */
function isAbortedByDeletion({ status }: ProwJob): boolean {
  return /^Aborted through Kubernetes: ProwJob object \S+ was deleted\.$/.test(status.description ?? '');
}
