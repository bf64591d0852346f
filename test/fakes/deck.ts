/** Deck's server over fakes: no Temporal, no files but the pages. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../config/load.ts';
import { createReadModel, type ReadModel } from '../../deck/read-model/read-model.ts';
import { createDeck } from '../../deck/server/create-deck.ts';
import type { DeckDeps, DeckSettings } from '../../deck/server/deps.ts';
import type { RunLogs } from '../../domain/executor.ts';
import type { Deck, LoadedConfig } from '../../domain/main-config.ts';
import type { ProwJob } from '../../domain/prowjob.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { createRegistry } from '../../telemetry/metrics.ts';
import { eventually } from '../harness/eventually.ts';
import { httpAsk, type Answer, type Asked } from '../harness/http-ask.ts';
import { createMemoryBlobs, type MemoryBlobs } from './memory-blobs.ts';
import { createFakeProwJobs, fakeRunKey, type FakeProwJobs } from './prowjobs.ts';

export const fakeHost = '127.0.0.1:8080';

export interface FakeDeck {
  /** Asks the server, under its own name unless a Host header says otherwise. */
  ask(path: string, asked?: Asked): Promise<Answer>;
  /** On 127.0.0.1. */
  port: number;
  prowJobs: FakeProwJobs;
  blobs: MemoryBlobs;
  readModel: ReadModel;
  settings: DeckSettings;
  /** Makes the log of a run longer; it is complete once the ProwJob is. */
  appendLog(prowJob: ProwJob, text: string | Uint8Array): void;
  /** What the audit log says. */
  logLines: Record<string, unknown>[];
  refuseConfig(reason: string | undefined): void;
  /** Waits until the list has what `prowJobs` has. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface FakeDeckOptions {
  prowJobs?: readonly ProwJob[];
  settings?: Partial<DeckSettings>;
  deckConfig?: Partial<Deck>;
  pollMs?: number;
  /** Default: any free one. */
  port?: number;
}

const exampleConfig = new URL('../../config/example/', import.meta.url).pathname;

export async function createFakeDeck(options: FakeDeckOptions = {}): Promise<FakeDeck> {
  const blobs = createMemoryBlobs();
  const prowJobs = createFakeProwJobs(blobs);
  for (const each of options.prowJobs ?? []) await prowJobs.put(each);
  const logLines: Record<string, unknown>[] = [];
  const logger = createLogger({
    component: 'deck',
    destination: { write: (line: string) => void logLines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const readModel = createReadModel({ prowJobs, blobs, logger, pollMs: options.pollMs ?? 20, idlePollMs: 20 });
  const logs = new Map<string, Buffer>();
  let refused: { at: Date; reason: string } | undefined;
  const config = await configWith(options.deckConfig);
  const settings: DeckSettings = {
    allowedHosts: [fakeHost],
    temporalUiUrl: 'http://127.0.0.1:8233',
    namespace: 'default',
    viewer: { showHidden: false, hiddenOnly: false, tenantIds: [] },
    authorization: 'local',
    publicDir: emptyPages(),
    version: '1.2.3',
    ...options.settings,
  };
  const runLogs: RunLogs = {
    async read(prowJob, { offset, limit }) {
      const log = logs.get(fakeRunKey(prowJob));
      if (!log) return undefined;
      const content = log.subarray(offset, offset + limit);
      const next = offset + content.length;
      return { content, next, complete: prowJob.status.completionTime !== undefined && next >= log.length };
    },
  };
  const deps: DeckDeps = {
    readModel,
    prowJobs,
    blobs,
    logs: runLogs,
    config: () => config,
    configRefused: () => refused,
    settings,
    registry: createRegistry({ processMetrics: false }),
    logger,
  };
  const app = await createDeck(deps);
  await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const { port } = app.server.address() as AddressInfo;
  readModel.start();
  const settled = async () => {
    const before = prowJobs.queries.length;
    // The poll that is under way may have begun before the change; the one after it has not.
    await eventually(() => prowJobs.queries.length >= before + 3 && readModel.ready(), 'the list was read again');
  };
  await settled();
  return {
    port,
    ask: async (path, { headers, ...asked } = {}) =>
      await httpAsk(port, path, { ...asked, headers: { host: fakeHost, ...headers } }),
    prowJobs,
    blobs,
    readModel,
    settings,
    logLines,
    settled,
    appendLog(prowJob, text) {
      const key = fakeRunKey(prowJob);
      logs.set(key, Buffer.concat([logs.get(key) ?? Buffer.alloc(0), Buffer.from(text as string)]));
    },
    refuseConfig: (reason) => void (refused = reason === undefined ? undefined : { at: new Date(), reason }),
    async close() {
      await app.close();
      await readModel.stop();
    },
  };
}

async function configWith(deck: Partial<Deck> = {}): Promise<LoadedConfig> {
  const config = await loadConfig({
    configPath: join(exampleConfig, 'config.yaml'),
    jobConfigPaths: [join(exampleConfig, 'jobs')],
  });
  const { main } = config;
  return { ...config, main: { ...main, deck: { ...main.deck, default_rerun_auth_configs: [], ...deck } } };
}

function emptyPages(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bowsprit-deck-pages-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>pages</title>');
  return folder;
}
