/**
 * Deck's list of ProwJobs: a cache rebuilt from visibility and records, and nothing else (architecture.md 3.4). Losing it
 * loses nothing; a poll that fails keeps what is there and tells its age.
 *
 * Visibility says which runs exist and in which state; the record in blob storage (`<dir>/<build id>/prowjob.json`) has all
 * the rest. Items are kept without pod spec, labels and the like, which are read again when somebody asks.
 */
import type { Logger } from 'pino';
import { BlobKeyError } from '../../clients/blobs/storage-error.ts';
import type { ProwJobs, ProwJobSummary } from '../../clients/temporal/api.ts';
import type { BlobStore } from '../../domain/blob-store.ts';
import { isComplete, type ProwJob } from '../../domain/prowjob.ts';
import { mapInParallel } from '../in-parallel.ts';
import { compactProwJob } from './compact.ts';
import { prowJobFromSummary, withExecutionStatus } from './from-summary.ts';

/** One ProwJob as the list keeps it. */
export interface ReadItem {
  /** Without pod spec (containers are counted), decoration, labels and annotations. */
  prowJob: ProwJob;
  containers: number | undefined;
  workflowId: string;
  /** Blob key of the run's folder, once it has a build id. */
  runKey?: string;
}

export interface ReadModelChanges {
  changed: ReadItem[];
  /** Names. */
  removed: string[];
  revision: number;
}

export interface ReadModel {
  /** Newest start first, then job name. */
  items(): readonly ReadItem[];
  item(name: string): ReadItem | undefined;
  byRun(job: string, buildId: string): ReadItem | undefined;
  /** The complete ProwJob: from the record where there is one, else from the workflow if it answers in time. */
  full(name: string): Promise<ProwJob | undefined>;
  /** The same without asking workflows, for many at a time: what waits and has no record yet comes without its pod spec. */
  recorded(name: string): Promise<ProwJob | undefined>;
  /** Grows with each set of changes that listeners are told; `items()` has all of them up to this one. */
  revision(): number;
  /** Set while polls fail: since when the list is what it is, and why. */
  stale(): { since: Date; reason: string } | undefined;
  /** Returns the function that ends the subscription. Somebody listening makes polls frequent. */
  onChange(listener: (changes: ReadModelChanges) => void): () => void;
  /** The first full list has been read. */
  ready(): boolean;
  start(): void;
  stop(): Promise<void>;
}

export interface ReadModelOptions {
  prowJobs: Pick<ProwJobs, 'list' | 'state'>;
  blobs: BlobStore;
  logger: Logger;
  /** Pause between polls while somebody listens; default 1 s. */
  pollMs?: number;
  /** The same while nobody does; default 5 s. */
  idlePollMs?: number;
}

type Changes = Omit<ReadModelChanges, 'revision'>;

interface Entry extends ReadItem {
  summary: ProwJobSummary;
  /** State and build id that the loaded record has; a record that lags behind is read again. */
  loaded?: string;
}

/** A complete list now and then finds what increments may have missed, and what retention has removed. */
const fullListEveryMs = 300_000;
/** Visibility is about a second behind, and clocks differ. */
const slackMs = 15_000;
const parallelReads = 16;
const longestQueryMs = 2_000;

export function createReadModel(options: ReadModelOptions): ReadModel {
  return new PollingReadModel(options);
}

class PollingReadModel implements ReadModel {
  readonly #options: ReadModelOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<(changes: ReadModelChanges) => void>();
  /** Entries whose record storage did not give up; tried again with each poll. */
  readonly #unread = new Set<Entry>();
  #readError: unknown;
  #sorted: readonly Entry[] | undefined;
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> | undefined;
  #stopped = false;
  #lastFull = 0;
  #revision = 0;
  #lastPoll = 0;
  #stale: { since: Date; reason: string } | undefined;

  constructor(options: ReadModelOptions) {
    this.#options = options;
  }

  items(): readonly ReadItem[] {
    this.#sorted ??= [...this.#entries.values()].toSorted(byStart);
    return this.#sorted;
  }

  item(name: string): ReadItem | undefined {
    return this.#entries.get(name);
  }

  byRun(job: string, buildId: string): ReadItem | undefined {
    return this.items().find(({ prowJob }) => prowJob.spec.job === job && prowJob.status.build_id === buildId);
  }

  async full(name: string): Promise<ProwJob | undefined> {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    const found = (await this.#read(entry)) ?? (await this.#ask(entry));
    return found ? withExecutionStatus(found, entry.summary) : entry.prowJob;
  }

  async recorded(name: string): Promise<ProwJob | undefined> {
    const entry = this.#entries.get(name);
    const record = entry && (await this.#read(entry));
    return record ? withExecutionStatus(record, entry.summary) : entry?.prowJob;
  }

  revision(): number {
    return this.#revision;
  }

  stale() {
    return this.#stale;
  }

  ready(): boolean {
    return this.#lastFull > 0;
  }

  onChange(listener: (changes: ReadModelChanges) => void): () => void {
    this.#listeners.add(listener);
    this.#schedule(0);
    return () => void this.#listeners.delete(listener);
  }

  start(): void {
    this.#schedule(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#polling;
  }

  #schedule(ms: number): void {
    if (this.#stopped || this.#polling) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#polling = this.#poll().finally(() => {
        this.#polling = undefined;
        const { pollMs = 1_000, idlePollMs = 5_000 } = this.#options;
        this.#schedule(this.#listeners.size > 0 ? pollMs : idlePollMs);
      });
    }, ms);
  }

  async #poll(): Promise<void> {
    const started = Date.now();
    const isFull = started - this.#lastFull > fullListEveryMs;
    try {
      const changes = isFull ? await this.#readAll() : await this.#readNews();
      this.#lastPoll = started;
      if (isFull) this.#lastFull = started;
      if (this.#unread.size === 0) this.#stale = undefined;
      else this.#setStale(this.#readError, started);
      this.#tell(changes);
    } catch (error) {
      this.#setStale(error, this.#lastPoll || started);
    }
  }

  #setStale(error: unknown, since: number): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (!this.#stale) this.#options.logger.warn({ err: error }, 'The list of ProwJobs cannot be read');
    this.#stale ??= { since: new Date(since), reason };
  }

  async #readAll(): Promise<Changes> {
    const seen = new Set<string>();
    const changed = await this.#take(this.#options.prowJobs.list(), seen, []);
    const removed = [...this.#entries.keys()].filter((name) => !seen.has(name));
    for (const name of removed) this.#entries.delete(name);
    if (removed.length > 0) this.#sorted = undefined;
    return { changed, removed };
  }

  /** What runs, and what started or ended since the last poll. */
  async #readNews(): Promise<Changes> {
    const since = new Date(this.#lastPoll - slackMs).toISOString();
    const query = `ExecutionStatus="Running" OR CloseTime>="${since}" OR StartTime>="${since}"`;
    const listing = this.#options.prowJobs.list({ query });
    return { changed: await this.#take(listing, new Set(), this.#unread), removed: [] };
  }

  /** Takes over a listing, and the records of what is listed or still unread; answers the items that changed. */
  async #take(listing: AsyncIterable<ProwJobSummary>, seen: Set<string>, unread: Iterable<Entry>): Promise<ReadItem[]> {
    const due = new Set(unread);
    const changed = new Set<Entry>();
    for await (const summary of listing) {
      seen.add(summary.name);
      const known = this.#entries.get(summary.name);
      const entry = known ?? this.#add(summary);
      if (!known || signature(known.summary) !== signature(summary)) {
        entry.summary = summary;
        changed.add(entry);
      }
      if (needsRecord(entry)) due.add(entry);
    }
    this.#unread.clear();
    await mapInParallel([...due], parallelReads, async (entry) => {
      if (await this.#tryLoad(entry)) changed.add(entry);
    });
    for (const entry of changed) refresh(entry);
    if (changed.size > 0) this.#sorted = undefined;
    return [...changed];
  }

  #add(summary: ProwJobSummary): Entry {
    const entry: Entry = {
      summary,
      prowJob: prowJobFromSummary(summary),
      containers: undefined,
      workflowId: summary.workflowId,
    };
    this.#entries.set(summary.name, entry);
    return entry;
  }

  /** One record that cannot be read must not hold back the others. */
  async #tryLoad(entry: Entry): Promise<boolean> {
    try {
      // After so many failures it is storage as a whole: the rest waits for the next poll.
      if (this.#unread.size < parallelReads) return await this.#load(entry);
    } catch (error) {
      this.#readError = error;
    }
    this.#unread.add(entry);
    return false;
  }

  /** Reads the record; true if it says something new. */
  async #load(entry: Entry): Promise<boolean> {
    const record = await this.#read(entry);
    if (!record) return false;
    const loaded = `${record.status.state} ${record.status.build_id ?? ''} ${record.status.completionTime ?? ''}`;
    if (loaded === entry.loaded) return false;
    entry.loaded = loaded;
    entry.containers = record.spec.pod_spec?.containers?.length;
    entry.prowJob = compactProwJob(record);
    return true;
  }

  async #read({ summary }: Entry): Promise<ProwJob | undefined> {
    const key = runKeyOf(summary);
    try {
      const content = key && (await this.#options.blobs.get(`${key}/prowjob.json`));
      return content ? (JSON.parse(new TextDecoder().decode(content)) as ProwJob) : undefined;
    } catch (error) {
      // What is no record now will not become one by waiting; storage that is down comes back.
      if (!(error instanceof SyntaxError || error instanceof BlobKeyError)) throw error;
      this.#options.logger.warn({ err: error, prowjob: summary.name }, 'A record is not readable');
      return undefined;
    }
  }

  /** A job that still waits has no record; its workflow has all of it, if a worker is there to answer. */
  async #ask({ summary }: Entry): Promise<ProwJob | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, longestQueryMs, undefined);
    });
    const answer = this.#options.prowJobs.state(summary).catch(() => undefined);
    return await Promise.race([answer, tooLate]).finally(() => clearTimeout(timer));
  }

  #tell(changes: Changes): void {
    if (changes.changed.length === 0 && changes.removed.length === 0) return;
    this.#revision += 1;
    for (const listener of this.#listeners) listener({ ...changes, revision: this.#revision });
  }
}

function refresh(entry: Entry): void {
  const { summary } = entry;
  const key = runKeyOf(summary);
  if (key) entry.runKey = key;
  if (entry.loaded === undefined) entry.prowJob = prowJobFromSummary(summary);
  entry.prowJob = withExecutionStatus(entry.prowJob, summary);
}

/** A record is read until it says what visibility says; a run that has ended has its final record. */
function needsRecord({ summary, loaded, prowJob }: Entry): boolean {
  if (!summary.buildId) return false;
  return loaded === undefined || prowJob.status.state !== summary.state || !(isComplete(prowJob) || isOpen(summary));
}

function isOpen({ executionStatus }: ProwJobSummary): boolean {
  return executionStatus === 'RUNNING';
}

function runKeyOf({ memo, buildId }: ProwJobSummary): string | undefined {
  return memo && buildId ? `${memo.dir}/${buildId}` : undefined;
}

function signature({ state, buildId, executionStatus }: ProwJobSummary): string {
  return `${state} ${buildId ?? ''} ${executionStatus}`;
}

function byStart(a: ReadItem, b: ReadItem): number {
  const [ours, theirs] = [a.prowJob, b.prowJob];
  if (ours.status.startTime !== theirs.status.startTime)
    return ours.status.startTime < theirs.status.startTime ? 1 : -1;
  return ours.spec.job < theirs.spec.job ? -1 : ours.spec.job > theirs.spec.job ? 1 : 0;
}
