/** Who may say that a change looks good, or take that back (spec plugins-review.md C.2). */
import type { Effect } from '../../domain/effects.ts';
import { coversRepo } from '../../domain/plugin-config.ts';
import { normalLogin } from '../../domain/review/item.ts';
import type { ItemContext } from '../api.ts';

/** Effects that come with the permission, or why there is none. */
export type Permission = { granted: true; effects: readonly Effect[] } | { granted: false; answer: string };

const granted: Permission = { granted: true, effects: [] };

/** Rejects where the host cannot say who is a collaborator. */
export async function permissionOf(speaker: string, adds: boolean, context: ItemContext): Promise<Permission> {
  const { item, org, repo, config, host } = context;
  const isAuthor = speaker === item.author;
  if (isAuthor && adds) return refused('you cannot LGTM your own pull request.');
  if (isAuthor) return granted;
  if (coversRepo(config.owners.skip_collaborators, org, repo))
    return (await ownsSomething(speaker, context))
      ? granted
      : refused('only approvers and reviewers in the OWNERS files of what this changes can change the LGTM label.');
  if (!(await host.isCollaborator(speaker)))
    return refused('only collaborators of this repository can change the LGTM label.');
  // Whoever judges a change is from then on one of those who look after it.
  const isAssigned = item.assignees.includes(speaker);
  return isAssigned ? granted : { granted: true, effects: [{ kind: 'assign', logins: [speaker] }] };
}

function refused(answer: string): Permission {
  return { granted: false, answer };
}

/** One of the changed files is enough. */
async function ownsSomething(speaker: string, { host, git }: ItemContext): Promise<boolean> {
  const [owners, files] = await Promise.all([git.owners(), host.changedFiles()]);
  const login = normalLogin(speaker);
  return files.some(({ path }) =>
    [...owners.approvers(path), ...owners.reviewers(path)].some((layer) => layer.has(login)),
  );
}
