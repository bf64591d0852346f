/** `/_forge/`: what tests and the playground ask of the host itself. Only from the same machine. */
import type { Answer } from '../api/operation.ts';
import { Body } from '../api/body.ts';
import { ApiError } from '../model/errors.ts';
import { renderInstallation } from '../render/hooks.ts';
import { errorAnswer, isForeignPage, isLoopback, parseJson, readBody, type Exchange, type Parts } from './exchange.ts';
import type { CommitWish } from './admin.ts';
import type { FaultWish } from './faults.ts';
import { sendAnswer } from './rest.ts';

type Handler = (parts: Parts, body: Body) => Answer | Promise<Answer>;

const ok = (body: unknown): Answer => ({ status: 200, body });
const made = (body: unknown): Answer => ({ status: 201, body });
const nothing: Answer = { status: 204 };

const handlers: Record<string, Handler> = {
  'GET calls': ({ calls }) => ok(calls.summary()),
  'GET calls/log': ({ calls }) => ok(calls.lines()),
  'DELETE calls': ({ calls }) => {
    calls.reset();
    return nothing;
  },
  'GET faults': ({ faults }) => ok(faults.list()),
  'POST faults': ({ faults }, body) => made(faults.add(body.values as unknown as FaultWish)),
  'DELETE faults': ({ faults }) => {
    faults.clear();
    return nothing;
  },
  'PUT limits': ({ limits }, body) => {
    for (const name of ['core', 'search', 'graphql'] as const) {
      const limit = body.number(name);
      if (limit !== undefined) limits.set({ [name]: limit });
    }
    return nothing;
  },
  'GET idle': async ({ webhooks }) => {
    await webhooks.idle();
    return nothing;
  },
  'POST users': ({ admin }, body) => {
    const { account, token } = admin.createUser({
      login: body.needText('login'),
      ...optional(body, 'name', 'email', 'token'),
      siteAdmin: body.flag('siteAdmin') ?? false,
    });
    return made({ id: account.id, login: account.login, token });
  },
  'PUT users/status': ({ admin, world }, body) => {
    const account = admin.account(body.needText('login'));
    account.status = { message: body.text('message') ?? null, busy: body.flag('busy') ?? false };
    world.store.save('accounts', account);
    return nothing;
  },
  'POST tokens': ({ admin }, body) => made({ token: admin.createToken(body.needText('login'), body.text('token')) }),
  'POST orgs': ({ admin }, body) => {
    const { owners, members } = { owners: body.texts('owners') ?? [], members: body.texts('members') ?? [] };
    const org = admin.createOrg({ login: body.needText('login'), owners, members, ...optional(body, 'name') });
    return made({ id: org.id, login: org.login });
  },
  'POST apps': ({ admin }, body) => {
    const webhook = body.object('webhook');
    const secret = webhook?.text('secret');
    const { id, privateKey } = admin.createApp({
      slug: body.needText('slug'),
      owner: body.needText('owner'),
      ...(body.has('permissions') && { permissions: body.object('permissions')?.values as Record<string, string> }),
      ...(body.has('events') && { events: body.texts('events') ?? [] }),
      ...(webhook && { webhook: { url: webhook.needText('url'), ...(secret !== undefined && { secret }) } }),
    });
    return made({ id, privateKey });
  },
  'POST installations': async ({ admin, world }, body) => {
    const app = body.number('app');
    if (app === undefined) throw new ApiError(422, '"app" is missing: the App\'s id.');
    return made(
      renderInstallation(world, await admin.installApp(app, body.needText('account'), body.texts('repositories'))),
    );
  },
  'POST commits': async ({ admin }, body) => {
    const wish: CommitWish = {
      repo: body.needText('repo'),
      branch: body.needText('branch'),
      files: (body.object('files')?.values ?? {}) as CommitWish['files'],
      message: body.needText('message'),
      author: body.needText('author'),
      ...optional(body, 'from'),
    };
    return made({ sha: await admin.commit(wish) });
  },
};

function optional<T extends string>(body: Body, ...names: T[]): Partial<Record<T, string>> {
  const found: Partial<Record<T, string>> = {};
  for (const name of names) {
    const value = body.text(name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

export async function serveControl(parts: Parts, exchange: Exchange): Promise<void> {
  const { request, url } = exchange;
  const name = url.pathname.slice('/_forge/'.length);
  const avatar = /^avatars\/(\d+)$/.exec(name)?.[1];
  if (avatar !== undefined) {
    sendAnswer(exchange, {
      status: 200,
      body: drawAvatar(Number(avatar)),
      headers: { 'content-type': 'image/svg+xml' },
    });
    return;
  }
  try {
    if (!isLoopback(request) || isForeignPage(request)) throw new ApiError(403, '/_forge/ is for this machine only.');
    const handler = handlers[`${request.method} ${name}`];
    if (!handler) throw new ApiError(404, `There is no ${request.method} /_forge/${name}.`);
    const body = new Body(parseJson(await readBody(request)));
    sendAnswer(exchange, await handler(parts, body));
  } catch (error) {
    const wrong =
      error instanceof ApiError ? error : new ApiError(422, error instanceof Error ? error.message : String(error));
    sendAnswer(exchange, errorAnswer(wrong));
  }
}

/** A coloured square: nothing is fetched from elsewhere. */
function drawAvatar(id: number): string {
  const hue = (id * 137) % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="hsl(${hue} 60% 50%)"/></svg>`;
}
