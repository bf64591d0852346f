/**
 * Where the runs of one data directory are, and how long what is left of them stays.
 */
import { type Dirent, readdirSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
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

/** Removes all of a published run but the proof that it was there: a late repetition of its start must find it. */
export async function removeContent(files: RunFiles): Promise<void> {
  const kept = new Set([files.begun, files.supervisor, files.exit, files.outcome]);
  for (const { name } of entriesOf(files.folder)) {
    const path = join(files.folder, name);
    if (!kept.has(path)) await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Removes what ended longer ago than `retentionMs`. */
export async function removeOldRuns(folder: RunsFolder, retentionMs: number): Promise<void> {
  for (const id of folder.ids()) {
    const files = folder.filesOf(id);
    const ended = await stat(files.exit).catch(() => undefined);
    if (!ended || Date.now() - ended.mtimeMs < retentionMs) continue;
    await rm(files.folder, { recursive: true, force: true });
    await rm(folder.bellOf(id), { force: true });
  }
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
