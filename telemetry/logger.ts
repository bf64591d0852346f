/**
 * The log of a process: pino, one JSON object per line, on stderr or in a file; or lines for people on a terminal.
 *
 * Message texts are static and variables go into fields, with the standard names of `LogFields` (style.md 4.8).
 * Inside workflows use `log` of `@temporalio/workflow`, inside activities `log` of `@temporalio/activity`: both end here.
 */
import pino, { type DestinationStream } from 'pino';

import { humanLine } from './human-line.ts';
import { redactLine } from './redact.ts';

export type Logger = pino.Logger;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
export const logLevels: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

/** Names of the fields that several parts log, so that a search finds all lines about one thing. */
export interface LogFields {
  component?: string;
  org?: string;
  repo?: string;
  pr?: number;
  job?: string;
  /** Name of the ProwJob: its run id. */
  prowjob?: string;
  buildId?: string;
  deliveryId?: string;
  plugin?: string;
  err?: unknown;
}

export interface LoggerOptions {
  /** What the process is: `worker`, `deck`, `gateway`; in every line. */
  component: string;
  /** Default `info`. */
  level?: LogLevel;
  /** `json` (default), or `human`: time, level, component, text, fields as `name=value`. */
  format?: 'json' | 'human';
  /** Append to this file instead of stderr; folders are made. */
  file?: string;
  /** Where lines go instead of stderr; for tests and for processes that multiplex the logs of others. */
  destination?: DestinationStream;
}

/** What a thrown value is in a log: no other own fields, since HTTP clients hang whole requests, headers included, on errors. */
function serializeError(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const code: unknown = Reflect.get(value, 'code');
  const failureType: unknown = Reflect.get(value, 'type');
  return {
    type: value.name,
    message: value.message,
    ...(typeof failureType === 'string' && { failureType }),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(value.stack !== undefined && { stack: value.stack }),
    ...(value.cause !== undefined && { cause: serializeError(value.cause) }),
  };
}

/** Writes are synchronous: a line about a crash is worth more than the microseconds. */
function openDestination(file: string | undefined): DestinationStream {
  if (file === undefined) {
    const stderr = pino.destination({ fd: 2, sync: true });
    // The reader of our stderr may go away first (`| head`); there is nobody left to tell.
    stderr.on('error', () => undefined);
    return stderr;
  }
  try {
    const stream = pino.destination({ dest: file, sync: true, append: true, mkdir: true });
    let told = false;
    stream.on('error', (error: Error) => {
      if (told) return;
      told = true;
      process.stderr.write(`Log lines are lost: cannot write ${file}: ${error.message}\n`);
    });
    return stream;
  } catch (error) {
    throw new Error(`Cannot open log file ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function humanDestination(destination: DestinationStream): DestinationStream {
  return { write: (line) => destination.write(humanLine(line)) };
}

/** Throws when the log file cannot be opened; later write errors are told once on stderr and end nothing. */
export function createLogger(options: LoggerOptions): Logger {
  const destination = options.destination ?? openDestination(options.file);
  return pino(
    {
      level: options.level ?? 'info',
      base: { component: options.component },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: serializeError, error: serializeError },
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: redactLine },
    },
    options.format === 'human' ? humanDestination(destination) : destination,
  );
}
