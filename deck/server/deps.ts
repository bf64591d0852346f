/** What Deck's server is built from, and what its routes share. */
import type { Registry } from 'prom-client';
import type { Logger } from 'pino';
import type { ProwJobs } from '../../clients/temporal/api.ts';
import type { BlobStore } from '../../domain/blob-store.ts';
import type { RunLogs } from '../../domain/executor.ts';
import type { LoadedConfig } from '../../domain/main-config.ts';
import type { Viewer } from '../../rules/visibility.ts';
import type { ReadModel } from '../read-model/read-model.ts';
import type { RouteHelp } from './route-help.ts';

export interface DeckSettings {
  /** `host:port` values that the Host header may have; anything else is a name that somebody else resolves to us. */
  allowedHosts: readonly string[];
  /** Without a trailing slash. */
  temporalUiUrl: string;
  namespace: string;
  viewer: Viewer;
  /** Results are in buckets, of which our credentials may open more than those of the configuration. */
  buckets?: boolean;
  /** `local`: whoever reaches the loopback listener may rerun and abort; `config`: only where the configuration lets anyone. */
  authorization: 'local' | 'config';
  /** The built pages. */
  publicDir: string;
  version: string;
}

export interface DeckDeps {
  readModel: ReadModel;
  prowJobs: Pick<ProwJobs, 'abort' | 'start'>;
  logs: RunLogs;
  blobs: BlobStore;
  config: () => LoadedConfig;
  configRefused: () => { at: Date; reason: string } | undefined;
  settings: DeckSettings;
  registry: Registry;
  logger: Logger;
  /** Told of each route, for the reference. */
  onRoute?: (route: RouteHelp) => void;
}
