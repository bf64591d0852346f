/**
 * Whom a notification of `approve` suggests depends on chance where several people would do (golden data, plugins/README.md):
 * then those are as good who cover the same files.
 */
import type { Item } from '../../../domain/review/item.ts';
import type { RepoOwners } from '../../../rules/owners/repo-owners.ts';

type Facts = Record<string, unknown>;

/** The golden facts of a notification, with our suggestion where it does as well as theirs. */
export function withEqualSuggestion(
  golden: Facts,
  ours: Facts,
  world: { owners: RepoOwners; paths: readonly string[]; item: Pick<Item, 'assignees'> },
): Facts {
  const theirs = namesIn(golden['metaApprovers']);
  const names = namesIn(ours['metaApprovers']);
  const links = namesIn(ours['ccLinks']);
  if (names.length === 0) return golden;
  const isOne = 'ccLinks' in golden === links.length > 0 && (links.length === 0 || isSame(links, names));
  if (!isOne || !isSame(coveredBy(theirs, golden, world), coveredBy(names, golden, world))) return golden;
  // Nobody is suggested who helps with nothing.
  if (names.some((name) => coveredBy([name], golden, world).length === 0)) return golden;
  // Those who are assigned come first.
  const assigned = new Set(world.item.assignees.map((login) => login.toLowerCase()));
  const inOrder = [...names.filter((name) => assigned.has(name)), ...names.filter((name) => !assigned.has(name))];
  return { ...golden, metaApprovers: names.toSorted(), ...('ccLinks' in golden && { ccLinks: inOrder }) };
}

/** Files of unapproved OWNERS files that some of the people can approve. */
function coveredBy(
  names: readonly string[],
  golden: Facts,
  { owners, paths }: { owners: RepoOwners; paths: readonly string[] },
): string[] {
  const missing = new Set(
    (golden['owners'] as Facts[] | undefined)?.filter(({ approved }) => !approved).map(({ path }) => path),
  );
  return paths.filter(
    (path) =>
      missing.has(owners.fileOf(owners.approversDir(path))) &&
      owners.approvers(path).some((layer) => names.some((name) => layer.has(name))),
  );
}

function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return JSON.stringify(some.toSorted()) === JSON.stringify(others.toSorted());
}
