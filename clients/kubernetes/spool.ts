/** The files of one run's logs on the disk of a worker, on their way to storage. */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { takeLease, type LeaseOptions } from './spool-lease.ts';

export interface Spool {
  fileOf(container: string): string;
  /** The files stay; whoever opens the run next finds them. */
  close(): Promise<void>;
}

/**
 * Workers of one run, one after the other, find the same files. While another one writes them (it watches, and this one is to end
 * the run) this one has files of its own, and reads the log from its beginning.
 *
 * @param run names the run among all others, and is a file name
 */
export async function openSpool(folder: string, run: string, options?: LeaseOptions): Promise<Spool> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const base = join(folder, run);
  const lease = await takeLease(`${base}.lease`, options);
  const own = lease ? base : `${base}-${randomUUID()}`;
  return {
    fileOf: (container) => `${own}-${container}`,
    close: async () => await lease?.release(),
  };
}
