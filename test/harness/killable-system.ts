/**
 * The system that reviews changes as real processes that a test kills and starts again: Temporal on a file, the worker with all
 * roles, the gateway. The code host is in the test's own process, with its controls. Needs what `npm test` builds (`dist/`).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { serverArgs, serverEnvironment, whenServing } from '../../cli/up/temporal-server.ts';
import { connectTemporal } from '../../clients/temporal/connect.ts';
import { resolveSettings, type GivenSettings } from '../../config/settings.ts';
import { createForge, type Forge } from '../../forge/create-forge.ts';
import { freePort } from '../../workers/free-port.ts';
import { temporalCliPath } from './dev-server.ts';
import { projectRoot } from './system.ts';
import { startRole, type WorkerProcess } from './worker-process.ts';

export type Part = 'temporal' | 'worker' | 'gateway';

export interface KillableSystem {
  forge: Forge;
  client: Client;
  /** Without warning. Resolves when the process is gone. */
  kill(part: Part): Promise<void>;
  /** Again, with the same data. Resolves when it works. */
  start(part: Part): Promise<void>;
  /** What worker and gateway have logged, over all their lives. */
  logs(): string;
  /** Ends everything and removes all files. */
  close(): Promise<void>;
}

export interface KillableOptions {
  /** As in `plugins.yaml`. */
  plugins: object;
  /** Fills the code host before anybody hears of it; the organisation is `acme`, the system's account `bot`. */
  prepare: (forge: Forge) => Promise<void>;
}

const upMs = 30_000;
/** Limits of the host that no test reaches. */
const generous = 10_000_000;

export async function startKillableSystem({ plugins, prepare }: KillableOptions): Promise<KillableSystem> {
  const folder = mkdtempSync(join(tmpdir(), 'bowsprit-killable-'));
  const file = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const forge = await createForge({
    dataDir: join(folder, 'forge'),
    limits: { core: generous, search: generous, graphql: generous },
  });
  const { token } = forge.admin.createUser({ login: 'bot' });
  const org = forge.admin.createOrg({ login: 'acme', owners: ['bot'] });
  await prepare(forge);

  const secret = randomBytes(20).toString('hex');
  const [temporalPort, temporalUiPort, gatewayPort] = [await freePort(), await freePort(), await freePort()];
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const webhookUrl = `http://127.0.0.1:${gatewayPort}/hook`;
  const given: GivenSettings = {
    dataDir,
    executor: 'none',
    temporalAddress: `127.0.0.1:${temporalPort}`,
    temporalPort,
    temporalUiPort,
    // JSON is YAML.
    configPath: file('config.yaml', 'prowjob_namespace: default\npod_namespace: test-pods\n'),
    pluginConfig: file('plugins.yaml', JSON.stringify(plugins)),
    hostName: 'forge',
    githubEndpoint: forge.api,
    githubTokenPath: file('token', token),
    hmacSecretFile: file('hmac', secret),
    noGithubSecondaryLimits: true,
    gatewayPort,
    webhookUrl,
  };
  const created = forge.world.now();
  forge.world.store.save('hooks', {
    id: forge.world.store.nextId(),
    owner: { kind: 'org', id: org.id },
    url: webhookUrl,
    contentType: 'json',
    secret,
    insecureSsl: '0',
    events: ['issue_comment', 'pull_request'],
    active: true,
    createdAt: created,
    updatedAt: created,
  });

  const roles: Record<'worker' | 'gateway', WorkerProcess[]> = { worker: [], gateway: [] };
  let server: ChildProcess | undefined;
  const start = async (part: Part) => {
    if (part !== 'temporal') {
      roles[part].push(await startRole(part === 'worker' ? 'embedded' : 'gateway', [], given));
      return;
    }
    const settings = resolveSettings(given, { env: {}, cwd: projectRoot, exampleDir: '' });
    const logFile = join(folder, 'temporal.log');
    const log = openSync(logFile, 'a');
    server = spawn(temporalCliPath(), serverArgs(settings), {
      env: { ...process.env, ...serverEnvironment(process.env) },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    await whenServing(temporalPort, upMs, logFile);
  };
  const kill = async (part: Part) => {
    if (part !== 'temporal') return await roles[part].at(-1)?.end('SIGKILL');
    const child = server;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  const parts = ['gateway', 'worker', 'temporal'] as const;
  let client: Client | undefined;
  const close = async () => {
    await client?.connection.close();
    for (const part of parts) await kill(part);
    await forge.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    for (const part of parts.toReversed()) await start(part);
    client = await connectTemporal({ address: `127.0.0.1:${temporalPort}`, namespace: 'default' });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    forge,
    client,
    kill,
    start,
    logs: () => [...roles.worker, ...roles.gateway].map((role) => role.log()).join(''),
    close,
  };
}
