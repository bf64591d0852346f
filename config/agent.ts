/**
 * Keeps a configuration loaded: watches its files, loads them again when they change, and keeps the last good one when the new
 * one is refused (architecture.md 3.9).
 *
 * Changes are noticed by file system events, and by a slow look at all files for mounts that send none.
 */
import type { LoadedConfig } from '../domain/main-config.ts';
import type { ConfigPaths } from './files.ts';
import { loadForRunning } from './load.ts';
import { ConfigError } from './problem.ts';
import { foldersOf, signatureOf } from './signature.ts';
import { watchFolders, type FolderWatch } from './watch-folders.ts';

/** The part of a pino logger that is used. */
export interface AgentLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface AgentOptions<T> {
  /** A configuration is in force that was not before; also called for the first one. */
  onLoaded?: (config: T) => void;
  /** A changed configuration was refused; the one before stays in force. */
  onRefused?: (error: ConfigError) => void;
  logger: AgentLogger;
  /** Pause after a change before files are read, so that a batch of changes is one; default 200 ms. */
  debounceMs?: number;
  /** Pause between looks at all files; default 15 s. */
  pollMs?: number;
}

export interface ConfigAgentOptions extends AgentOptions<LoadedConfig> {
  /** How to load; default `loadForRunning`. */
  load?: (paths: ConfigPaths) => Promise<LoadedConfig>;
}

export interface Agent<T> {
  /** The configuration in force. */
  current(): T;
  /** The latest refusal, if the files as they are now are refused. */
  refused(): { at: Date; error: ConfigError } | undefined;
  /** Loads now; resolves when the files as they are at the call have been read. Refusals do not reject. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

export type ConfigAgent = Agent<LoadedConfig>;

/** What an agent keeps loaded. */
export interface AgentSubject<T> {
  /** Files that are watched. */
  paths: ConfigPaths;
  /** Rejects with ConfigError. */
  load: () => Promise<T>;
  /** The same configuration, and no news. */
  isSame: (one: T, other: T) => boolean;
  /** For the log. */
  fieldsOf: (config: T) => object;
}

/** Loads for the first time and starts watching. Rejects with ConfigError if there is nothing good to start with. */
export async function createConfigAgent(paths: ConfigPaths, options: ConfigAgentOptions): Promise<ConfigAgent> {
  const { load = loadForRunning, ...rest } = options;
  return await createAgent(
    {
      paths,
      load: async () => await load(paths),
      isSame: (one, other) => one.generation === other.generation && one.versionSha === other.versionSha,
      fieldsOf: ({ generation, versionSha }) => ({ generation, version: versionSha }),
    },
    rest,
  );
}

/** The same for any configuration. */
export async function createAgent<T>(subject: AgentSubject<T>, options: AgentOptions<T>): Promise<Agent<T>> {
  const signature = signatureOf(subject.paths);
  const first = await subject.load();
  const agent = new WatchingAgent(subject, options, first, signature);
  options.onLoaded?.(first);
  agent.start();
  return agent;
}

const defaultDebounceMs = 200;
const defaultPollMs = 15_000;

/** The state between loads. */
class WatchingAgent<T> implements Agent<T> {
  readonly #subject: AgentSubject<T>;
  readonly #options: AgentOptions<T>;
  #current: T;
  #refused: { at: Date; error: ConfigError } | undefined;
  #signature: string;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #debounce: NodeJS.Timeout | undefined;
  #poll: NodeJS.Timeout | undefined;
  #watch: FolderWatch | undefined;
  #closed = false;

  constructor(subject: AgentSubject<T>, options: AgentOptions<T>, first: T, signature: string) {
    this.#subject = subject;
    this.#options = options;
    this.#current = first;
    this.#signature = signature;
  }

  start(): void {
    this.#watch = watchFolders(
      () => this.#changed(),
      (error) => {
        this.#options.logger.warn({ err: error }, 'Folder cannot be watched; its files are looked at periodically');
      },
    );
    this.#watch.update(foldersOf(this.#subject.paths));
    this.#poll = setInterval(() => this.#look(), this.#options.pollMs ?? defaultPollMs);
    this.#poll.unref();
    // Covers what changed between reading the files and watching them.
    this.#look();
  }

  current(): T {
    return this.#current;
  }

  refused(): { at: Date; error: ConfigError } | undefined {
    return this.#refused;
  }

  reload(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#load().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    // What runs may have read files before they changed: one more load serves everybody who asks meanwhile.
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.reload();
    });
    return this.#next;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#debounce);
    clearInterval(this.#poll);
    this.#watch?.close();
    await this.#running;
  }

  #changed(): void {
    if (this.#closed) return;
    clearTimeout(this.#debounce);
    this.#debounce = setTimeout(() => this.#look(), this.#options.debounceMs ?? defaultDebounceMs);
    this.#debounce.unref();
  }

  /** Loads if the files are not as they were when they were last read. */
  #look(): void {
    if (this.#closed || signatureOf(this.#subject.paths) === this.#signature) return;
    void this.reload();
  }

  async #load(): Promise<void> {
    if (this.#closed) return;
    this.#signature = signatureOf(this.#subject.paths);
    this.#watch?.update(foldersOf(this.#subject.paths));
    try {
      this.#accept(await this.#subject.load());
    } catch (error) {
      this.#refuse(
        error instanceof ConfigError ? error : new ConfigError([{ message: `cannot be loaded: ${String(error)}` }]),
      );
    }
  }

  #accept(config: T): void {
    this.#refused = undefined;
    if (this.#subject.isSame(config, this.#current)) return;
    this.#current = config;
    this.#options.logger.info(this.#subject.fieldsOf(config), 'Configuration loaded');
    this.#options.onLoaded?.(config);
  }

  #refuse(error: ConfigError): void {
    this.#refused = { at: new Date(), error };
    this.#options.logger.warn(
      { ...this.#subject.fieldsOf(this.#current), problems: error.problems.length },
      'Changed configuration refused; the one before stays in force',
    );
    this.#options.onRefused?.(error);
  }
}
