/**
 * The executor `none`: records runs without executing anything, to try a large configuration or to measure the system itself.
 */
import type { Executor } from '../../domain/executor.ts';

export function createNoneExecutor(): Executor {
  return {
    kind: 'none',
    start: ({ prowJob }) => Promise.resolve({ buildId: prowJob.status.build_id ?? '', adopted: false }),
    watch: () => Promise.resolve({ kind: 'ended', state: 'success', description: 'Job succeeded.' }),
    end: () => Promise.resolve(),
  };
}
