/**
 * The sign of life of the workers on one data directory: a file that is touched every few seconds. Supervisors end their runs
 * when it stops for longer than the grace time.
 */
import { closeSync, futimesSync, openSync } from 'node:fs';
import type { Logger } from 'pino';

export interface Lease {
  stop(): void;
}

export function keepLease(file: string, everyMs: number, logger: Logger): Lease {
  const touch = () => {
    try {
      const descriptor = openSync(file, 'a', 0o600);
      try {
        futimesSync(descriptor, new Date(), new Date());
      } finally {
        closeSync(descriptor);
      }
    } catch (error) {
      logger.error({ err: error, file }, 'Lease cannot be renewed; running jobs will end');
    }
  };
  touch();
  const timer = setInterval(touch, everyMs).unref();
  return { stop: () => clearInterval(timer) };
}
