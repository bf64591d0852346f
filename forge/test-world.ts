/** A host with people, an organisation and a repository, for tests. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createForge, type Forge, type ForgeOptions } from './create-forge.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- answers of any operation, looked into by tests
export type Any = any;

export interface Answered {
  status: number;
  headers: Headers;
  body: Any;
}

export interface TestWorld {
  forge: Forge;
  dataDir: string;
  /** By login: `owner` of the organisation, `dev` its member, `guest` a stranger. */
  tokens: Record<string, string>;
  ask(
    method: string,
    path: string,
    options?: { as?: string; token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answered>;
  end(): Promise<void>;
}

/** The repository `acme/site` has a README on `main`. */
export async function testWorld(options: Partial<ForgeOptions> = {}): Promise<TestWorld> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'forge-')));
  const forge = await createForge({ ...options, dataDir });
  const tokens: Record<string, string> = {};
  for (const login of ['owner', 'dev', 'guest']) tokens[login] = forge.admin.createUser({ login }).token;
  if (!forge.world.store.account('acme')) {
    forge.admin.createOrg({ login: 'acme', owners: ['owner'], members: ['dev'] });
    await forge.admin.createRepo('acme', { name: 'site', autoInit: true }, 'owner');
  }
  return {
    forge,
    dataDir,
    tokens,
    ask: async (method, path, { as, token, body, headers = {} } = {}) => {
      const secret = token ?? (as === undefined ? undefined : tokens[as]);
      const response = await fetch(`${forge.api}${path}`, {
        method,
        headers: { ...(secret !== undefined && { authorization: `Bearer ${secret}` }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') ?? false;
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    },
    end: async () => {
      await forge.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A branch with one more file, and an open pull request from it. Answers the pull request. */
export async function openTestPull(world: TestWorld, name: string, as = 'owner', extra: object = {}): Promise<Any> {
  await world.forge.admin.commit({
    repo: 'acme/site',
    branch: name,
    files: { [`${name}.txt`]: `${name}\n` },
    message: `Add ${name}`,
    author: as,
  });
  const answer = await world.ask('POST', '/repos/acme/site/pulls', {
    as,
    body: { title: `Change ${name}`, head: name, base: 'main', body: 'A change.', ...extra },
  });
  if (answer.status !== 201) throw new Error(`no pull request: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
