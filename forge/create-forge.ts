/** Starts the code host. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fastify from 'fastify';
import { Limits } from './api/limits.ts';
import { Routes } from './api/routes.ts';
import { Webhooks } from './events/webhooks.ts';
import { Store } from './model/store.ts';
import { isoTime } from './model/time.ts';
import { ghostLogin, Repositories, type World } from './model/world.ts';
import { operations } from './operations/index.ts';
import { Admin } from './server/admin.ts';
import { Calls } from './server/calls.ts';
import { dispatch } from './server/dispatch.ts';
import { Faults } from './server/faults.ts';

export interface ForgeOptions {
  /** Journal and repositories; made if it is missing. What is in it is there again after a restart. */
  dataDir: string;
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 0: any free one. */
  port?: number;
  /** How links name the host, without a slash at the end. Default: its address. */
  publicUrl?: string;
  /** Calls an hour of each caller. Defaults 5000, 1800 (searches) and 5000 (GraphQL points). */
  limits?: { core?: number; search?: number; graphql?: number };
  /** Webhooks wait until `webhooks.release()`. Default false. */
  holdWebhooks?: boolean;
  /** Milliseconds since 1970. Default: the machine's clock. */
  now?: () => number;
}

export interface Forge {
  /** Where people find it. */
  url: string;
  /** Where REST clients find it: `<url>/api/v3`. The same is served at `/`, GraphQL at `/api/graphql` and `/graphql`. */
  api: string;
  port: number;
  world: World;
  admin: Admin;
  calls: Calls;
  faults: Faults;
  limits: Limits;
  webhooks: Pick<Webhooks, 'hold' | 'release'>;
  /** Resolves when every delivery of a webhook was tried. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Rejects where the port is taken or the journal cannot be read. */
export async function createForge(options: ForgeOptions): Promise<Forge> {
  const { dataDir, host = '127.0.0.1', port = 0, now = Date.now } = options;
  const repositories = join(dataDir, 'repositories');
  mkdirSync(repositories, { recursive: true, mode: 0o700 });
  const store = new Store(dataDir);
  const webhooks = new Webhooks(() => world);
  const world: World = {
    store,
    repositories: new Repositories(repositories),
    now: () => isoTime(now()),
    web: options.publicUrl ?? `http://${host}:${port}`,
    api: '',
    tell: async (happening) => await webhooks.tell(happening),
  };
  const admin = new Admin(world);
  if (!store.account(ghostLogin)) admin.createUser({ login: ghostLogin, name: 'Deleted user' });
  const parts = {
    world,
    webhooks,
    admin,
    limits: new Limits({ core: 5000, search: 1800, graphql: 5000, ...options.limits }, now),
    faults: new Faults(),
    calls: new Calls(),
    routes: new Routes(operations),
  };
  const app = fastify({
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 10_000 },
    genReqId: () => crypto.randomUUID(),
  });
  // Bodies are read by those who serve them: git's are streams of any length.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/*',
    handler: async (request, reply) => {
      await dispatch(parts, request, reply);
      return reply;
    },
  });
  await app.listen({ host, port });
  const address = app.addresses()[0];
  const actual = address && typeof address === 'object' ? address.port : port;
  world.web = options.publicUrl ?? `http://${host}:${actual}`;
  world.api = `${world.web}/api/v3`;
  if (options.holdWebhooks) webhooks.hold();
  webhooks.resume();
  return {
    url: world.web,
    api: world.api,
    port: actual,
    world,
    admin,
    calls: parts.calls,
    faults: parts.faults,
    limits: parts.limits,
    webhooks,
    idle: async () => await webhooks.idle(),
    close: async () => {
      await app.close();
      await webhooks.close();
      store.close();
    },
  };
}
