/**
 * GitHub's log of webhooks (domain/review/delivery-log.ts; integrations.md 6.5): that of our App, or those of hooks of repositories
 * and organisations that send to us. A hook's name is its place in the API: `/app/hook`, `/orgs/acme/hooks/7`.
 */
import type { DeliveryLog, OwnHooks } from '../../domain/review/delivery-log.ts';
import { absent, isRefusal } from '../host-failures.ts';
import type { Connection, GitHubClient } from './connection.ts';
import { exactJson } from './exact-json.ts';
import { at, flagAt, objectOf, textAt, type Json } from './payload.ts';

const ofApp = '/app/hook';

export function createDeliveryLog(connection: Connection): DeliveryLog {
  const clientOf = async (hook: string): Promise<GitHubClient> =>
    hook === ofApp ? connection.self() : await connection.of(hook.split('/')[2] ?? '');

  return {
    async hooks(own, onHidden) {
      if (connection.isApp) return (await isAppHookOurs(connection.self(), own)) ? [ofApp] : [];
      const found: string[] = [];
      for (const owner of own.owners) {
        const path = owner.includes('/') ? `/repos/${owner}/hooks` : `/orgs/${owner}/hooks`;
        try {
          for await (const hook of pagesOf(await clientOf(path), path)) {
            const url = textAt(at(hook, 'config'), 'url');
            if (flagAt(hook, 'active') && isOurs(url, own)) found.push(`${path}/${numberAt(hook, 'id')}`);
          }
        } catch (error) {
          // Hooks are shown to owners only; GitHub says 404 to others, and of accounts that are no organisation.
          if (!isRefusal(error, 401, 403, 404)) throw error;
          onHidden?.(owner, error.message);
        }
      }
      return found;
    },

    async *attempts(hook, sinceMs) {
      for await (const attempt of pagesOf(await clientOf(hook), `${hook}/deliveries`)) {
        const atMs = Date.parse(textAt(attempt, 'delivered_at'));
        if (atMs < sinceMs) return;
        const status = Number(attempt['status_code']);
        yield {
          id: numberAt(attempt, 'id'),
          guid: textAt(attempt, 'guid'),
          event: textAt(attempt, 'event'),
          atMs,
          again: flagAt(attempt, 'redelivery'),
          // Hooks follow no redirections. 0 stands for a receiver that could not be reached.
          delivered: status >= 200 && status < 300,
        };
      }
    },

    async redeliver(hook, id) {
      const client = await clientOf(hook);
      await client.request(`POST ${hook}/deliveries/${id}/attempts`);
    },

    async webhook(hook, id) {
      const client = await clientOf(hook);
      const answer = await client.request(`GET ${hook}/deliveries/${id}`).catch(absent);
      if (!answer) return undefined;
      const delivery = objectOf(answer.data) ?? {};
      const request = at(delivery, 'request');
      const sent = Object.entries(at(request, 'headers')).map(([name, value]) => [name.toLowerCase(), value] as const);
      return {
        event: textAt(delivery, 'event'),
        guid: textAt(delivery, 'guid'),
        headers: Object.fromEntries([
          ...sent.flatMap(([name, value]) =>
            name.startsWith('x-github-') && typeof value === 'string' ? [[name, value] as const] : [],
          ),
          // Also where the hook sends forms: the log holds what was in them.
          ['content-type', 'application/json'],
        ]),
        body: Buffer.from(exactJson(request['payload'] ?? null)),
      };
    },
  };
}

/** An App has one hook, or none. It is ours, unless we were told an address and it has another. */
async function isAppHookOurs(client: GitHubClient, { url }: OwnHooks): Promise<boolean> {
  const config = await client.request(`GET ${ofApp}/config`).catch(absent);
  const its = textAt(objectOf(config?.data) ?? {}, 'url');
  return its !== '' && (url === undefined || sameUrl(its, url));
}

function isOurs(url: string, own: OwnHooks): boolean {
  if (own.url !== undefined) return sameUrl(url, own.url);
  return URL.canParse(url) && new URL(url).pathname === own.path;
}

function sameUrl(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href;
}

async function* pagesOf(client: GitHubClient, url: string): AsyncGenerator<Json> {
  for await (const { data } of client.paginate.iterator({ method: 'GET', url, per_page: 100 })) {
    for (const one of data) yield objectOf(one) ?? {};
  }
}

/** Ids of deliveries are longer than JavaScript's numbers. */
function numberAt(json: Json, name: string): string {
  const value = json[name];
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
}
