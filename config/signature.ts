/**
 * Whether the files of a configuration look changed, without reading them: size, time and identity of each. Symbolic links are
 * followed, so the switch of a Kubernetes ConfigMap's `..data` link changes every file.
 */
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ConfigPaths } from './files.ts';

/** Calls `visit` for every file and folder; what vanishes meanwhile is left out. */
function visitTree(path: string, visit: (path: string, isFolder: boolean, stamp: string) => void): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return;
  visit(path, stat.isDirectory(), `${stat.ino}:${stat.size}:${stat.mtimeMs}`);
  if (!stat.isDirectory()) return;
  for (const name of entriesOf(path)) if (!name.startsWith('..')) visitTree(join(path, name), visit);
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function roots(paths: ConfigPaths): string[] {
  const version = join(dirname(paths.configPath), 'VERSION');
  return [paths.configPath, version, ...paths.jobConfigPaths, ...(paths.supplementalDirs ?? [])];
}

/** Differs when a file was added, removed, replaced or written. */
export function signatureOf(paths: ConfigPaths): string {
  const lines: string[] = [];
  for (const root of roots(paths)) {
    visitTree(root, (path, isFolder, stamp) => {
      if (!isFolder) lines.push(`${path} ${stamp}`);
    });
  }
  return lines.join('\n');
}

/** Folders in which something may change: those of the trees, and those that hold the files. */
export function foldersOf(paths: ConfigPaths): Set<string> {
  const folders = new Set<string>([dirname(paths.configPath)]);
  for (const root of [...paths.jobConfigPaths, ...(paths.supplementalDirs ?? [])]) {
    // The folder above tells when the whole tree is replaced.
    folders.add(dirname(root));
    visitTree(root, (path, isFolder) => {
      if (isFolder) folders.add(path);
    });
  }
  return folders;
}
