/**
 * Finds and reads the files of a configuration (spec jobs.md 1.1): what a folder contributes, in which order, and gzip.
 */
import { existsSync, readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import ignore, { type Ignore } from 'ignore';

/** What one configuration is made of. */
export interface ConfigPaths {
  /** The main file. */
  configPath: string;
  /** Files and folders with jobs. Prow takes one; several are read in this order. */
  jobConfigPaths: string[];
  /** Folders with parts of the main configuration. */
  supplementalDirs?: string[];
  /** End of the names of files that count there; default `_prowconfig.yaml`. */
  supplementalSuffix?: string;
}

export const defaultSupplementalSuffix = '_prowconfig.yaml';

const ignoreFileName = '.prowignore';

interface IgnoreRules {
  folder: string;
  rules: Ignore;
}

function rulesOf(folder: string): IgnoreRules | undefined {
  const path = join(folder, ignoreFileName);
  if (!existsSync(path)) return undefined;
  return { folder, rules: ignore({ ignorecase: false }).add(readFileSync(path, 'utf8')) };
}

/** The rules nearest to the path decide first, as git's do. */
function isIgnored(path: string, isFolder: boolean, chain: readonly IgnoreRules[]): boolean {
  for (const { folder, rules } of chain.toReversed()) {
    const result = rules.test(relative(folder, path) + (isFolder ? '/' : ''));
    if (result.ignored) return true;
    if (result.unignored) return false;
  }
  return false;
}

function byName(a: Dirent, b: Dirent): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}

/** Calls `visit` for each file of a tree in lexical order; names that start with `..` belong to Kubernetes' mounts. */
function walk(
  folder: string,
  visit: (path: string, chain: readonly IgnoreRules[]) => void,
  outer?: IgnoreRules[],
): void {
  const own = outer && rulesOf(folder);
  const chain = own ? [...(outer ?? []), own] : (outer ?? []);
  for (const entry of readdirSync(folder, { withFileTypes: true }).toSorted(byName)) {
    if (entry.name.startsWith('..')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!outer || !isIgnored(path, true, chain)) walk(path, visit, outer && chain);
    } else if (!entry.isSymbolicLink() || statSync(path, { throwIfNoEntry: false })?.isFile()) {
      visit(path, chain);
    }
  }
}

export interface FoundFiles {
  files: string[];
  /** Files whose base name another file in the tree has already: the later one, and the earlier one. */
  duplicates: { path: string; other: string }[];
}

/** Job files of a folder, or the file itself. Throws what the file system says if there is no such path. */
export function findJobFiles(path: string): FoundFiles {
  if (!statSync(path).isDirectory()) return { files: [path], duplicates: [] };
  const files: string[] = [];
  const duplicates: FoundFiles['duplicates'] = [];
  const byBaseName = new Map<string, string>();
  for (const file of findConfigFiles(path)) {
    const other = byBaseName.get(basename(file));
    if (other !== undefined) {
      duplicates.push({ path: file, other });
      continue;
    }
    byBaseName.set(basename(file), file);
    files.push(file);
  }
  return { files, duplicates };
}

/** YAML files of a folder, without those that `.prowignore` names; their base names may repeat. */
function findConfigFiles(folder: string): string[] {
  const files: string[] = [];
  walk(
    folder,
    (file, chain) => {
      if (isYaml(file) && !isIgnored(file, false, chain)) files.push(file);
    },
    [],
  );
  return files;
}

function isYaml(file: string): boolean {
  return file.endsWith('.yaml') || file.endsWith('.yml');
}

/** Supplemental files of a folder: those whose names end with the suffix. */
export function findSupplementalFiles(folder: string, suffix = defaultSupplementalSuffix): string[] {
  const files: string[] = [];
  walk(folder, (file) => {
    if (file.endsWith(suffix)) files.push(file);
  });
  return files;
}

/** Content of a file as text, gunzipped if it is gzip. */
export function readConfigFile(path: string): string {
  const content = readFileSync(path);
  const isGzip = content[0] === 0x1f && content[1] === 0x8b;
  return (isGzip ? gunzipSync(content) : content).toString('utf8');
}

/** Text of the `VERSION` file beside the main file, where there is one. */
export function readVersion(configPath: string): string | undefined {
  const path = join(dirname(configPath), 'VERSION');
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
