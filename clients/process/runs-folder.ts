/**
 * Where the runs of one data directory are, and how long what is left of them stays.
 */
import { type Dirent, readdirSync } from 'node:fs';
import { chmod, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../error-code.ts';
import { type RunFiles, runFiles } from './run-files.ts';

export interface RunsFolder {
  lease: string;
  bells: string;
  bellOf(id: string): string;
  filesOf(id: string): RunFiles;
  ids(): string[];
}

export function runsFolder(dataDir: string): RunsFolder {
  const runs = join(dataDir, 'runs');
  const bells = join(dataDir, 'bells');
  return {
    lease: join(dataDir, 'lease'),
    bells,
    bellOf: (id) => join(bells, id),
    filesOf: (id) => runFiles(join(runs, id)),
    ids: () => foldersIn(runs),
  };
}

/** Undefined for names that are no part of a file name; neither UUIDs nor build ids are among them. */
export function runId(prowJob: string, buildId: string): string | undefined {
  const isPlain = /^[A-Za-z0-9][\w.-]{0,99}$/;
  return isPlain.test(prowJob) && isPlain.test(buildId) ? `${prowJob}_${buildId}` : undefined;
}

/** Removes what nobody stores: sources and temporary files, the bulk of most runs. */
export async function removeWorkspace({ gopath, work, temporary }: RunFiles): Promise<void> {
  for (const path of [gopath, work, temporary]) await removeTree(path);
}

/** Removes all of a published run but the proof that it was there: a late repetition of its start must find it. */
export async function removeContent(files: RunFiles): Promise<void> {
  const kept = new Set([files.begun, files.supervisor, files.exit, files.outcome]);
  for (const { name } of entriesOf(files.folder)) {
    const path = join(files.folder, name);
    if (!kept.has(path)) await removeTree(path);
  }
}

/**
 * Removes what is left of runs that ended before this time (ms); answers how many there were. A run that has not ended stays,
 * however old it is.
 */
export async function removeOldRuns(
  folder: RunsFolder,
  endedBeforeMs: number,
  options: { dryRun: boolean },
): Promise<number> {
  let removed = 0;
  for (const id of folder.ids()) {
    const files = folder.filesOf(id);
    const ended = await stat(files.exit).catch(() => undefined);
    if (!ended || ended.mtimeMs > endedBeforeMs) continue;
    removed += 1;
    if (options.dryRun) continue;
    await removeTree(files.folder);
    await rm(folder.bellOf(id), { force: true });
  }
  return removed;
}

/** Also folders that forbid it: Go makes those of its modules read-only. */
async function removeTree(path: string): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: 3 };
  try {
    await rm(path, options);
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes(errorCode(error))) throw error;
    await makeWritable(path);
    await rm(path, options);
  }
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of entriesOf(folder)) if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
}

function foldersIn(path: string): string[] {
  return entriesOf(path).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}

function entriesOf(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}
