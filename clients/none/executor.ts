/**
 * The executor `none`: records runs without executing anything, to try a large configuration or to measure the system.
 */
import type { Executor } from '../../domain/executor.ts';

export function createNoneExecutor(): Executor {
  return {
    kind: 'none',
    start: async ({ prowJob }) => ({ buildId: prowJob.status.build_id ?? '', adopted: false }),
    watch: async () => ({ kind: 'ended', state: 'success', description: 'Not executed (executor none).' }),
    end: async () => undefined,
  };
}
