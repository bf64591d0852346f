/** GitHub Apps, their installations, and installation tokens. */
import { nothing, ok, type Call, type Operation } from '../api/operation.ts';
import { issueToken } from '../api/identity.ts';
import type { Account, App, Installation, Repo } from '../model/entities.ts';
import { ApiError, notFound } from '../model/errors.ts';
import { isoTime } from '../model/time.ts';
import { renderApp, renderInstallation } from '../render/hooks.ts';
import { renderRepo } from '../render/repos.ts';
import { reaches } from '../rules/access.ts';

/** The App whose signature came with the request; 401 for everybody else. */
export function app(call: Call): App {
  const found = call.identity.kind === 'app' ? call.identity.app : undefined;
  if (!found) throw new ApiError(401, 'A JSON web token could not be decoded');
  return found;
}

const hourMs = 3_600_000;

function installation(call: Call): Installation {
  const { id } = app(call);
  const found = call.world.store.get('installations', call.id('installation_id'));
  if (found?.appId !== id) throw notFound();
  return found;
}

function installationOn(call: Call, account: Account, repo?: Repo): Installation {
  const { id } = app(call);
  const found = call.world.store.of('installations', account.id).find((one) => one.appId === id);
  if (!found || (repo && !reaches(found, repo))) throw notFound();
  return found;
}

const shown = (call: Call, found: Installation) => ok(renderInstallation(call.world, found));

function createToken(call: Call) {
  const { world } = call;
  const found = installation(call);
  if (found.suspendedAt !== null) throw new ApiError(403, 'This installation has been suspended');
  const body = call.body('Token');
  const names = body.texts('repositories');
  const ids = ((body.values['repository_ids'] as unknown[] | undefined) ?? []).map(Number);
  const reachable = world.store.of('repos', found.accountId).filter((repo) => reaches(found, repo));
  const chosen = reachable.filter((repo) => names?.includes(repo.name) || ids.includes(repo.id));
  const narrowed = names !== undefined || ids.length > 0;
  if (narrowed && chosen.length < (names?.length ?? 0) + ids.length) {
    throw new ApiError(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  }
  const wanted = (body.object('permissions')?.values ?? found.permissions) as Record<string, string>;
  for (const name of Object.keys(wanted)) {
    if (found.permissions[name] === undefined) {
      throw new ApiError(422, 'The permissions requested are not granted to this installation.');
    }
  }
  const expiresAt = isoTime(Date.parse(world.now()) + hourMs);
  const { secret } = issueToken(world, 'ghs_', {
    userId: app(call).botId,
    installationId: found.id,
    repoIds: narrowed ? chosen.map((repo) => repo.id) : null,
    permissions: wanted,
    expiresAt,
  });
  return {
    status: 201,
    body: {
      token: secret,
      expires_at: expiresAt,
      permissions: wanted,
      repository_selection: narrowed || found.repoIds !== null ? 'selected' : 'all',
      ...(narrowed && { repositories: chosen.map((repo) => renderRepo(world, repo)) }),
    },
  };
}

export const appOperations: Operation[] = [
  {
    id: 'apps/get-authenticated',
    method: 'GET',
    path: '/app',
    handle: (call) => {
      const found = app(call);
      const count = call.world.store.all('installations').filter((one) => one.appId === found.id).length;
      return ok({ ...renderApp(call.world, found), installations_count: count });
    },
  },
  {
    id: 'apps/get-by-slug',
    method: 'GET',
    path: '/apps/{app_slug}',
    handle: (call) => {
      const found = call.world.store.all('apps').find((one) => one.slug === call.param('app_slug'));
      if (!found) throw notFound();
      return ok(renderApp(call.world, found));
    },
  },
  {
    id: 'apps/list-installations',
    method: 'GET',
    path: '/app/installations',
    handle: (call) => {
      const { id } = app(call);
      const mine = call.world.store.all('installations').filter((one) => one.appId === id);
      return call.page(mine, (one) => renderInstallation(call.world, one));
    },
  },
  {
    id: 'apps/get-installation',
    method: 'GET',
    path: '/app/installations/{installation_id}',
    handle: (call) => shown(call, installation(call)),
  },
  {
    id: 'apps/delete-installation',
    method: 'DELETE',
    path: '/app/installations/{installation_id}',
    handle: (call) => {
      const found = installation(call);
      for (const token of call.world.store.all('tokens')) {
        if (token.installationId === found.id) call.world.store.remove('tokens', token.id);
      }
      call.world.store.remove('installations', found.id);
      return nothing;
    },
  },
  {
    id: 'apps/suspend-installation',
    method: 'PUT',
    path: '/app/installations/{installation_id}/suspended',
    handle: (call) => {
      call.world.store.save('installations', { ...installation(call), suspendedAt: call.world.now() });
      return nothing;
    },
  },
  {
    id: 'apps/unsuspend-installation',
    method: 'DELETE',
    path: '/app/installations/{installation_id}/suspended',
    handle: (call) => {
      call.world.store.save('installations', { ...installation(call), suspendedAt: null });
      return nothing;
    },
  },
  {
    id: 'apps/create-installation-access-token',
    method: 'POST',
    path: '/app/installations/{installation_id}/access_tokens',
    handle: createToken,
  },
  {
    id: 'apps/get-org-installation',
    method: 'GET',
    path: '/orgs/{org}/installation',
    handle: (call) => shown(call, installationOn(call, call.org())),
  },
  {
    id: 'apps/get-user-installation',
    method: 'GET',
    path: '/users/{username}/installation',
    handle: (call) => shown(call, installationOn(call, call.user())),
  },
  {
    id: 'apps/get-repo-installation',
    method: 'GET',
    path: '/repos/{owner}/{repo}/installation',
    handle: (call) => {
      const repo = call.world.store.repo(call.param('owner'), call.param('repo'));
      if (!repo) throw notFound();
      return shown(call, installationOn(call, call.user('owner'), repo));
    },
  },
  {
    id: 'apps/list-repos-accessible-to-installation',
    method: 'GET',
    path: '/installation/repositories',
    handle: (call) => {
      const { installation: mine } = call.identity;
      if (!mine)
        throw new ApiError(
          403,
          'You must authenticate with an installation access token in order to list repositories for an installation.',
        );
      const repos = call.world.store.of('repos', mine.accountId).filter((repo) => call.permission(repo) === 'admin');
      return call.page(
        repos,
        (repo) => renderRepo(call.world, repo),
        (page) => ({
          total_count: repos.length,
          repository_selection: mine.repoIds === null ? 'all' : 'selected',
          repositories: page,
        }),
      );
    },
  },
  {
    id: 'apps/revoke-installation-access-token',
    method: 'DELETE',
    path: '/installation/token',
    handle: (call) => {
      const { token, installation: mine } = call.identity;
      if (!token || !mine) throw new ApiError(403, 'You must authenticate with an installation access token.');
      call.world.store.remove('tokens', token.id);
      return nothing;
    },
  },
];
