/** Webhooks of repositories, organisations and Apps, with their deliveries. */
import { created, nothing, ok, type Answer, type Call, type Operation } from '../api/operation.ts';
import { ApiError, invalid, notFound } from '../model/errors.ts';
import type { Delivery, Hook } from '../model/entities.ts';
import type { Json } from '../model/world.ts';
import { renderUser } from '../render/accounts.ts';
import { renderDelivery, renderHook, renderHookConfig } from '../render/hooks.ts';
import { renderRepo } from '../render/repos.ts';
import { app } from './apps.ts';

type Owner = Hook['owner'];

const repoOwner = (call: Call): Owner => ({ kind: 'repo', id: call.repo('admin').id });
const orgOwner = (call: Call): Owner => ({ kind: 'org', id: call.ownedOrg().id });
const appOwner = (call: Call): Owner => ({ kind: 'app', id: app(call).id });

function hooksOf(call: Call, owner: Owner): Hook[] {
  return call.world.store.of('hooks', `${owner.kind} ${owner.id}`);
}

/** The hook of the path; an App has one. */
function hookOf(call: Call, owner: Owner): Hook {
  const found =
    owner.kind === 'app'
      ? hooksOf(call, owner)[0]
      : hooksOf(call, owner).find((hook) => hook.id === call.id('hook_id'));
  if (!found) throw notFound();
  return found;
}

function changeConfig(hook: Hook, config: ReturnType<Call['body']>): void {
  const url = config.text('url');
  if (url !== undefined) hook.url = checkUrl(url);
  const type = config.oneOf('content_type', ['json', 'form']);
  if (type !== undefined) hook.contentType = type;
  const insecure = config.text('insecure_ssl');
  if (insecure !== undefined) hook.insecureSsl = insecure;
  // Clients send back the asterisks that they were shown.
  const secret = config.textOrNull('secret');
  if (secret !== undefined && secret !== '********') hook.secret = secret === '' ? null : secret;
}

function checkUrl(url: string): string {
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url))
    throw invalid('Hook', 'url', 'invalid', 'url is not supported');
  return url;
}

function createHook(call: Call, owner: Owner): Answer {
  const { store, now } = call.world;
  const body = call.body('Hook');
  const config = body.object('config');
  if (!config?.has('url')) throw invalid('Hook', 'config', 'missing_field');
  const hook: Hook = {
    id: store.nextId(),
    owner,
    url: checkUrl(config.needText('url')),
    contentType: 'form',
    secret: null,
    insecureSsl: '0',
    events: body.texts('events') ?? ['push'],
    active: body.flag('active') ?? true,
    createdAt: now(),
    updatedAt: now(),
  };
  changeConfig(hook, config);
  if (hooksOf(call, owner).some((other) => other.url === hook.url)) {
    throw new ApiError(422, 'Validation Failed', {
      errors: [{ resource: 'Hook', code: 'custom', message: 'Hook already exists on this repository' }],
    });
  }
  store.save('hooks', hook);
  ping(call, hook);
  const answer = renderHook(call.world, hook);
  return created(answer, answer['url']);
}

/** GitHub sends `ping` to each new hook and on request. */
function ping(call: Call, hook: Hook): void {
  const { world } = call;
  const repo = hook.owner.kind === 'repo' ? world.store.get('repos', hook.owner.id) : undefined;
  const body: Json = {
    zen: 'Keep it logically awesome.',
    hook_id: hook.id,
    hook: renderHook(world, hook),
    ...(repo && { repository: renderRepo(world, repo) }),
    sender: renderUser(world, call.identity.account ?? call.actor()),
  };
  call.webhooks.send(hook, {
    event: 'ping',
    body,
    ...(repo && { happening: { event: 'ping', repo, sender: call.actor(), payload: () => ({}) } }),
  });
}

function deliveryOf(call: Call, owner: Owner): Delivery {
  const hook = hookOf(call, owner);
  const found = call.world.store.get('deliveries', call.id('delivery_id'));
  if (found?.hookId !== hook.id) throw notFound();
  return found;
}

/** Newest first, with GitHub's cursors: the id of the delivery that comes next. */
function listDeliveries(call: Call, owner: Owner): Answer {
  const hook = hookOf(call, owner);
  const perPage = Math.min(100, Math.max(1, Number(call.query.get('per_page') ?? 30) || 30));
  const cursor = call.query.get('cursor');
  const status = call.query.get('status');
  const all = call.world.store
    .of('deliveries', hook.id)
    .reverse()
    .filter((one) => one.state === 'done')
    .filter((one) => status === null || (status === 'success') === (one.statusCode >= 200 && one.statusCode < 400))
    .filter((one) => cursor === null || one.id <= Number(/\d+$/.exec(cursor)?.[0] ?? 0));
  const next = all[perPage];
  const headers: Record<string, string> = {};
  if (next) {
    const url = new URL(call.url);
    url.searchParams.set('cursor', `v1_${next.id}`);
    headers['link'] = `<${url}>; rel="next"`;
  }
  return { status: 200, body: all.slice(0, perPage).map((one) => renderDelivery(call.world, one, false)), headers };
}

const accepted: Answer = { status: 202, body: {} };

/** The operations that repositories and organisations have alike. */
function operationsOf(group: 'repos' | 'orgs', path: string, owner: (call: Call) => Owner): Operation[] {
  const one = `${path}/{hook_id}`;
  const id = (verb: string) => `${group}/${verb}`;
  const config = group === 'repos' ? 'webhook-config-for-repo' : 'webhook-config-for-org';
  return [
    {
      id: id('list-webhooks'),
      method: 'GET',
      path,
      handle: (call) => call.page(hooksOf(call, owner(call)), (hook) => renderHook(call.world, hook)),
    },
    { id: id('create-webhook'), method: 'POST', path, handle: (call) => createHook(call, owner(call)) },
    {
      id: id('get-webhook'),
      method: 'GET',
      path: one,
      handle: (call) => ok(renderHook(call.world, hookOf(call, owner(call)))),
    },
    {
      id: id('update-webhook'),
      method: 'PATCH',
      path: one,
      handle: (call) => {
        const hook = hookOf(call, owner(call));
        const body = call.body('Hook');
        const wanted = body.object('config');
        if (wanted) changeConfig(hook, wanted);
        const add = body.texts('add_events') ?? [];
        const remove = body.texts('remove_events') ?? [];
        hook.events = [...new Set([...(body.texts('events') ?? hook.events), ...add])].filter(
          (name) => !remove.includes(name),
        );
        hook.active = body.flag('active') ?? hook.active;
        hook.updatedAt = call.world.now();
        call.world.store.save('hooks', hook);
        return ok(renderHook(call.world, hook));
      },
    },
    {
      id: id('delete-webhook'),
      method: 'DELETE',
      path: one,
      handle: (call) => {
        const hook = hookOf(call, owner(call));
        for (const delivery of call.world.store.of('deliveries', hook.id))
          call.world.store.remove('deliveries', delivery.id);
        call.world.store.remove('hooks', hook.id);
        return nothing;
      },
    },
    {
      id: id(`get-${config}`),
      method: 'GET',
      path: `${one}/config`,
      handle: (call) => ok(renderHookConfig(hookOf(call, owner(call)))),
    },
    {
      id: id(`update-${config}`),
      method: 'PATCH',
      path: `${one}/config`,
      handle: (call) => {
        const hook = hookOf(call, owner(call));
        changeConfig(hook, call.body('Hook'));
        call.world.store.save('hooks', hook);
        return ok(renderHookConfig(hook));
      },
    },
    {
      id: id('ping-webhook'),
      method: 'POST',
      path: `${one}/pings`,
      handle: (call) => {
        ping(call, hookOf(call, owner(call)));
        return nothing;
      },
    },
    ...deliveryOperations(`${group}/`, 'webhook', `${one}/deliveries`, owner),
  ];
}

function deliveryOperations(prefix: string, noun: string, path: string, owner: (call: Call) => Owner): Operation[] {
  return [
    {
      id: `${prefix}list-${noun}-deliveries`,
      method: 'GET',
      path,
      handle: (call) => listDeliveries(call, owner(call)),
    },
    {
      id: `${prefix}get-${noun}-delivery`,
      method: 'GET',
      path: `${path}/{delivery_id}`,
      handle: (call) => ok(renderDelivery(call.world, deliveryOf(call, owner(call)), true)),
    },
    {
      id: `${prefix}redeliver-${noun}-delivery`,
      method: 'POST',
      path: `${path}/{delivery_id}/attempts`,
      handle: (call) => {
        call.webhooks.redeliver(deliveryOf(call, owner(call)));
        return accepted;
      },
    },
  ];
}

export const hookOperations: Operation[] = [
  ...operationsOf('repos', '/repos/{owner}/{repo}/hooks', repoOwner),
  ...operationsOf('orgs', '/orgs/{org}/hooks', orgOwner),
  {
    id: 'apps/get-webhook-config-for-app',
    method: 'GET',
    path: '/app/hook/config',
    handle: (call) => ok(renderHookConfig(hookOf(call, appOwner(call)))),
  },
  {
    id: 'apps/update-webhook-config-for-app',
    method: 'PATCH',
    path: '/app/hook/config',
    handle: (call) => {
      const hook = hookOf(call, appOwner(call));
      changeConfig(hook, call.body('Hook'));
      call.world.store.save('hooks', hook);
      return ok(renderHookConfig(hook));
    },
  },
  ...deliveryOperations('apps/', 'webhook', '/app/hook/deliveries', appOwner),
];
