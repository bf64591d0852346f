/** Webhooks, their deliveries, Apps and installations as the REST interface shows them. */
import type { App, Delivery, Hook, Installation } from '../model/entities.ts';
import { nodeId } from '../model/node-id.ts';
import type { Json, World } from '../model/world.ts';
import { renderUser } from './accounts.ts';
import { repoApi } from './repos.ts';

export function hookApi(world: World, hook: Hook): string {
  if (hook.owner.kind === 'app') return `${world.api}/app/hook`;
  if (hook.owner.kind === 'org') {
    return `${world.api}/orgs/${world.store.must('accounts', hook.owner.id).login}/hooks/${hook.id}`;
  }
  return `${repoApi(world, world.store.must('repos', hook.owner.id))}/hooks/${hook.id}`;
}

export function renderHookConfig(hook: Hook): Json {
  return {
    url: hook.url,
    content_type: hook.contentType,
    insecure_ssl: hook.insecureSsl,
    ...(hook.secret !== null && { secret: '********' }),
  };
}

export function renderHook(world: World, hook: Hook): Json {
  const url = hookApi(world, hook);
  const last = world.store
    .of('deliveries', hook.id)
    .filter((delivery) => delivery.state === 'done')
    .at(-1);
  return {
    type: hook.owner.kind === 'org' ? 'Organization' : hook.owner.kind === 'app' ? 'App' : 'Repository',
    id: hook.id,
    name: 'web',
    active: hook.active,
    events: hook.events,
    config: renderHookConfig(hook),
    updated_at: hook.updatedAt,
    created_at: hook.createdAt,
    url,
    ...(hook.owner.kind === 'repo' && { test_url: `${url}/test` }),
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    ...(hook.owner.kind === 'repo' && {
      last_response: last
        ? { code: last.statusCode, status: last.statusCode < 400 ? 'active' : 'misconfigured', message: last.status }
        : { code: null, status: 'unused', message: null },
    }),
  };
}

/** @param full with the request and the answer */
export function renderDelivery(world: World, delivery: Delivery, full: boolean): Json {
  const hook = world.store.must('hooks', delivery.hookId);
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.duration,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
    ...(full && {
      url: hook.url,
      request: { headers: delivery.requestHeaders, payload: JSON.parse(delivery.body) as unknown },
      response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
    }),
  };
}

export function renderApp(world: World, app: App): Json {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('App', app.id),
    owner: renderUser(world, world.store.must('accounts', app.ownerId)),
    name: app.name,
    description: '',
    external_url: world.web,
    html_url: `${world.web}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.updatedAt,
    permissions: app.permissions,
    events: app.events,
  };
}

export function renderInstallation(world: World, installation: Installation): Json {
  const app = world.store.must('apps', installation.appId);
  const account = world.store.must('accounts', installation.accountId);
  return {
    id: installation.id,
    account: renderUser(world, account),
    repository_selection: installation.repoIds === null ? 'all' : 'selected',
    access_tokens_url: `${world.api}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${world.api}/installation/repositories`,
    html_url: `${world.web}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    client_id: `Iv1.forge${app.id}`,
    target_id: account.id,
    target_type: account.type === 'Organization' ? 'Organization' : 'User',
    permissions: installation.permissions,
    events: installation.events,
    created_at: installation.createdAt,
    updated_at: installation.updatedAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: installation.suspendedAt,
  };
}
