/** Serves one request of the REST interface: who, limit, operation, answer, ETag. */
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, type Identity } from '../api/identity.ts';
import type { LimitState, Resource } from '../api/limits.ts';
import { Call, type Answer } from '../api/operation.ts';
import type { Match } from '../api/routes.ts';
import { ApiError } from '../model/errors.ts';
import { errorAnswer, etagOf, hangUp, parseJson, readBody, type Exchange, type Parts } from './exchange.ts';
import { faultAnswer } from './faults.ts';

/** @param path below the interface's root; @param match the operation */
export async function serveRest(
  parts: Parts,
  exchange: Exchange,
  path: string,
  match: Match | undefined,
): Promise<void> {
  const { request } = exchange;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const operation = match?.operation.id ?? `${method} ${path}`;
  const resource: Resource = operation.startsWith('search/') ? 'search' : 'core';
  let identity: Identity | undefined;
  const end = (answer: Answer) => {
    const limit = identity && parts.limits.state(identity.key, resource);
    parts.calls.note({ operation, method, path, status: answer.status, caller: identity?.key ?? 'unknown' });
    sendAnswer(exchange, answer, limit && { limit, resource });
  };
  const dropped = () => {
    parts.calls.note({ operation, method, path, status: 0, caller: identity?.key ?? 'unknown' });
    hangUp(exchange);
  };
  try {
    const body = await readBody(request);
    identity = identify(parts.world, request.headers.authorization, request.ip);
    if (operation !== 'rate-limit/get' && !parts.limits.take(identity.key, resource)) {
      throw new ApiError(403, `API rate limit exceeded for ${identity.key}.`);
    }
    const fault = parts.faults.take(operation);
    if (fault?.kind === 'refuse') {
      dropped();
      return;
    }
    if (fault?.kind === 'slow') await sleep(fault.delayMs ?? 1000);
    const instead = fault && faultAnswer(fault);
    if (instead) {
      end(instead);
      return;
    }
    const key = `${identity.key} ${exchange.url.href} ${request.headers.accept ?? ''}`;
    const old = fault?.kind === 'stale' ? parts.faults.remembered(key) : undefined;
    const answer = old ?? (await perform(parts, exchange, { match, operation, identity, body, method }));
    if (method === 'GET' && !old) parts.faults.remember(key, answer);
    if (fault?.kind === 'drop') {
      dropped();
      return;
    }
    end(conditional(parts, exchange, answer, { method, key: identity.key, resource }));
  } catch (error) {
    end(errorAnswer(error));
  }
}

async function perform(
  parts: Parts,
  { request, url }: Exchange,
  asked: { match: Match | undefined; operation: string; identity: Identity; body: Buffer; method: string },
): Promise<Answer> {
  const { match, identity } = asked;
  if (!match) throw new ApiError(501, `${asked.operation} is not served by forge.`);
  const call = new Call({
    world: parts.world,
    webhooks: parts.webhooks,
    identity,
    params: match.params,
    url,
    accept: request.headers.accept ?? '',
    body: parseJson(asked.body),
    limits: () => {
      const state = (resource: Resource) => parts.limits.state(identity.key, resource);
      return {
        resources: { core: state('core'), search: state('search'), graphql: state('graphql') },
        rate: state('core'),
      };
    },
  });
  return (await match.operation.handle(call)) ?? { status: 204 };
}

/** 304 where the client has the answer already: free of the limit. */
function conditional(
  parts: Parts,
  { request }: Exchange,
  answer: Answer,
  { method, key, resource }: { method: string; key: string; resource: Resource },
): Answer {
  if (method !== 'GET' || answer.status !== 200) return answer;
  const body = serialise(answer);
  const etag = etagOf(body);
  const headers = {
    ...answer.headers,
    etag,
    'cache-control': 'private, max-age=60, s-maxage=60',
    vary: 'Accept, Authorization',
  };
  const known = (request.headers['if-none-match'] ?? '').split(/\s*,\s*/).map((one) => one.replace(/^W\//, ''));
  if (!known.includes(etag.replace(/^W\//, ''))) return { ...answer, headers };
  parts.limits.giveBack(key, resource);
  return { status: 304, headers };
}

function serialise({ body }: Answer): string | Buffer {
  return typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

export function sendAnswer(
  { reply }: Exchange,
  answer: Answer,
  rate?: { limit: LimitState; resource: Resource },
): void {
  void reply.code(answer.status);
  void reply.headers({
    'x-github-request-id': reply.request.id,
    'x-github-media-type': 'github.v3; format=json',
    'x-github-enterprise-version': '3.19.0',
    'x-github-api-version-selected': '2022-11-28',
    'x-oauth-scopes': 'admin:org, admin:repo_hook, read:org, repo, user, workflow',
    ...(rate && {
      'x-ratelimit-limit': rate.limit.limit,
      'x-ratelimit-remaining': rate.limit.remaining,
      'x-ratelimit-used': rate.limit.used,
      'x-ratelimit-reset': rate.limit.reset,
      'x-ratelimit-resource': rate.resource,
    }),
  });
  if (answer.body !== undefined) void reply.header('content-type', 'application/json; charset=utf-8');
  void reply.headers(answer.headers ?? {});
  void reply.send(answer.body === undefined ? undefined : serialise(answer));
}
