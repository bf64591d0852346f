/** Whom to ask for the approvals that are missing: few people who cover everything (spec plugins-review.md C.1). */
import { approversOf, unapproved, type People, type RequiredOwner } from './required-owners.ts';

export interface Situation {
  required: readonly RequiredOwner[];
  /** Who has approved, and who is assigned; lower-case logins. */
  approvers: People;
  assignees: People;
  /** In [0, 1); must be the same for one change at all times, or the people to ask would change with each look. */
  random: () => number;
}

/** Sorted. Includes assignees who are needed. */
export function suggestedApprovers({ required, approvers, assignees, random }: Situation): string[] {
  const leaf = ownedBy(required, 'leafApprovers');
  // Whoever stands in several files has more chances.
  const candidates = required.flatMap((owner) => [...approversOf(owner, 'leafApprovers')]).toSorted();
  const suggested = keepCovering(required, leaf, union(approvers, assignees), shuffled(candidates, random));
  const known = union(approvers, suggested);
  const everyone = [...union(known, assignees)].toSorted();
  const kept = keepCovering(required, ownedBy(required, 'approvers'), known, everyone);
  return [...union(suggested, kept)].toSorted();
}

/** OWNERS files by the people who stand in them. */
type Owned = ReadonlyMap<string, ReadonlySet<RequiredOwner>>;

function ownedBy(required: readonly RequiredOwner[], which: 'approvers' | 'leafApprovers'): Owned {
  const owned = new Map<string, Set<RequiredOwner>>();
  for (const owner of required)
    for (const login of approversOf(owner, which)) owned.set(login, (owned.get(login) ?? new Set()).add(owner));
  return owned;
}

/** Of a set of candidates that covers everything, those who add to what is known. */
function keepCovering(
  required: readonly RequiredOwner[],
  owned: Owned,
  known: People,
  candidates: readonly string[],
): Set<string> {
  const missing = unapproved(required, known);
  const chosen = [...cover(required, owned, candidates)];
  return new Set(chosen.filter((login) => missing.some((owner) => owned.get(login)?.has(owner))));
}

/** Takes whoever helps most until nothing is missing or nobody helps. */
function cover(required: readonly RequiredOwner[], owned: Owned, candidates: readonly string[]): Set<string> {
  const chosen = new Set<string>();
  for (let missing = unapproved(required, chosen); missing.length > 0; missing = unapproved(required, chosen)) {
    let best: string | undefined;
    let most = 0;
    const isMissing = new Set(missing);
    for (const login of candidates) {
      const files = owned.get(login);
      if (!files || chosen.has(login) || [...files].filter((owner) => isMissing.has(owner)).length <= most) continue;
      best = login;
      // All of their files and not just the missing ones, as the reference counts.
      most = files.size;
    }
    if (best === undefined) break;
    chosen.add(best);
  }
  return chosen;
}

function union(some: Iterable<string>, others: Iterable<string>): Set<string> {
  return new Set([...some, ...others]);
}

/** Fisher and Yates. */
function shuffled(names: readonly string[], random: () => number): string[] {
  const left = [...names];
  const order: string[] = [];
  while (left.length > 0) order.push(...left.splice(Math.floor(random() * left.length), 1));
  return order;
}
