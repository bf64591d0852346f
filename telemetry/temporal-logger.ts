/**
 * Lets the lines of the Temporal SDK, of workflows and of activities come out of the process's own log, in its format:
 * `Runtime.install({ logger: temporalLogger(logger) })`.
 */
import type { LogLevel, LogMetadata, Logger as SdkLogger } from '@temporalio/common';

import type { Logger } from './logger.ts';

/**
 * Fields of the SDK that say nothing to a reader of the log, or say it twice. Symbol keys (the timestamp of a buffered
 * line) are left out as well.
 */
const noise = new Set(['namespace', 'sdkComponent', 'taskToken', 'attempt']);

/** Each of our workers does one thing on its queue; that it does no other is no news, let alone a warning. */
const expected = /^No (activities|workflows|Nexus services) registered, not polling for /;

const levels = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const satisfies Record<LogLevel, string>;

function fieldsFrom(meta: LogMetadata | undefined): Record<string, unknown> {
  if (!meta) return {};
  const fields = Object.fromEntries(Object.entries(meta).filter(([name]) => !noise.has(name)));
  const component: unknown = meta['sdkComponent'];
  // A first attempt is the normal case; only later ones are worth a field.
  const attempt: unknown = meta['attempt'];
  return {
    ...fields,
    ...(typeof component === 'string' && { sdk: component }),
    ...(typeof attempt === 'number' && attempt > 1 && { attempt }),
  };
}

export function temporalLogger(logger: Logger): SdkLogger {
  const write = (level: LogLevel, message: string, meta?: LogMetadata) => {
    const name = levels[expected.test(message) ? 'DEBUG' : level];
    // The SDK has a line for every step, which nobody asks for as a rule.
    if (logger.isLevelEnabled(name)) logger[name](fieldsFrom(meta), message);
  };
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}
