/** Who may override (C.9): administrators, members of teams that the configuration names, root approvers where it says so. */
import { normalLogin } from '../../domain/review/item.ts';
import { inlineCode } from '../../rules/inline-code.ts';
import type { ItemContext } from '../api.ts';

/**
 * Rejects only where the permission cannot be found out, which is asked first: a team that does not exist, or OWNERS that cannot
 * be read, must not keep the others from overriding.
 */
export async function mayOverride(login: string, context: ItemContext): Promise<boolean> {
  const { host, git, config } = context;
  if ((await host.permission(login)) === 'admin') return true;
  for (const slug of teamsFor(context)) {
    if (await orNo(async () => (await host.teamMembers(slug)).includes(login))) return true;
  }
  if (!config.override.allow_top_level_owners) return false;
  return await orNo(async () => (await git.owners()).topLevelApprovers().has(normalLogin(login)));
}

async function orNo(find: () => Promise<boolean>): Promise<boolean> {
  try {
    return await find();
  } catch {
    return false;
  }
}

/** The same for people, as the end of a sentence. */
export function whoMay(context: ItemContext): string {
  const teams = teamsFor(context);
  return [
    'administrators of the repository',
    ...(context.config.override.allow_top_level_owners ? ['approvers in its root OWNERS file'] : []),
    ...(teams.length > 0 ? [`members of the teams ${teams.map(inlineCode).join(', ')}`] : []),
  ].join(', ');
}

/** Slugs for the repository and for its organisation; both count. */
function teamsFor({ org, repo, config }: Pick<ItemContext, 'org' | 'repo' | 'config'>): string[] {
  const { allowed_github_teams: teams } = config.override;
  return [...new Set([...(teams[`${org}/${repo}`] ?? []), ...(teams[org] ?? [])])];
}
