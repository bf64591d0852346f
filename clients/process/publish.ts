/**
 * Stores what a run left behind, in Prow's layout (spec jobs.md 6.2, 6.3): what initupload does when it starts and what the
 * sidecar does when it has ended. Both can be repeated after a crash at any point: the same run gives the same files.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Logger } from 'pino';
import type { BlobStore, PutOptions } from '../../domain/blob-store.ts';
import type { GcsConfiguration } from '../../domain/job-config.ts';
import type { ProwJob } from '../../domain/prowjob.ts';
import { runKey } from '../../domain/storage-keys.ts';
import { errorCode } from '../error-code.ts';
import { putRunIndexes } from '../blobs/run-indexes.ts';
import { BlobKeyError, StorageUnavailable } from '../blobs/storage-error.ts';
import { type Artifact, artifactsIn, storedAs } from './artifacts.ts';
import type { CloneRecord } from './clone-records.ts';
import { finishedJson, startedJson } from './outcome.ts';
import { readJson, type RunExit, type RunFiles, type Supervisor } from './run-files.ts';

export interface PublishedRun {
  files: RunFiles;
  prowJob: ProwJob;
  storage: GcsConfiguration;
  buildId: string;
}

export interface PublishDeps {
  blobs: BlobStore;
  logger: Logger;
}

const parallelUploads = 4;
/** Smaller files are not worth compressing. */
const compressFromBytes = 1024;

/** `started.json`, if there is none yet, and the files that lead to the run. To be called when cloning is over. */
export async function publishStart({ blobs }: PublishDeps, run: PublishedRun): Promise<void> {
  const key = `${keyOf(run)}/started.json`;
  if (!(await blobs.stat(key))) {
    const records = readJson<CloneRecord[]>(run.files.cloneRecords) ?? [];
    const startedAt = readJson<Supervisor>(run.files.supervisor)?.at ?? Date.now();
    await blobs.put(key, JSON.stringify(startedJson(run.prowJob.spec, startedAt, records)), json);
  }
  await publishIndexes(blobs, run);
}

/** `finished.json` comes last: it tells readers that everything is there. */
export async function publishEnd(deps: PublishDeps, run: PublishedRun, exit: RunExit): Promise<void> {
  const { blobs } = deps;
  const { files, prowJob } = run;
  await publishIndexes(blobs, run);
  await publishArtifacts(deps, run);
  for (const [path, name] of [
    [files.cloneRecords, 'clone-records.json'],
    [files.cloneLog, 'clone-log.txt'],
    [files.log, 'build-log.txt'],
  ] as const) {
    if (await stat(path).catch(() => undefined)) await upload(deps, run, { path, ...storedAs(name) });
  }
  const finished = finishedJson(prowJob.spec, exit, await metadataOf(run));
  if (finished) await blobs.put(`${keyOf(run)}/finished.json`, JSON.stringify(finished), json);
}

const json: PutOptions = { contentType: 'application/json' };
const text: PutOptions = { contentType: 'text/plain; charset=utf-8' };

function keyOf({ prowJob, storage, buildId }: PublishedRun): string {
  return runKey(prowJob.spec, storage, buildId);
}

async function publishIndexes(blobs: BlobStore, { prowJob: { spec }, storage, buildId }: PublishedRun): Promise<void> {
  await putRunIndexes(blobs, { spec, storage, buildId });
}

async function publishArtifacts(deps: PublishDeps, run: PublishedRun): Promise<void> {
  const artifacts = artifactsIn(run.files.artifacts, run.storage.mediaTypes);
  const taken = new Set<string>();
  async function uploadRest(): Promise<void> {
    // All uploaders draw from the one generator, which hands out each artifact once.
    for (;;) {
      const { value: artifact, done } = await artifacts.next();
      if (done) return;
      const isDouble = taken.has(artifact.name);
      taken.add(artifact.name);
      if (isDouble) leftOut(deps, artifact.name, 'another artifact is stored under this name');
      else await uploadArtifact(deps, run, artifact);
    }
  }
  await Promise.all(Array.from({ length: parallelUploads }, uploadRest));
}

/** One artifact that cannot be stored does not cost the others; trouble with the storage itself does, and is repeated. */
async function uploadArtifact(deps: PublishDeps, run: PublishedRun, artifact: Artifact): Promise<void> {
  try {
    await upload(deps, run, artifact);
  } catch (error) {
    const isUnreadable =
      ['ENOENT', 'EACCES', 'ENOTDIR'].includes(errorCode(error)) && !(error instanceof StorageUnavailable);
    if (!isUnreadable && !(error instanceof BlobKeyError)) throw error;
    leftOut(deps, artifact.name, error);
  }
}

function leftOut({ logger }: PublishDeps, artifact: string, reason: unknown): void {
  logger.warn(
    { artifact, reason: reason instanceof Error ? reason.message : String(reason) },
    'Artifact is not stored',
  );
}

async function upload({ blobs }: PublishDeps, run: PublishedRun, { name, path, options }: Artifact): Promise<void> {
  const key = `${keyOf(run)}/${name}`;
  if (options.contentEncoding !== undefined || !(await isWorthCompressing(path, run.storage))) {
    await blobs.putFile(key, path, options);
    return;
  }
  const zipped = join(run.files.folder, `zip-${Buffer.from(name).toString('hex').slice(-100)}.gz`);
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(zipped));
    await blobs.putFile(key, zipped, { ...text, ...options, contentEncoding: 'gzip' });
  } finally {
    await rm(zipped, { force: true });
  }
}

async function isWorthCompressing(
  path: string,
  { compress_file_types: types = [] }: GcsConfiguration,
): Promise<boolean> {
  const extension = /\.([^./]*)$/.exec(path)?.[1] ?? '';
  if (!types.includes('*') && !types.includes(extension)) return false;
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    const isZipped = bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
    return !isZipped && (await file.stat()).size > compressFromBytes;
  } finally {
    await file.close();
  }
}

/** What the job says about itself in `$ARTIFACTS/metadata.json`. */
async function metadataOf({ files }: PublishedRun): Promise<Record<string, unknown>> {
  try {
    const metadata: unknown = JSON.parse(await readFile(join(files.artifacts, 'metadata.json'), 'utf8'));
    if (typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)) return { ...metadata };
    return { 'sidecar-errors': { 'metadata.json': 'it is no JSON object' } };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return {};
    return { 'sidecar-errors': { 'metadata.json': error instanceof Error ? error.message : String(error) } };
  }
}
