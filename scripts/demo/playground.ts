/** The embedded system with its sample code host, on free ports and in a folder of its own. */
import { createServer } from 'node:net';
import { exampleDir } from '../../cli/setting-options.ts';
import { up } from '../../cli/up/index.ts';
import { resolveSettings, type Settings } from '../../config/settings.ts';
import { createCodeHost, type CodeHost } from './code-host.ts';
import { DemoError } from './demo-error.ts';

export interface Playground {
  settings: Settings;
  host: CodeHost;
  /** Resolves when it was told to stop and has stopped, by Ctrl-C for instance; rejects when it cannot go on. */
  ended: Promise<void>;
  /** Resolves when all has stopped. */
  stop(): Promise<void>;
}

/** Resolves when it is ready. Rejects with StartError and DemoError; nothing is left running then. */
export async function startPlayground(dataDir: string, say: (line: string) => void): Promise<Playground> {
  const forgePort = await freePort();
  const given = {
    dataDir,
    port: await freePort(),
    temporalPort: await freePort(),
    temporalUiPort: await freePort(),
    gatewayPort: await freePort(),
    forgePort,
  };
  // Settings of the user's own system are not those of this one.
  const settings = resolveSettings(given, { env: {}, cwd: process.cwd(), exampleDir });
  const stopping = new AbortController();
  let refusal: string | undefined;
  const listen = (line: string) => {
    // Without it the rest of the system comes up, and there is nothing to play with.
    if (line.includes('code host is left out')) refusal = line;
    say(line);
  };
  let ended: Promise<void> = Promise.resolve();
  await new Promise<void>((ready, failed) => {
    const temporalCli = process.env['TEMPORAL_CLI_PATH'] ?? '';
    ended = up({ settings, temporalCli, exampleDir, say: listen, onReady: ready, until: stopping.signal });
    ended.then(() => failed(new DemoError('It was stopped before it was ready.')), failed);
  });
  const stop = async () => {
    stopping.abort();
    await ended.catch(() => undefined);
  };
  if (refusal !== undefined) {
    await stop();
    throw new DemoError(refusal);
  }
  return {
    settings,
    host: createCodeHost(dataDir, forgePort),
    ended,
    stop,
  };
}

/** Below the range from which systems take the ports of outgoing connections, so that none of those is in the way later. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
