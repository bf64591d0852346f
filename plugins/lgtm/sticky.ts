/** Authors whose changes stay "looks good" when they push (spec plugins-review.md C.2). */
import { mayPass } from '../../domain/errors.ts';
import type { LgtmOptions } from '../../domain/plugin-config.ts';
import type { ItemContext } from '../api.ts';

/** Whether the author is in the team that is trusted so; nobody is in a team that cannot be read. */
export async function isSticky(options: LgtmOptions | undefined, { item, host }: ItemContext): Promise<boolean> {
  const team = options?.trusted_team_for_sticky_lgtm;
  if (!team) return false;
  try {
    return (await host.teamMembersByName(team)).includes(item.author);
  } catch (error) {
    if (mayPass(error)) throw error;
    return false;
  }
}
