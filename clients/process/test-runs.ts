/**
 * What the tests of this folder share: a data directory with executor and blob store, ProwJobs to run in it, and the compiled
 * supervisor (Node 20 runs no TypeScript, so its few files are compiled into a temporary folder).
 */
import { transform } from '@swc/core';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import type { BlobStore } from '../../domain/blob-store.ts';
import type { RunRequest } from '../../domain/executor.ts';
import type { Container } from '../../domain/job-config.ts';
import type { ProwJobSpec } from '../../domain/prowjob.ts';
import { createLocalBlobStore } from '../blobs/local.ts';
import { createProcessExecutor, type ProcessExecutor, type ProcessExecutorOptions } from './executor.ts';
import { type RunFiles } from './run-files.ts';
import { runId, runsFolder } from './runs-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Compiled files by path, once per test process. */
const compiled = new Map<string, Promise<string>>();

/** Compiles a file of this project and what it imports into `folder`; answers the path of the program. */
export async function compile(source: string, folder: string): Promise<string> {
  const done = new Set<string>();
  async function compileFile(path: string): Promise<void> {
    if (done.has(path)) return;
    done.add(path);
    const code = await (compiled.get(path) ?? compiled.set(path, compileOne(path)).get(path));
    const target = join(folder, relative(root, path).replace(/\.ts$/, '.js'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, code?.replaceAll(/(from\s+["']\.[^"']*)\.ts(["'])/g, '$1.js$2') ?? '');
    for (const [, specifier = ''] of code?.matchAll(/from\s+["'](\.[^"']*\.ts)["']/g) ?? []) {
      await compileFile(join(dirname(path), specifier));
    }
  }
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await compileFile(join(root, source));
  return join(folder, source.replace(/\.ts$/, '.js'));
}

async function compileOne(path: string): Promise<string> {
  const { code } = await transform(await readFile(path, 'utf8'), {
    filename: path,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  return code;
}

export interface World {
  /** For files of the test. */
  folder: string;
  dataDir: string;
  blobs: BlobStore;
  executor: ProcessExecutor;
  /** A further executor on the same data directory, as a second or restarted worker has it. */
  another(options?: Partial<ProcessExecutorOptions>): ProcessExecutor;
  options: ProcessExecutorOptions;
  filesOf(request: RunRequest): RunFiles;
  /** Text of a stored file of the run; undefined where there is none. */
  stored(request: RunRequest, name: string): Promise<string | undefined>;
  storedJson(request: RunRequest, name: string): Promise<unknown>;
  storedNames(request: RunRequest): Promise<string[]>;
  /** Starts and follows the run to its end. */
  run(request: RunRequest): ReturnType<ProcessExecutor['watch']>;
  close(): Promise<void>;
}

export const watching = () => ({ heartbeat: () => undefined, signal: new AbortController().signal });

export async function createWorld(options: Partial<ProcessExecutorOptions> = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'bowsprit-runs-'));
  const { dataDir = join(folder, 'data') } = options;
  const supervisor = await compile('clients/process/supervisor.ts', join(folder, 'program'));
  const blobs = options.blobs ?? createLocalBlobStore(join(folder, 'blobs'));
  const all: ProcessExecutorOptions = {
    dataDir,
    blobs,
    logger: pino({ level: 'silent' }),
    supervisorCommand: [process.execPath, supervisor],
    pollEveryMs: 100,
    leaseEveryMs: 200,
    fetchRetriesMs: [],
    ...options,
  };
  const executors = [createProcessExecutor(all)];
  const [executor] = executors;
  if (!executor) throw new Error('unreachable');
  const key = (request: RunRequest) => `bucket/logs/${request.prowJob.spec.job}/${request.prowJob.status.build_id}`;
  const stored = async (request: RunRequest, name: string) => {
    const found = await blobs.get(`${key(request)}/${name}`);
    return found && Buffer.from(found).toString();
  };
  return {
    folder,
    dataDir,
    blobs,
    executor,
    options: all,
    another(more = {}) {
      const next = createProcessExecutor({ ...all, ...more });
      executors.push(next);
      return next;
    },
    filesOf({ prowJob }) {
      return runsFolder(dataDir).filesOf(runId(prowJob.metadata.name, prowJob.status.build_id ?? '') ?? '');
    },
    stored,
    async storedJson(request, name) {
      const text = await stored(request, name);
      return text === undefined ? undefined : (JSON.parse(text) as unknown);
    },
    async storedNames(request) {
      const names: string[] = [];
      for await (const found of blobs.list(`${key(request)}/`)) names.push(found.key.slice(key(request).length + 1));
      return names;
    },
    async run(request) {
      await executor.start(request);
      return executor.watch(request, watching());
    },
    async close() {
      await executor.shutdown(true);
      for (const one of executors) await one.shutdown(false);
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

let count = 0;

/** A periodic, decorated, that runs `script` with `sh -c`, unless the overrides say otherwise. */
export function request(
  script: string,
  spec: Partial<ProwJobSpec> = {},
  container: Partial<Container> = {},
): RunRequest {
  count++;
  const name = `${createHash('sha256').update(`${process.pid}-${count}`).digest('hex').slice(0, 8)}-0000-4000-8000-000000000000`;
  const time = '2026-01-02T03:04:05Z';
  return {
    prowJob: {
      apiVersion: 'prow.k8s.io/v1',
      kind: 'ProwJob',
      metadata: { name, namespace: 'default', creationTimestamp: time, labels: {}, annotations: {} },
      spec: {
        type: 'periodic',
        agent: 'kubernetes',
        job: 'some-job',
        pod_spec: { containers: [{ name: 'test', image: 'alpine', command: ['sh', '-c', script], ...container }] },
        decoration_config: { timeout: '1m0s', grace_period: '5s' },
        ...spec,
      },
      status: { startTime: time, state: 'pending', build_id: `${1000 + count}` },
    },
    storage: { bucket: 'gs://bucket', path_strategy: 'explicit' },
    timeouts: { pendingMs: 60_000, runningMs: 600_000, unscheduledMs: 60_000 },
    maxRevivals: 3,
  };
}
