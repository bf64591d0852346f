/** Repositories, branches and their protection. */
import { created, nothing, ok, type Call, type Operation } from '../api/operation.ts';
import type { Account, Protection, Repo } from '../model/entities.ts';
import { ApiError, invalid, notFound } from '../model/errors.ts';
import { ownerOf } from '../model/world.ts';
import { nodeId } from '../model/node-id.ts';
import { renderTeam } from '../render/accounts.ts';
import { renderCommit } from '../render/commits.ts';
import { renderFullRepo, renderProtection, renderRepo, renderRequiredChecks, repoApi } from '../render/repos.ts';
import { covers, isMember } from '../rules/access.ts';
import { createRepo, deleteRepo, forkRepo } from '../rules/repos.ts';

const one = '/repos/{owner}/{repo}';
const branchPath = `${one}/branches/{branch}`;
const protection = `${branchPath}/protection`;
const checksPath = `${protection}/required_status_checks`;

/** Those of an account that the caller sees, newest change last. */
function visible(call: Call, account: Account): Repo[] {
  return call.world.store.of('repos', account.id).filter((repo) => covers(call.permission(repo), 'read'));
}

const listed = (call: Call, repos: Repo[]) =>
  call.page(repos, (repo) => renderRepo(call.world, repo, call.identity.account));

async function create(call: Call, owner: Account) {
  const body = call.body('Repository');
  const repo = await createRepo(call.world, owner, call.actor(), {
    name: body.needText('name'),
    description: body.text('description') ?? null,
    isPrivate: body.flag('private') ?? false,
    autoInit: body.flag('auto_init') ?? false,
  });
  const answer = renderFullRepo(call.world, applySettings(call, repo), call.actor());
  return created(answer, answer['url']);
}

function applySettings(call: Call, repo: Repo): Repo {
  const body = call.body('Repository');
  repo.allowMergeCommit = body.flag('allow_merge_commit') ?? repo.allowMergeCommit;
  repo.allowSquashMerge = body.flag('allow_squash_merge') ?? repo.allowSquashMerge;
  repo.allowRebaseMerge = body.flag('allow_rebase_merge') ?? repo.allowRebaseMerge;
  repo.deleteBranchOnMerge = body.flag('delete_branch_on_merge') ?? repo.deleteBranchOnMerge;
  repo.allowUpdateBranch = body.flag('allow_update_branch') ?? repo.allowUpdateBranch;
  repo.updatedAt = call.world.now();
  return call.world.store.save('repos', repo);
}

async function branch(
  call: Call,
  wanted: 'read' | 'admin' = 'read',
): Promise<{ repo: Repo; name: string; sha: string }> {
  const repo = call.repo(wanted);
  const name = call.param('branch');
  const sha = await call.world.repositories.of(repo).tip(`refs/heads/${name}`);
  if (sha === undefined) throw new ApiError(404, 'Branch not found');
  return { repo, name, sha };
}

function protectionOfBranch(repo: Repo, name: string): Protection {
  const found = repo.protections[name];
  if (!found) throw new ApiError(404, 'Branch not protected');
  return found;
}

const noProtection = {
  enabled: false,
  required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] },
};

/** The required checks of a protected branch, to be read or changed. */
async function requiredChecks(call: Call) {
  const found = await branch(call, 'admin');
  const checks = protectionOfBranch(found.repo, found.name).requiredStatusChecks;
  if (!checks) throw new ApiError(404, 'Required status checks not enabled');
  return { ...found, checks };
}

async function changeContexts(call: Call, change: (have: string[], given: string[]) => string[]) {
  const { repo, checks } = await requiredChecks(call);
  const given = (call.list() as string[] | undefined) ?? call.body('Protection').texts('contexts') ?? [];
  checks.contexts = [...new Set(change(checks.contexts, given))];
  call.world.store.save('repos', repo);
  return ok(checks.contexts);
}

export const repoOperations: Operation[] = [
  {
    id: 'repos/list-for-org',
    method: 'GET',
    path: '/orgs/{org}/repos',
    handle: (call) => listed(call, visible(call, call.org())),
  },
  {
    id: 'repos/list-for-user',
    method: 'GET',
    path: '/users/{username}/repos',
    handle: (call) => listed(call, visible(call, call.user())),
  },
  {
    id: 'repos/list-for-authenticated-user',
    method: 'GET',
    path: '/user/repos',
    handle: (call) => {
      const actor = call.actor();
      const mine = call.world.store.all('repos').filter((repo) => {
        const owner = ownerOf(call.world, repo);
        const near = repo.ownerId === actor.id || repo.collaborators[actor.id] || isMember(call.world, owner, actor);
        return near && covers(call.permission(repo), 'read');
      });
      return listed(call, mine);
    },
  },
  {
    id: 'repos/create-in-org',
    method: 'POST',
    path: '/orgs/{org}/repos',
    handle: async (call) => await create(call, call.ownedOrg()),
  },
  {
    id: 'repos/create-for-authenticated-user',
    method: 'POST',
    path: '/user/repos',
    handle: async (call) => await create(call, call.actor()),
  },
  {
    id: 'repos/get',
    method: 'GET',
    path: one,
    handle: (call) => ok(renderFullRepo(call.world, call.repo(), call.identity.account)),
  },
  {
    id: 'repos/update',
    method: 'PATCH',
    path: one,
    handle: async (call) => {
      const { world } = call;
      const found = world.store.repo(call.param('owner'), call.param('repo'));
      if (!found || !covers(call.permission(found), 'admin')) call.repo('admin');
      const repo = found ?? call.repo('admin');
      const body = call.body('Repository');
      const name = body.text('name');
      if (name !== undefined && name !== repo.name) {
        if (world.store.repo(call.param('owner'), name)) throw invalid('Repository', 'name', 'already_exists');
        repo.name = name;
      }
      const main = body.text('default_branch');
      if (main !== undefined && main !== repo.defaultBranch) {
        const repository = world.repositories.of(repo);
        if ((await repository.tip(`refs/heads/${main}`)) === undefined) {
          throw invalid('Repository', 'default_branch', 'invalid', 'The branch was not found.');
        }
        await repository.setHead(main);
        repo.defaultBranch = main;
      }
      if (body.has('description')) repo.description = body.text('description') ?? null;
      repo.archived = body.flag('archived') ?? repo.archived;
      repo.isPrivate = body.flag('private') ?? repo.isPrivate;
      return ok(renderFullRepo(world, applySettings(call, repo), call.actor()));
    },
  },
  {
    id: 'repos/delete',
    method: 'DELETE',
    path: one,
    handle: async (call) => {
      await deleteRepo(call.world, call.repo('admin'), call.actor());
      return nothing;
    },
  },
  {
    id: 'repos/get-all-topics',
    method: 'GET',
    path: `${one}/topics`,
    handle: (call) => ok({ names: call.repo().topics }),
  },
  {
    id: 'repos/replace-all-topics',
    method: 'PUT',
    path: `${one}/topics`,
    handle: (call) => {
      const repo = call.repo('admin');
      repo.topics = call.body('Repository').texts('names') ?? [];
      call.world.store.save('repos', repo);
      return ok({ names: repo.topics });
    },
  },
  {
    id: 'repos/list-teams',
    method: 'GET',
    path: `${one}/teams`,
    handle: (call) => {
      const repo = call.repo('write');
      const teams = call.world.store.of('teams', repo.ownerId).filter((team) => team.repos[repo.id]);
      return call.page(teams, (team) => renderTeam(call.world, team, team.repos[repo.id]));
    },
  },
  {
    id: 'repos/list-forks',
    method: 'GET',
    path: `${one}/forks`,
    handle: (call) => {
      const repo = call.repo();
      return listed(
        call,
        call.world.store.all('repos').filter((each) => each.parentId === repo.id),
      );
    },
  },
  {
    id: 'repos/create-fork',
    method: 'POST',
    path: `${one}/forks`,
    handle: async (call) => {
      const { world } = call;
      const parent = call.repo();
      const actor = call.actor();
      const body = call.body('Repository');
      const org = body.text('organization');
      const owner = org === undefined ? actor : world.store.account(org);
      if (!owner) throw notFound();
      const fork = await forkRepo(world, parent, owner, actor, body.text('name'));
      return { status: 202, body: renderFullRepo(world, fork, actor) };
    },
  },
  {
    id: 'repos/list-branches',
    method: 'GET',
    path: `${one}/branches`,
    handle: async (call) => {
      const repo = call.repo();
      const wanted = call.query.get('protected');
      const refs = await call.world.repositories.of(repo).refs('refs/heads/');
      const branches = refs
        .map((ref) => ({ name: ref.ref.slice('refs/heads/'.length), sha: ref.sha }))
        .filter(({ name }) => wanted === null || String(repo.protections[name] !== undefined) === wanted);
      return call.page(branches, ({ name, sha }) => ({
        name,
        commit: { sha, url: `${repoApi(call.world, repo)}/commits/${sha}` },
        protected: repo.protections[name] !== undefined,
      }));
    },
  },
  {
    id: 'repos/get-branch',
    method: 'GET',
    path: branchPath,
    handle: async (call) => {
      const { repo, name, sha } = await branch(call);
      const commit = await call.world.repositories.of(repo).commit(sha);
      if (!commit) throw notFound();
      const rules = repo.protections[name];
      const url = `${repoApi(call.world, repo)}/branches/${encodeURIComponent(name)}`;
      return ok({
        name,
        commit: renderCommit(call.world, repo, commit),
        _links: { self: url, html: `${call.world.web}/${call.param('owner')}/${repo.name}/tree/${name}` },
        protected: rules !== undefined,
        protection: rules
          ? {
              enabled: true,
              required_status_checks: rules.requiredStatusChecks
                ? renderRequiredChecks(call.world, repo, name, rules.requiredStatusChecks)
                : noProtection.required_status_checks,
            }
          : noProtection,
        protection_url: `${url}/protection`,
      });
    },
  },
  {
    id: 'repos/get-branch-protection',
    method: 'GET',
    path: protection,
    handle: async (call) => {
      const { repo, name } = await branch(call, 'admin');
      return ok(renderProtection(call.world, repo, name, protectionOfBranch(repo, name)));
    },
  },
  {
    id: 'repos/update-branch-protection',
    method: 'PUT',
    path: protection,
    handle: async (call) => {
      const { repo, name } = await branch(call, 'admin');
      const body = call.body('Protection');
      for (const needed of [
        'required_status_checks',
        'enforce_admins',
        'required_pull_request_reviews',
        'restrictions',
      ]) {
        if (!body.has(needed)) throw invalid('Protection', needed, 'missing_field');
      }
      const checks = body.object('required_status_checks');
      const reviews = body.object('required_pull_request_reviews');
      const restrictions = body.object('restrictions');
      const named = (checks?.objects('checks') ?? []).map((check) => check.needText('context'));
      repo.protections[name] = {
        requiredStatusChecks: checks
          ? {
              strict: checks.flag('strict') ?? false,
              contexts: [...new Set([...(checks.texts('contexts') ?? []), ...named])],
            }
          : null,
        enforceAdmins: body.flag('enforce_admins') ?? false,
        requiredReviews: reviews
          ? {
              count: reviews.number('required_approving_review_count') ?? 1,
              dismissStale: reviews.flag('dismiss_stale_reviews') ?? false,
              requireCodeOwners: reviews.flag('require_code_owner_reviews') ?? false,
            }
          : null,
        restrictions: restrictions
          ? {
              users: restrictions.texts('users') ?? [],
              teams: restrictions.texts('teams') ?? [],
              apps: restrictions.texts('apps') ?? [],
            }
          : null,
        requiredLinearHistory: body.flag('required_linear_history') ?? false,
        allowForcePushes: body.flag('allow_force_pushes') ?? false,
        allowDeletions: body.flag('allow_deletions') ?? false,
      };
      call.world.store.save('repos', repo);
      return ok(renderProtection(call.world, repo, name, protectionOfBranch(repo, name)));
    },
  },
  {
    id: 'repos/delete-branch-protection',
    method: 'DELETE',
    path: protection,
    handle: async (call) => {
      const { repo, name } = await branch(call, 'admin');
      protectionOfBranch(repo, name);
      delete repo.protections[name];
      call.world.store.save('repos', repo);
      return nothing;
    },
  },
  {
    id: 'repos/get-status-checks-protection',
    method: 'GET',
    path: checksPath,
    handle: async (call) => {
      const { repo, name, checks } = await requiredChecks(call);
      return ok(renderRequiredChecks(call.world, repo, name, checks));
    },
  },
  {
    id: 'repos/get-all-status-check-contexts',
    method: 'GET',
    path: `${checksPath}/contexts`,
    handle: async (call) => ok((await requiredChecks(call)).checks.contexts),
  },
  {
    id: 'repos/add-status-check-contexts',
    method: 'POST',
    path: `${checksPath}/contexts`,
    handle: async (call) => await changeContexts(call, (have, given) => [...have, ...given]),
  },
  {
    id: 'repos/set-status-check-contexts',
    method: 'PUT',
    path: `${checksPath}/contexts`,
    handle: async (call) => await changeContexts(call, (_have, given) => given),
  },
  {
    id: 'repos/remove-status-check-contexts',
    method: 'DELETE',
    path: `${checksPath}/contexts`,
    handle: async (call) => await changeContexts(call, (have, given) => have.filter((name) => !given.includes(name))),
  },
  {
    id: 'repos/list-tags',
    method: 'GET',
    path: `${one}/tags`,
    handle: async (call) => {
      const repo = call.repo();
      const repository = call.world.repositories.of(repo);
      const tags: { name: string; sha: string }[] = [];
      for (const { ref, sha } of await repository.refs('refs/tags/')) {
        tags.push({ name: ref.slice('refs/tags/'.length), sha: (await repository.resolve(ref)) ?? sha });
      }
      const url = repoApi(call.world, repo);
      return call.page(tags, ({ name, sha }) => ({
        name,
        commit: { sha, url: `${url}/commits/${sha}` },
        zipball_url: `${url}/zipball/refs/tags/${name}`,
        tarball_url: `${url}/tarball/refs/tags/${name}`,
        node_id: nodeId('Ref', `${repo.id} refs/tags/${name}`),
      }));
    },
  },
];
