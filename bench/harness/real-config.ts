/** The real configuration that some benchmarks use; it is not part of the project. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SkippedError, type BenchOptions } from './benchmark.ts';
import type { WorkerConfig } from './worker.ts';

/** Throws SkippedError where it is not there. */
export function realConfig({ config }: Pick<BenchOptions, 'config'>): WorkerConfig {
  const found = { configPath: join(config, 'prow', 'config.yaml'), jobConfigPath: join(config, 'jobs') };
  for (const path of Object.values(found)) {
    if (!existsSync(path)) throw new SkippedError(`there is no ${path}; name a configuration with --config`);
  }
  return found;
}
