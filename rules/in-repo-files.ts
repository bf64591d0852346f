/**
 * Which files of a repository hold its own jobs: the folder `.prow/`, else the file `.prow.yaml` (spec jobs.md 1.8).
 * Paths are from the root of the repository.
 */
import ignore, { type Ignore } from 'ignore';

/** Comes first: where it is, `.prow.yaml` does not count, even if there is nothing in the folder. */
export const inRepoFolder = '.prow';
export const inRepoFile = '.prow.yaml';

const ignoreFileName = '.prowignore';

/** Whether a file below `.prow/` has to be read: jobs, and what says which of those do not count. */
export function isInRepoSource(path: string): boolean {
  return isYaml(path) || path.endsWith(`/${ignoreFileName}`);
}

/**
 * The files with jobs among those that were read, in the order in which they count: lexical by folder, without what
 * `.prowignore` names and without names that begin with `..`.
 */
export function inRepoJobFiles(files: ReadonlyMap<string, string>): Map<string, string> {
  const below = [...files.keys()].filter((path) => path.startsWith(`${inRepoFolder}/`));
  if (below.length === 0) {
    const text = files.get(inRepoFile);
    return new Map(text === undefined ? [] : [[inRepoFile, text]]);
  }
  const rules = new Map<string, Ignore>();
  for (const path of below) {
    if (!path.endsWith(`/${ignoreFileName}`)) continue;
    rules.set(folderOf(path), ignore({ ignorecase: false }).add(files.get(path) ?? ''));
  }
  const chosen = below.filter((path) => isYaml(path) && !path.includes('/..') && !isIgnored(path, rules));
  return new Map(chosen.toSorted(byFolders).map((path) => [path, files.get(path) ?? '']));
}

/** A file is left out where its name is ignored, or that of a folder it is in. */
function isIgnored(path: string, rules: ReadonlyMap<string, Ignore>): boolean {
  const parts = path.split('/');
  for (let depth = 2; depth <= parts.length; depth += 1) {
    const isFolder = depth < parts.length;
    if (isIgnoredItself(parts.slice(0, depth), isFolder, rules)) return true;
  }
  return false;
}

/** The rules nearest to the path decide first, as git's do. */
function isIgnoredItself(parts: readonly string[], isFolder: boolean, rules: ReadonlyMap<string, Ignore>): boolean {
  for (let depth = parts.length - 1; depth > 0; depth -= 1) {
    const result = rules
      .get(parts.slice(0, depth).join('/'))
      ?.test(parts.slice(depth).join('/') + (isFolder ? '/' : ''));
    if (result?.ignored) return true;
    if (result?.unignored) return false;
  }
  return false;
}

function byFolders(one: string, other: string): number {
  const [a, b] = [one.split('/'), other.split('/')];
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const order = Buffer.compare(Buffer.from(a[index] ?? ''), Buffer.from(b[index] ?? ''));
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function isYaml(path: string): boolean {
  return path.endsWith('.yaml') || path.endsWith('.yml');
}
