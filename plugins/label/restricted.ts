/** Labels that only some people may set (spec plugins-review.md C.10). */
import { inlineCode } from '../../rules/inline-code.ts';
import type { LabelOptions, RestrictedLabel } from '../../domain/plugin-config.ts';

export type RestrictedLabels = ReadonlyMap<string, RestrictedLabel>;

/** Entries for one label at `*`, the organisation and the repository are united. */
export function restrictedLabelsFor(
  { restricted_labels: all }: LabelOptions,
  org: string,
  repo: string,
): RestrictedLabels {
  const found = new Map<string, RestrictedLabel>();
  for (const entry of ['*', org, `${org}/${repo}`].flatMap((key) => all[key] ?? [])) {
    const label = entry.label.toLowerCase();
    const known = found.get(label);
    found.set(label, {
      label,
      allowed_teams: united(known?.allowed_teams, entry.allowed_teams),
      allowed_users: united(known?.allowed_users, entry.allowed_users),
      assign_on: [...(known?.assign_on ?? []), ...entry.assign_on],
    });
  }
  return found;
}

function united(known: readonly string[] = [], more: readonly string[]): string[] {
  return [...new Set([...known, ...more])];
}

/** Undefined where the person may; else why not. */
export async function refusalFor(
  restriction: RestrictedLabel | undefined,
  login: string,
  teamMembers: (slug: string) => Promise<readonly string[]>,
  random: () => number,
): Promise<string | undefined> {
  if (!restriction) return undefined;
  const { label, allowed_users: users, allowed_teams: teams } = restriction;
  if (users.some((user) => user.toLowerCase() === login.toLowerCase())) return undefined;
  for (const team of teams) if ((await teamMembers(team)).some((member) => same(member, login))) return undefined;
  const who = teams.length > 0 ? ` Members of ${quoted(teams)} may.` : asking(users, random);
  return `You may not set or remove the label ${inlineCode(label)}.${who}`;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** A few of many, so that not always the same people are asked. */
const maxNamed = 20;

function asking(users: readonly string[], random: () => number): string {
  if (users.length === 0) return '';
  const some = users
    .map((user) => ({ user, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .slice(0, maxNamed)
    .map(({ user }) => user);
  return ` Please ask one of ${quoted(some)}.`;
}

export function quoted(names: readonly string[]): string {
  return names.map(inlineCode).join(', ');
}
