/**
 * Makes failing workflow tasks visible to tests: the server retries such a task for ever, so without this a programming error
 * in workflow code, or an unregistered search attribute, shows only as a test that times out.
 *
 * Installs the SDK's runtime of this process (one per jest test file), and so must come before any connection.
 */
import { DefaultLogger, Runtime } from '@temporalio/worker';

export interface TaskFailures {
  /** Rejects with the first failure that was not there before. */
  next(): { promise: Promise<never>; stop(): void };
}

const listeners = new Set<(message: string) => void>();

/** What core logs for a failed task, and what a worker logs when it cannot even run one. */
const failing = /failing workflow task|error while auto-failing workflow task/i;

/**
 * What core logs when the time-skipping server refuses a finished task: a timer was cancelled that fires at the same instant.
 * That server never repeats the task, so the test has to choose other times; a real one takes it.
 */
const refused = /invalid history builder state/;

/**
 * A task that was closing the workflow when a signal came is failed by the server and repeated; that is normal
 * (temporal.md 5), and is not logged by these messages.
 */
function install(): void {
  const logger = new DefaultLogger('WARN', ({ message, meta, level }) => {
    const details = JSON.stringify(meta, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
    if (failing.test(message) || refused.test(details ?? '')) {
      const text = `${message}: ${details}`;
      for (const listener of listeners) listener(text);
    } else if (level === 'ERROR' && process.env['BOWSPRIT_TEST_LOG']) {
      process.stderr.write(`${level} ${message}\n`);
    }
  });
  Runtime.install({ logger, telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } } });
}

let installed = false;

export function watchTaskFailures(): TaskFailures {
  if (!installed) install();
  installed = true;
  return {
    next() {
      let listener: (message: string) => void = () => undefined;
      const promise = new Promise<never>((_resolve, reject) => {
        listener = (message) => reject(new Error(`A workflow task failed, and would for ever: ${message}`));
      });
      // The test may end first, and nobody looks at this any more.
      promise.catch(() => undefined);
      listeners.add(listener);
      return { promise, stop: () => void listeners.delete(listener) };
    },
  };
}
