/** A webhook's body: the event's own part, and what every event has. */
import type { Hook, Installation } from '../model/entities.ts';
import { nodeId } from '../model/node-id.ts';
import { ownerOf, type Happening, type Json, type World } from '../model/world.ts';
import { renderOrganization, renderUser } from '../render/accounts.ts';
import { renderRepo } from '../render/repos.ts';
import { reaches } from '../rules/access.ts';

/** @param own the event's own part */
export function payloadOf(world: World, happening: Happening, own: Json, hook: Hook): Json {
  const { repo, sender, action } = happening;
  const owner = repo && ownerOf(world, repo);
  const org = happening.org ?? (owner?.type === 'Organization' ? owner : undefined);
  const installation = installationOf(world, happening, hook);
  const isInstallationEvent = happening.event.startsWith('installation');
  return {
    ...(action !== undefined && { action }),
    ...own,
    ...(repo && {
      repository: happening.event === 'push' ? pushRepo(world, renderRepo(world, repo)) : renderRepo(world, repo),
    }),
    ...(org && { organization: renderOrganization(world, org) }),
    ...(installation &&
      !isInstallationEvent && {
        installation: { id: installation.id, node_id: nodeId('Installation', installation.id) },
      }),
    sender: renderUser(world, sender),
  };
}

/** Pushes have times of the repository in seconds since 1970, and the owner's names. */
function pushRepo(_world: World, repo: Json): Json {
  const owner = repo['owner'] as Json;
  const seconds = (time: unknown) => Math.floor(Date.parse(String(time)) / 1000);
  return {
    ...repo,
    created_at: seconds(repo['created_at']),
    pushed_at: seconds(repo['pushed_at']),
    owner: { ...owner, name: owner['login'], email: null },
    master_branch: repo['default_branch'],
    stargazers: 0,
  };
}

/** The installation by which an App's hook gets an event. */
export function installationOf(world: World, happening: Happening, hook: Hook): Installation | undefined {
  if (hook.owner.kind !== 'app') return undefined;
  if (happening.installation)
    return happening.installation.appId === hook.owner.id ? happening.installation : undefined;
  const { repo, org } = happening;
  return world.store
    .all('installations')
    .find((one) => one.appId === hook.owner.id && (repo ? reaches(one, repo) : one.accountId === org?.id));
}
