/**
 * Who owns what in a repository (spec plugins-review.md B): the OWNERS files of one commit, looked up by path.
 *
 * Logins are normalised throughout. Paths have no leading slash; `''` is the root of the repository.
 */
import { normalLogin } from '../../domain/review/item.ts';
import { compileRegex } from '../regex.ts';
import { noAliases, readOwnersAliases, type OwnersAliases } from './owners-aliases.ts';
import {
  OwnersFileError,
  parseFrontMatter,
  parseOwnersFile,
  type OwnersEntry,
  type OwnersFile,
  type OwnersRole,
} from './owners-file.ts';

/** Sets of the levels from a path to the root, innermost first; nobody is in two of them. */
export type OwnersLayers = readonly ReadonlySet<string>[];

export interface RepoOwners {
  /** Directory (or Markdown file) whose people decide about a path; `''` for the root, also when nobody does. */
  approversDir(path: string): string;
  reviewersDir(path: string): string;
  /** People of the innermost level that has any. */
  leafApprovers(path: string): ReadonlySet<string>;
  leafReviewers(path: string): ReadonlySet<string>;
  approvers(path: string): OwnersLayers;
  reviewers(path: string): OwnersLayers;
  requiredReviewers(path: string): ReadonlySet<string>;
  labels(path: string): ReadonlySet<string>;
  /** Options of exactly this directory. */
  noParentOwners(path: string): boolean;
  autoApproveUnownedSubfolders(path: string): boolean;
  /** People of the root. */
  topLevelApprovers(): ReadonlySet<string>;
  allApprovers(): ReadonlySet<string>;
  allReviewers(): ReadonlySet<string>;
  /** Approvers and reviewers. */
  allOwners(): ReadonlySet<string>;
  /** The file that speaks for a directory: `a/OWNERS`, or the Markdown file itself. */
  fileOf(dir: string): string;
}

export interface OwnersRules {
  /** Names of the two kinds of file. */
  ownersFile: string;
  aliasesFile: string;
  /** Whether the front matter of Markdown files counts. */
  markdown: boolean;
  /** Directories that are not looked into (RE2, matched anywhere in the path). */
  ignoredDirs: readonly string[];
  /** Normalised logins that approvers and reviewers are limited to; undefined = no limit. */
  collaborators?: ReadonlySet<string>;
}

export const defaultOwnersRules: OwnersRules = {
  ownersFile: 'OWNERS',
  aliasesFile: 'OWNERS_ALIASES',
  markdown: false,
  ignoredDirs: ['\\.git$', '_output$', 'vendor/.*/.*'],
};

/** Whether a file of the repository has a say: only those need to be read. */
export function isOwnersSource(path: string, rules: OwnersRules): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === rules.ownersFile || path === rules.aliasesFile || (rules.markdown && name.endsWith('.md'));
}

/** Whether a directory, or one above it, is not looked into. */
export function ignoredBy({ ignoredDirs }: Pick<OwnersRules, 'ignoredDirs'>): (dir: string) => boolean {
  const patterns = ignoredDirs.flatMap((pattern) => compiled(pattern) ?? []);
  return (dir) => ancestors(dir).some((each) => patterns.some((pattern) => pattern.test(each)));
}

interface Level {
  entries: readonly OwnersEntry[];
  options: OwnersFile['options'];
  isFile: boolean;
}

/** The files of one commit as read, before people are limited to collaborators: worth keeping, for reading them takes time. */
export interface ParsedOwners {
  levels: ReadonlyMap<string, Level>;
  ownersFile: string;
}

/** From the texts of the files that `isOwnersSource` names. Files that cannot be read are passed over. */
export function createRepoOwners(files: ReadonlyMap<string, string>, rules: OwnersRules): RepoOwners {
  return ownersAmong(parseOwners(files, rules), rules.collaborators);
}

/** The part of `createRepoOwners` that depends on the commit alone; `rules.collaborators` does not matter. */
export function parseOwners(files: ReadonlyMap<string, string>, rules: OwnersRules): ParsedOwners {
  const aliases = readAliases(files.get(rules.aliasesFile));
  const isIgnored = ignoredBy(rules);
  const levels = new Map<string, Level>();
  for (const [path, text] of files) {
    if (path === rules.aliasesFile || !isOwnersSource(path, rules)) continue;
    const dir = parentOf(path);
    if (isIgnored(dir)) continue;
    const isOwnersFile = path === joined(dir, rules.ownersFile);
    const file = read(() => (isOwnersFile ? parseOwnersFile(text) : parseFrontMatter(text)));
    if (!file) continue;
    levels.set(isOwnersFile ? dir : path, {
      entries: file.entries.map((entry) => resolved(entry, aliases)),
      options: file.options,
      isFile: !isOwnersFile,
    });
  }
  return { levels, ownersFile: rules.ownersFile };
}

/** Approvers and reviewers limited to some people (normalised logins); undefined = no limit. */
export function ownersAmong(
  { levels, ownersFile }: ParsedOwners,
  collaborators: ReadonlySet<string> | undefined,
): RepoOwners {
  if (!collaborators) return lookups(levels, ownersFile);
  const some = (logins: readonly string[]) => logins.filter((login) => collaborators.has(login));
  const limited = new Map<string, Level>();
  for (const [path, level] of levels) {
    const entries = level.entries.map((entry) => {
      const { approvers, reviewers } = entry.lists;
      return { ...entry, lists: { ...entry.lists, approvers: some(approvers), reviewers: some(reviewers) } };
    });
    limited.set(path, { ...level, entries });
  }
  return lookups(limited, ownersFile);
}

function lookups(levels: ReadonlyMap<string, Level>, ownersFile: string): RepoOwners {
  const matching = (role: OwnersRole, dir: string, path: string): Set<string> => {
    const found = new Set<string>();
    for (const { filter, lists } of levels.get(dir)?.entries ?? []) {
      if (filter && !filter.test(relative(dir, path))) continue;
      for (const name of lists[role]) found.add(name);
    }
    return found;
  };

  const ownersDir = (role: OwnersRole, path: string): string =>
    upward(path).find((dir) => dir !== '' && matching(role, dir, path).size > 0) ?? '';

  const all = (role: OwnersRole, path: string, leafOnly = false): Set<string>[] => {
    const layers: Set<string>[] = [];
    const seen = new Set<string>();
    for (const dir of upward(path)) {
      const layer = matching(role, dir, path);
      for (const name of layer) {
        if (seen.has(name)) layer.delete(name);
        else seen.add(name);
      }
      layers.push(layer);
      if (seen.size > 0 && (leafOnly || levels.get(dir)?.options.noParentOwners)) break;
    }
    return layers;
  };
  const flat = (layers: readonly ReadonlySet<string>[]) => new Set(layers.flatMap((layer) => [...layer]));
  const leaf = (role: OwnersRole, path: string) => flat(all(role, path, true));
  const everywhere = (...roles: OwnersRole[]) =>
    new Set(
      [...levels.values()].flatMap(({ entries }) =>
        entries.flatMap(({ lists }) => roles.flatMap((role) => lists[role])),
      ),
    );

  return {
    approversDir: (path) => ownersDir('approvers', path),
    reviewersDir: (path) => ownersDir('reviewers', path),
    leafApprovers: (path) => leaf('approvers', path),
    leafReviewers: (path) => leaf('reviewers', path),
    approvers: (path) => all('approvers', path),
    reviewers: (path) => all('reviewers', path),
    requiredReviewers: (path) => flat(all('required_reviewers', path)),
    labels: (path) => flat(all('labels', path)),
    noParentOwners: (path) => levels.get(path)?.options.noParentOwners ?? false,
    autoApproveUnownedSubfolders: (path) => levels.get(path)?.options.autoApproveUnownedSubfolders ?? false,
    topLevelApprovers: () => leaf('approvers', ''),
    allApprovers: () => everywhere('approvers'),
    allReviewers: () => everywhere('reviewers'),
    allOwners: () => everywhere('approvers', 'reviewers'),
    fileOf: (dir) => (levels.get(dir)?.isFile ? dir : joined(dir, ownersFile)),
  };
}

/** Logins normalised, aliases in their place. Labels stay as they are. */
function resolved(entry: OwnersEntry, aliases: OwnersAliases): OwnersEntry {
  const people = (logins: readonly string[]) => [
    ...new Set(logins.map(normalLogin).flatMap((login) => [...(aliases.get(login) ?? [login])])),
  ];
  const { approvers, reviewers, required_reviewers, labels } = entry.lists;
  return {
    ...entry,
    lists: {
      approvers: people(approvers),
      reviewers: people(reviewers),
      required_reviewers: people(required_reviewers),
      labels,
    },
  };
}

function readAliases(text: string | undefined): OwnersAliases {
  return text === undefined ? noAliases : readOwnersAliases(text);
}

function read<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof OwnersFileError) return undefined;
    throw error;
  }
}

function compiled(pattern: string) {
  try {
    return compileRegex(pattern);
  } catch {
    return undefined;
  }
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The path itself and all above it, the root last; slashes at the end do not count. */
function upward(path: string): string[] {
  const levels = [path.replace(/\/+$/, '')];
  for (let dir = levels[0] ?? ''; dir !== '';) levels.push((dir = parentOf(dir)));
  return levels;
}

/** A directory and those above it, without the root. */
function ancestors(dir: string): string[] {
  return upward(dir).filter((each) => each !== '');
}

/** Seen from a directory; the directory itself is `.`. */
function relative(dir: string, path: string): string {
  if (path === dir) return '.';
  return dir === '' ? path : path.slice(dir.length + 1);
}

function joined(dir: string, name: string): string {
  return dir === '' ? name : `${dir}/${name}`;
}
