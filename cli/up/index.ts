/**
 * `bowsprit up`: the whole system on one machine, with one command: Temporal on a SQLite file, all worker roles, Deck, the
 * gateway where there is a code host, and a sample code host for the shipped example.
 *
 * This process only starts, watches and stops the others. Ctrl-C stops everything in order and ends running jobs as aborted;
 * a second one kills. Should this process itself be killed, worker and Deck end by themselves, running jobs wait for the next
 * worker, and the next `up` finds and ends the server that was left.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { samplePullUrl } from '../../config/sample-host.ts';
import {
  deckUrlOf,
  hasCodeHost,
  settingsToEnv,
  temporalAddressOf,
  temporalConnectionOf,
  temporalUiUrlOf,
  type Settings,
} from '../../config/settings.ts';
import { createChild, type Child } from './child.ts';
import { ensureExampleRepository } from './example-repository.ts';
import { lockDataDir } from './lock.ts';
import { checkPort } from './ports.ts';
import { canServeSample, ensureSampleSecrets, sampleHostSettings, wantsSampleHost } from './sample-host.ts';
import { StartError } from './start-error.ts';
import {
  endLeftServer,
  forgetServer,
  lastLines,
  rememberServer,
  serverArgs,
  serverEnvironment,
  whenServing,
} from './temporal-server.ts';

export interface UpOptions {
  settings: Settings;
  /** The Temporal CLI. */
  temporalCli: string;
  /** Files of the shipped example; its git repository is made when the example is what runs. */
  exampleDir: string;
  say: (line: string) => void;
  /** Called when all of it is up. */
  onReady?: () => void;
  /** Stops it as Ctrl-C does. */
  until?: AbortSignal;
}

const serverUpMs = 60_000;
const readyMs = 120_000;
/**
 * Together 15 s, as long as a person waits. Runs get their own grace period within this; a run that takes longer is left to its
 * supervisor, and the next worker reports it.
 */
const workerGraceMs = 12_000;
const graceMs = 3_000;
/** A server that cannot start, with a broken database say, will not start by trying again. */
const serverAttempts = 3;

/** Resolves when the system has been stopped. Rejects with StartError when it cannot come up; nothing is left running then. */
export async function up({ settings: given, temporalCli, exampleDir, say, onReady, until }: UpOptions): Promise<void> {
  const started = performance.now();
  const hasSample = wantsSampleHost(given, exampleDir) && canServeSample(say);
  const settings = hasSample ? { ...given, ...sampleHostSettings(given) } : given;
  const hasGateway = settings.hmacSecretFile !== undefined || settings.pollDeliveries;
  if (hasGateway && !hasCodeHost(settings)) {
    throw new StartError(
      '--hmac-secret-file is for webhooks: give --github-token-path or --github-app-id to handle them.',
    );
  }
  const release = lockDataDir(settings.dataDir);
  let isServing = false;
  let isGatewayUp = false;
  const running: { server?: Child; forge?: Child; worker?: Child; deck?: Child; objects?: Child } = {};
  let failed: (error: Error) => void = () => undefined;
  const failure = new Promise<never>((_resolve, reject) => (failed = reject));
  // Observed below; without this a failure during a later await would be an unhandled rejection.
  failure.catch(() => undefined);
  const stop = whenToldToStop(() => Object.values(running).forEach((child) => child.kill()), until);

  try {
    const logs = join(settings.dataDir, 'logs');
    mkdirSync(logs, { recursive: true });
    const program = (name: string) => fileURLToPath(new URL(`../../workers/${name}.js`, import.meta.url));
    const role = (name: string, main: string, own: Partial<Settings> = {}, onReady?: () => void): Child =>
      createChild({
        name,
        command: process.execPath,
        args: [...(main === 'embedded' ? workersMemoryFlags : memoryFlags), program(main)],
        env: settingsToEnv({ ...settings, ...own }),
        logFile: join(logs, `${name}.log`),
        ipc: true,
        ...(onReady && { onReady }),
        onRestart: (reason) =>
          say(`${name} ended (${reason}); starting it again. Its log: ${join(logs, `${name}.log`)}`),
        onFatal: (message) => failed(new StartError(message)),
      });

    await endLeftServer(settings.dataDir);
    await checkPort(settings.port, settings.host, 'Deck', '--port');
    if (hasGateway) await checkPort(settings.gatewayPort, settings.gatewayHost, 'the gateway', '--gateway-port');
    // The port is the worker's.
    const anyPort = { telemetryPort: 0 };
    // Needs no Temporal: it is there when the others are.
    if (hasSample) {
      await checkPort(settings.forgePort, '127.0.0.1', 'the sample code host', '--forge-port');
      ensureSampleSecrets(settings.dataDir);
      running.forge = role('forge', 'forge', anyPort, letWebhooksFlow);
      running.forge.start();
    }
    if (settings.temporalAddress) await checkServer();
    else await startServer();
    if (settings.configPath.startsWith(exampleDir)) {
      ensureExampleRepository(settings.dataDir, join(exampleDir, 'repository'));
    }
    running.worker = role('worker', 'embedded');
    running.deck = role('deck', hasGateway ? 'deck-and-gateway' : 'deck', anyPort, () => {
      isGatewayUp = hasGateway;
      letWebhooksFlow();
    });
    const children = [running.worker, running.deck];
    if (settings.prowjobObjects !== undefined) {
      running.objects = role('prowjob-objects', 'prowjob-objects', anyPort);
      children.push(running.objects);
    }
    for (const child of children) child.start();
    const awaited = [...children, ...(running.forge ? [running.forge] : [])];
    await Promise.race([Promise.all(awaited.map((child) => child.whenReady)), failure, stop, tooLate()]);

    if (!stop.told()) {
      printReady();
      onReady?.();
    }
    await Promise.race([stop, failure]);
    say('stopping ...');

    function printReady() {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      say(`ready in ${seconds} s`);
      say(`  Deck         ${deckUrlOf(settings)}`);
      say(`  Temporal UI  ${temporalUiUrlOf(settings)}/namespaces/${settings.namespace}/workflows`);
      if (hasSample) say(`  sample PR    ${samplePullUrl(settings.forgePort)}`);
      say(`  Temporal     ${temporalAddressOf(settings)}`);
      if (hasCodeHost(settings) && !hasSample) say(`  webhooks     ${webhooksFrom(settings)}`);
      say(`  data         ${settings.dataDir}`);
      say(`List runs with: npx bowsprit jobs list${listFlags(settings)}`);
      if (hasSample)
        say('Comment on the sample PR as alice or dave: /lgtm, /approve, /hold, /test unit, /assign @dave');
      say('Ctrl-C stops everything.');
    }
  } finally {
    await stopAll();
    release();
  }

  /** What happened on the sample host before anybody could take it, and from now on. */
  function letWebhooksFlow(): void {
    if (isGatewayUp) running.forge?.send({ type: 'webhooks', flow: true });
  }

  async function startServer(): Promise<void> {
    await checkPort(settings.temporalPort, '127.0.0.1', 'Temporal', '--temporal-port');
    await checkPort(settings.temporalUiPort, '127.0.0.1', 'the Temporal UI', '--temporal-ui-port');
    const logFile = join(settings.dataDir, 'logs', 'temporal.log');
    let attempts = 0;
    running.server = createChild({
      name: 'temporal',
      command: temporalCli,
      args: serverArgs(settings),
      env: serverEnvironment(process.env),
      logFile,
      ipc: false,
      onSpawn: (pid) => rememberServer(settings.dataDir, pid),
      onRestart(reason) {
        attempts += 1;
        if (isServing || attempts < serverAttempts) {
          say(`The Temporal server ended (${reason}); starting it again. Its log: ${logFile}`);
        } else {
          failed(
            new StartError(
              `The Temporal server cannot start (${reason}). Its log, ${logFile}, ends with:\n${lastLines(logFile)}`,
            ),
          );
        }
      },
      onFatal: (message) => failed(new StartError(message)),
    });
    running.server.start();
    await Promise.race([whenServing(settings.temporalPort, serverUpMs, logFile), failure, stop]);
    isServing = true;
  }

  /** Fails in words when the given server does not answer. */
  async function checkServer(): Promise<void> {
    // Loaded where it is needed: this process lives as long as the system, and would be 20 MB larger.
    const { connectTemporal } = await import('../../clients/temporal/connect.ts');
    const { connection } = await connectTemporal({
      ...temporalConnectionOf(settings),
      namespace: settings.namespace,
    });
    await connection.close();
  }

  /** The server last: the worker records how the runs ended. The sample host before it: it is told how they ended. */
  async function stopAll(): Promise<void> {
    isGatewayUp = false;
    running.forge?.send({ type: 'webhooks', flow: false });
    await Promise.all([
      running.worker?.stop({ type: 'stop', abortRuns: true }, workerGraceMs),
      running.deck?.stop({ type: 'stop', abortRuns: false }, graceMs),
      running.objects?.stop({ type: 'stop', abortRuns: false }, graceMs),
    ]);
    await running.forge?.stop({ type: 'stop' }, graceMs);
    await running.server?.stop({}, graceMs);
    forgetServer(settings.dataDir);
  }
}

/** What has to be added to commands for this system. */
function listFlags({ temporalAddress, temporalPort, namespace }: Settings): string {
  return [
    ...(temporalAddress ? [` --temporal-address ${temporalAddress}`] : []),
    ...(!temporalAddress && temporalPort !== 7233 ? [` --temporal-port ${temporalPort}`] : []),
    ...(namespace === 'default' ? [] : [` --namespace ${namespace}`]),
  ].join('');
}

function webhooksFrom(settings: Settings): string {
  const { gatewayHost, gatewayPort, webhookPath } = settings;
  if (settings.pollDeliveries) return "read from the code host's log";
  if (settings.hmacSecretFile === undefined) return 'none are taken: --hmac-secret-file is not given';
  const host = gatewayHost.includes(':') ? `[${gatewayHost}]` : gatewayHost;
  return `http://${host}:${gatewayPort}${webhookPath}`;
}

/** Node keeps a large young generation by default; these processes hold little (npm run bench -- memory). */
export const memoryFlags = ['--max-semi-space-size=2'];

/** The workers make the most garbage: with this they spend half as much time on collecting it (bench -- kubernetes, profiled). */
export const workersMemoryFlags = ['--max-semi-space-size=8'];

async function tooLate(): Promise<never> {
  return await new Promise((_resolve, reject) => {
    const error = new StartError(
      `The system did not come up within ${readyMs / 1000} s; see the logs in the data directory.`,
    );
    setTimeout(() => reject(error), readyMs).unref();
  });
}

/** One Ctrl-C can arrive as several signals: from the terminal, and passed on by npm. */
const sameSignalMs = 250;

/** Resolves at the first SIGINT, SIGTERM or SIGHUP, or when `until` aborts; a later signal calls `kill`. */
function whenToldToStop(kill: () => void, until?: AbortSignal): Promise<void> & { told: () => boolean } {
  let toldAt: number | undefined;
  const promise = new Promise<void>((resolve) => {
    until?.addEventListener('abort', () => {
      toldAt ??= performance.now();
      resolve();
    });
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        if (toldAt === undefined) {
          toldAt = performance.now();
          resolve();
        } else if (performance.now() - toldAt > sameSignalMs) kill();
      });
    }
  });
  return Object.assign(promise, { told: () => toldAt !== undefined });
}
