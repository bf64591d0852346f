/** The real workers: the process that `npm start` runs (`workers/embedded.ts`), with executor `none`, on a server of ours. */
import { join } from 'node:path';
import { workersMemoryFlags } from '../../cli/up/index.ts';
import { settingsToEnv, type Settings } from '../../config/settings.ts';
import { startChild, type BenchChild } from './child.ts';
import { compiled } from './paths.ts';
import type { Scope } from './scope.ts';
import { benchSettings } from './settings.ts';
import type { BenchServer } from './temporal-server.ts';

export interface WorkerConfig {
  configPath: string;
  jobConfigPath: string;
}

/** Resolves when it polls and has reconciled the schedules once. */
export async function startWorker(scope: Scope, server: BenchServer, config: WorkerConfig): Promise<BenchChild> {
  const settings = benchSettings({
    dataDir: scope.folder(),
    temporalAddress: server.address,
    configPath: config.configPath,
    jobConfigPath: [config.jobConfigPath],
  });
  return await startWorkerWith(scope, settings);
}

/** The same with any settings; again with the same ones, it goes on with the same data. */
export async function startWorkerWith(scope: Scope, settings: Settings): Promise<BenchChild> {
  const child = startChild(scope, {
    command: process.execPath,
    args: [...workersMemoryFlags, compiled('workers/embedded.js')],
    env: settingsToEnv(settings),
    logFile: join(settings.dataDir, 'worker.log'),
  });
  await child.whenReady();
  return child;
}
