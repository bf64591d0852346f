/**
 * OWNERS_ALIASES: names that stand for several people (spec plugins-review.md B.3). One level: an alias inside an alias is a
 * login.
 */
import { normalLogin } from '../../domain/review/item.ts';
import type { YamlValue } from '../yaml/parse.ts';
import { OwnersFileError, parseOwnersYaml } from './owners-file.ts';

/** Normalised names to normalised logins. */
export type OwnersAliases = ReadonlyMap<string, ReadonlySet<string>>;

export const noAliases: OwnersAliases = new Map();

/** Throws OwnersFileError where the file is not one. */
export function parseOwnersAliases(text: string): OwnersAliases {
  return new Map(entriesOf(text));
}

/** As far as it can be read: what comes after the first mistake is left out. */
export function readOwnersAliases(text: string): OwnersAliases {
  const aliases = new Map<string, ReadonlySet<string>>();
  try {
    for (const [name, members] of entriesOf(text)) aliases.set(name, members);
  } catch (error) {
    if (!(error instanceof OwnersFileError)) throw error;
  }
  return aliases;
}

function* entriesOf(text: string): Generator<[string, ReadonlySet<string>]> {
  for (const [name, members] of Object.entries(aliasesOf(text))) {
    yield [normalLogin(name), new Set(membersOf(name, members))];
  }
}

function aliasesOf(text: string): Record<string, YamlValue> {
  const root = parseOwnersYaml(text);
  if (root === null) return {};
  if (!isMap(root)) throw new OwnersFileError('is not a map');
  const key = Object.hasOwn(root, 'aliases')
    ? 'aliases'
    : Object.keys(root).find((each) => each.toLowerCase() === 'aliases');
  const aliases = key === undefined ? null : (root[key] ?? null);
  if (aliases === null) return {};
  if (!isMap(aliases)) throw new OwnersFileError('aliases must be a map');
  return aliases;
}

/** A list, the keys of a map, or nobody. */
function membersOf(name: string, value: YamlValue): string[] {
  if (value === null) return [];
  const members = Array.isArray(value) ? value : isMap(value) ? Object.keys(value) : undefined;
  if (!members) throw new OwnersFileError(`the members of ${name} must be a list`);
  return members.map((member) => {
    if (typeof member !== 'string') throw new OwnersFileError(`the members of ${name} must be texts`);
    return normalLogin(member);
  });
}

function isMap(value: YamlValue): value is Record<string, YamlValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
