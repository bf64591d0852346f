/**
 * The system that reviews changes, as real processes: Temporal in memory, a code host, the gateway, and the worker with all roles.
 * Webhooks go from the code host through a relay that times them to the gateway.
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoryFlags } from '../../cli/up/index.ts';
import { settingsToEnv, type GivenSettings } from '../../config/settings.ts';
import { freePort } from '../../workers/free-port.ts';
import { startChild, type BenchChild } from './child.ts';
import { benchRepo, startCodeHost, type BenchCodeHost } from './code-host.ts';
import { compiled } from './paths.ts';
import type { Scope } from './scope.ts';
import { benchSettings } from './settings.ts';
import { startTemporalServer, type BenchServer } from './temporal-server.ts';
import { startWebhookRelay, type WebhookRelay } from './webhook-relay.ts';
import { startWorkerWith } from './worker.ts';

/** Name of the code host in the configuration. */
export const hostName = 'forge';

/** What `plugins.yaml` turns on: of the plugins of the measured life of a pull request in Prow all that there are here. */
const plugins = [
  'approve',
  'assign',
  'blunderbuss',
  'hold',
  'label',
  'lgtm',
  'lifecycle',
  'milestone',
  'milestonestatus',
  'owners-label',
  'release-note',
  'require-matching-label',
  'size',
  'skip',
  'trigger',
  'verify-owners',
  'wip',
];

export interface ReviewSystem {
  server: BenchServer;
  codeHost: BenchCodeHost;
  relay: WebhookRelay;
  worker: BenchChild;
  gateway: BenchChild;
  /** What webhooks are signed with. */
  secret: string;
}

export interface ReviewSystemOptions {
  temporalCli: string;
  /** Presubmits of the repository, as in job configurations. */
  presubmits?: readonly object[];
  /** Fills the code host with what the system is not told of. */
  prepare?: (codeHost: BenchCodeHost) => Promise<void>;
  /** Besides what the parts need to find each other. */
  settings?: GivenSettings;
}

/** Resolves when everything works. */
export async function startReviewSystem(scope: Scope, options: ReviewSystemOptions): Promise<ReviewSystem> {
  const { temporalCli, presubmits = [] } = options;
  const folder = scope.folder();
  const file = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const secret = randomBytes(20).toString('hex');
  const relay = await startWebhookRelay(scope);
  const codeHost = await startCodeHost(scope);
  await options.prepare?.(codeHost);
  await codeHost.sendWebhooks({ url: relay.url, secret });
  const server = await startTemporalServer(scope, temporalCli, 'memory');
  const repo = `${benchRepo.org}/${benchRepo.repo}`;
  // JSON is YAML.
  const settings = benchSettings({
    dataDir: scope.folder(),
    temporalAddress: server.address,
    configPath: file('config.yaml', 'prowjob_namespace: default\npod_namespace: test-pods\n'),
    jobConfigPath: [file('jobs.yaml', JSON.stringify({ presubmits: { [repo]: presubmits } }))],
    pluginConfig: file('plugins.yaml', JSON.stringify(pluginConfig(repo))),
    hostName,
    githubEndpoint: codeHost.api,
    githubTokenPath: file('token', codeHost.tokens.bot),
    hmacSecretFile: file('hmac', secret),
    // The code host has none.
    noGithubSecondaryLimits: true,
    gatewayPort: await freePort(),
    ...options.settings,
  });
  const worker = await startWorkerWith(scope, settings);
  const gateway = startChild(scope, {
    command: process.execPath,
    args: [...memoryFlags, compiled('workers/gateway.js')],
    env: settingsToEnv(settings),
    logFile: join(settings.dataDir, 'gateway.log'),
  });
  await gateway.whenReady();
  relay.connect(`http://127.0.0.1:${settings.gatewayPort}${settings.webhookPath}`);
  return { server, codeHost, relay, worker, gateway, secret };
}

function pluginConfig(repo: string): object {
  return {
    plugins: { [repo]: { plugins } },
    require_matching_label: [
      { ...benchRepo, prs: true, regexp: '^kind/', missing_label: 'needs-kind', grace_period: '1s' },
    ],
  };
}
