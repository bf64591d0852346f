/**
 * One JSON log line as a line for people: `13:02:26.123 INFO  worker  Message  job=echo-test`, stack traces below it.
 *
 * No colours and no dependency: it is read in terminals, in files and in CI logs alike.
 */

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function fieldText(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value);
}

interface SerializedError {
  type?: string;
  message?: string;
  stack?: string;
  cause?: unknown;
}

function isError(value: unknown): value is SerializedError {
  return typeof value === 'object' && value !== null && ('stack' in value || 'message' in value);
}

function errorText(error: SerializedError): string {
  const own = error.stack ?? `${error.type ?? 'Error'}: ${error.message ?? ''}`;
  return isError(error.cause) ? `${own}\nCaused by: ${errorText(error.cause)}` : own;
}

/** A text that is not one JSON object comes back unchanged. */
export function humanLine(line: string): string {
  let entry: Record<string, unknown>;
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return line;
    entry = { ...parsed };
  } catch {
    return line;
  }
  const { time, level, component, msg, err, error, ...fields } = entry;
  const clock = text(time).slice(11, 23);
  const head = [clock, text(level).toUpperCase().padEnd(5), text(component).padEnd(7), text(msg)];
  const tail = Object.entries(fields).map(([name, value]) => `${name}=${fieldText(value)}`);
  const stacks = [err, error].filter(isError).map((value) => `\n    ${errorText(value).replaceAll('\n', '\n    ')}`);
  return `${[head.join(' '), ...tail].join(' ')}${stacks.join('')}\n`;
}
