/**
 * One OWNERS file, or the front matter of a Markdown file (spec plugins-review.md B.2, B.4).
 *
 * A file that cannot be read contributes nothing rather than failing the repository: whoever breaks it is told by
 * `verify-owners`. YAML and its types are Go's.
 */
import { compileRegex, type Regex } from '../regex.ts';
import { parseYaml, YamlError, type YamlMap, type YamlValue } from '../yaml/parse.ts';

export const ownersRoles = ['approvers', 'reviewers', 'required_reviewers', 'labels'] as const;
export type OwnersRole = (typeof ownersRoles)[number];

/** What one filter of a file says; `filter` is absent where it says it of every path. */
export interface OwnersEntry {
  filter?: Regex;
  lists: Record<OwnersRole, readonly string[]>;
}

export interface OwnersOptions {
  noParentOwners: boolean;
  autoApproveUnownedSubfolders: boolean;
}

export interface OwnersFile {
  entries: readonly OwnersEntry[];
  options: OwnersOptions;
}

/** The file is not one: no YAML, or values of wrong types in both forms. */
export class OwnersFileError extends Error {
  /** Counted from 1, where it is known. */
  readonly line: number | undefined;
  constructor(message: string, line?: number) {
    super(message);
    this.line = line;
  }
}

/** Throws OwnersFileError. */
export function parseOwnersFile(text: string): OwnersFile {
  const root = mapOf(parseOwnersYaml(text));
  const simple = attempt(() => simpleEntry(root));
  const options = optionsOf(root);
  if (simple && ownersRoles.some((role) => simple.lists[role].length > 0)) return { entries: [simple], options };
  return { entries: filteredEntries(root), options };
}

const frontMatter = /^---\r?\n([^]*?)\r?\n---(?:\r?\n|$)/;

/** The front matter of a Markdown file, which has the simple form; undefined where there is none. Throws OwnersFileError. */
export function parseFrontMatter(text: string): OwnersFile | undefined {
  const block = frontMatter.exec(text)?.[1];
  if (block === undefined) return undefined;
  const root = mapOf(parseOwnersYaml(block));
  return { entries: [simpleEntry(root)], options: optionsOf(root) };
}

/** The YAML of an OWNERS or aliases file. Throws OwnersFileError. */
export function parseOwnersYaml(text: string): YamlValue {
  try {
    return parseYaml(text);
  } catch (error) {
    if (error instanceof YamlError) throw new OwnersFileError(error.message, error.line);
    throw error;
  }
}

function mapOf(value: YamlValue | undefined): YamlMap {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw new OwnersFileError('is not a map');
  return value;
}

/** Keys match in any case, the exact spelling first. */
function field(map: YamlMap, name: string): YamlValue | undefined {
  if (Object.hasOwn(map, name)) return map[name];
  const key = Object.keys(map)
    .toSorted()
    .findLast((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : map[key];
}

/** The text of one item of a list. */
type ReadItem = (value: YamlValue, role: OwnersRole) => string;

const textOnly: ReadItem = (value, role) => {
  if (value === null) return '';
  if (typeof value !== 'string') throw new OwnersFileError(`${role} must be a list of texts`);
  return value;
};

/** Inside `filters` numbers and booleans are read as text. */
const anyScalar: ReadItem = (value, role) =>
  typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? String(value)
    : textOnly(value, role);

function listsOf(map: YamlMap, read: ReadItem): OwnersEntry['lists'] {
  const list = (role: OwnersRole): readonly string[] => {
    const value = field(map, role) ?? null;
    if (value === null) return [];
    if (!Array.isArray(value)) throw new OwnersFileError(`${role} must be a list`);
    return value.map((item) => read(item, role));
  };
  return {
    approvers: list('approvers'),
    reviewers: list('reviewers'),
    required_reviewers: list('required_reviewers'),
    labels: list('labels'),
  };
}

function simpleEntry(root: YamlMap): OwnersEntry {
  return { lists: listsOf(root, textOnly) };
}

function filteredEntries(root: YamlMap): OwnersEntry[] {
  const filters = mapOf(field(root, 'filters'));
  const entries: OwnersEntry[] = [];
  for (const [pattern, value] of Object.entries(filters)) {
    const lists = listsOf(mapOf(value), anyScalar);
    if (pattern === '.*') entries.push({ lists });
    else {
      // A filter that is no expression is dropped; the others stay.
      const filter = attempt(() => compileRegex(pattern));
      if (filter) entries.push({ filter, lists });
    }
  }
  return entries;
}

function optionsOf(root: YamlMap): OwnersOptions {
  const options = mapOf(field(root, 'options'));
  const flag = (name: string): boolean => {
    const value = field(options, name) ?? false;
    if (typeof value !== 'boolean') throw new OwnersFileError(`options.${name} must be true or false`);
    return value;
  };
  return {
    noParentOwners: flag('no_parent_owners'),
    autoApproveUnownedSubfolders: flag('auto_approve_unowned_subfolders'),
  };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
