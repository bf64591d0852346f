/**
 * Cron expressions in the dialect of Prow's horologium (spec jobs.md 3.7): five or six fields, names, lists, ranges, steps,
 * descriptors and `@every`. Always UTC; a time zone prefix is refused, because Prow loads it and then never runs the job.
 */
import { DurationError, parseDuration } from '../../domain/duration.ts';

/** An expression that cannot be scheduled; the message names the field and what is wrong. */
export class CronError extends Error {
  constructor(expression: string, reason: string) {
    super(`cron ${JSON.stringify(expression)}: ${reason}`);
    this.name = 'CronError';
  }
}

/** A sound expression with a time zone before it: Prow loads it and then never runs the job, so it is refused here. */
export class CronZoneError extends CronError {}

/** One field: the values it matches, ascending. */
export interface CronField {
  values: readonly number[];
  /** It has an element that restricts nothing: of two day fields, then both must match instead of either. */
  star: boolean;
}

export const fieldNames = ['second', 'minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek'] as const;
export type FieldName = (typeof fieldNames)[number];

export type CronSchedule =
  | ({ kind: 'fields' } & Record<FieldName, CronField>)
  /** Counted from the moment of the first sight, in whole seconds. */
  | { kind: 'every'; seconds: number };

interface Bounds {
  name: string;
  min: number;
  max: number;
  /** Three-letter names, the first standing for `min`. */
  words?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const bounds: Record<FieldName, Bounds> = {
  second: { name: 'second', min: 0, max: 59 },
  minute: { name: 'minute', min: 0, max: 59 },
  hour: { name: 'hour', min: 0, max: 23 },
  dayOfMonth: { name: 'day of month', min: 1, max: 31 },
  month: { name: 'month', min: 1, max: 12, words: months },
  dayOfWeek: { name: 'day of week', min: 0, max: 6, words: weekdays },
};

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 0 1 1 *',
  '@annually': '0 0 0 1 1 *',
  '@monthly': '0 0 0 1 * *',
  '@weekly': '0 0 0 * * 0',
  '@daily': '0 0 0 * * *',
  '@midnight': '0 0 0 * * *',
  '@hourly': '0 0 * * * *',
};

/** What Go's `strings.Fields` takes for white space; JavaScript's `\s` differs in U+0085 and U+FEFF. */
const blanks = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

const everyPrefix = '@every ';

/** Throws CronError; CronZoneError for a sound expression with a time zone. */
export function parseCron(expression: string): CronSchedule {
  const zoned = /^(?:CRON_)?TZ=([^ ]*)( .*)?$/s.exec(expression);
  if (zoned) {
    const [, zone = '', rest] = zoned;
    if (rest === undefined) throw new CronError(expression, 'nothing follows the time zone');
    if (!isZone(zone)) throw new CronError(expression, `there is no time zone ${JSON.stringify(zone)}`);
    parseCron(rest.trim());
    throw new CronZoneError(expression, 'time zones are not supported; write the times in UTC without the prefix');
  }
  if (expression.startsWith(everyPrefix)) return parseEvery(expression);
  const described = descriptors[expression];
  if (expression.startsWith('@') && !described) {
    throw new CronError(expression, `unknown descriptor; known are ${Object.keys(descriptors).join(', ')}, @every`);
  }
  const texts = (described ?? expression).split(blanks).filter(Boolean);
  if (texts.length !== 5 && texts.length !== 6) {
    throw new CronError(
      expression,
      `${texts.length} fields, expected 5 (minute hour day-of-month month day-of-week) or 6 with seconds first`,
    );
  }
  const withSeconds = texts.length === 5 ? ['0', ...texts] : texts;
  const field = (index: number, name: FieldName) => parseField(expression, withSeconds[index] ?? '', bounds[name]);
  return {
    kind: 'fields',
    second: field(0, 'second'),
    minute: field(1, 'minute'),
    hour: field(2, 'hour'),
    dayOfMonth: field(3, 'dayOfMonth'),
    month: field(4, 'month'),
    dayOfWeek: field(5, 'dayOfWeek'),
  };
}

/** Nothing stands for UTC. Offsets such as `+01:00`, which JavaScript takes, are not names of zones. */
function isZone(name: string): boolean {
  if (name === '' || name === 'Local') return true;
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Below one second, zero and negative become one second; parts of a second are dropped. */
function parseEvery(expression: string): CronSchedule {
  try {
    const seconds = Number(parseDuration(expression.slice(everyPrefix.length)) / 1_000_000_000n);
    return { kind: 'every', seconds: Math.max(1, seconds) };
  } catch (error) {
    if (error instanceof DurationError) throw new CronError(expression, error.message);
    throw error;
  }
}

function parseField(expression: string, text: string, field: Bounds): CronField {
  const values = new Set<number>();
  let star = false;
  for (const element of text.split(',')) {
    // Empty elements are skipped: `1,,2` is fine, and so is a lone comma, which matches nothing.
    if (element === '') continue;
    star = parseElement(expression, element, field, values) || star;
  }
  return { values: [...values].toSorted((a, b) => a - b), star };
}

/** Adds the element's values; true if it restricts nothing. */
function parseElement(expression: string, element: string, field: Bounds, values: Set<number>): boolean {
  const refuse = (reason: string): never => {
    throw new CronError(expression, `${field.name} ${JSON.stringify(element)}: ${reason}`);
  };
  const [range = '', stepText, ...moreSteps] = element.split('/');
  const [lowText = '', highText, ...moreRanges] = range.split('-');
  const wild = lowText === '*' || lowText === '?';
  if (moreSteps.length > 0) refuse('more than one /');
  if (!wild && moreRanges.length > 0) refuse('more than one -');

  const number = (text: string) => {
    const word = field.words?.indexOf(text.toLowerCase()) ?? -1;
    if (word >= 0) return field.min + word;
    if (!/^\+?\d{1,15}$/.test(text))
      refuse(`${JSON.stringify(text)} is not a number${field.words ? ' or a name' : ''}`);
    return Number(text);
  };
  const low = wild ? field.min : number(lowText);
  // `N/step` runs to the end of the field; what follows `*-` is ignored.
  const single = stepText !== undefined && highText === undefined ? field.max : low;
  const high = wild ? field.max : highText === undefined ? single : number(highText);
  const step =
    stepText === undefined ? 1 : /^\+?\d{1,15}$/.test(stepText) ? Number(stepText) : refuse('the step is not a number');
  if (step === 0) refuse('the step is 0');
  if (low < field.min || high > field.max) refuse(`outside ${field.min}-${field.max}`);
  if (low > high) refuse('the range ends before it starts');

  for (let value = low; value <= high; value += step) values.add(value);
  return wild && step === 1;
}
