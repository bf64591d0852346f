/** Who may set milestones in a repository (spec plugins-review.md C.16). */
import type { MilestoneOptions, PluginConfig } from '../domain/plugin-config.ts';
import { normalLogin } from '../domain/review/item.ts';

export interface MilestoneTeam {
  /** Slug, or the id of the older form. */
  team: { slug: string } | { id: number };
  /** As it is called in answers. */
  name: string;
}

/** The options of the repository, else those for all. */
export function milestoneTeam(config: PluginConfig, org: string, repo: string): MilestoneTeam {
  const options: MilestoneOptions = config.repo_milestone[`${org}/${repo}`] ?? config.repo_milestone[''] ?? {};
  const { maintainers_team: slug, maintainers_id: id = 0, maintainers_friendly_name: name } = options;
  return {
    team: slug ? { slug } : { id },
    name: name || (slug ? `${org}/${slug}` : 'the milestone maintainers'),
  };
}

export interface TeamReads {
  teamMembers: (slug: string) => Promise<readonly string[]>;
  teamMembersById: (id: number) => Promise<readonly string[]>;
}

export async function isMilestoneMaintainer(
  { team }: MilestoneTeam,
  login: string,
  reads: TeamReads,
): Promise<boolean> {
  const members = 'slug' in team ? await reads.teamMembers(team.slug) : await reads.teamMembersById(team.id);
  return members.some((member) => normalLogin(member) === normalLogin(login));
}
