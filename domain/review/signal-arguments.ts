/**
 * What signals bring, looked at before it is believed: a signal cannot be refused, and an error in its handler would hold up the
 * workflow for ever. Only what workflow code itself touches is checked; activities check what they read.
 */
import { prowJobStates } from '../prowjob.ts';
import type { JobChanged } from '../prowjob-input.ts';
import type { ChangeEventEnvelope } from './envelope.ts';

export interface EnvelopesIn {
  envelopes: ChangeEventEnvelope[];
  /** What cannot be used, in words. */
  problems: string[];
}

/** The argument of `changeEventReceived`. One bad envelope does not take the others with it. */
export function envelopesIn(argument: unknown): EnvelopesIn {
  if (!Array.isArray(argument)) return { envelopes: [], problems: ['the argument is no list of events'] };
  const found: EnvelopesIn = { envelopes: [], problems: [] };
  for (const [index, value] of (argument as unknown[]).entries()) {
    const problem = envelopeProblem(value);
    if (problem === undefined) found.envelopes.push(value as ChangeEventEnvelope);
    else found.problems.push(`event ${index + 1}: ${problem}`);
  }
  return found;
}

/** The argument of `jobChanged`. */
export function jobChangeIn(argument: unknown): JobChanged | undefined {
  if (!hasTexts(argument, ['name', 'workflowId', 'job', 'state']) || typeof argument['complete'] !== 'boolean') {
    return undefined;
  }
  if (!prowJobStates.some((state) => state === argument['state'])) return undefined;
  if (!isAbsentOr(argument['url'], isText) || !isAbsentOr(argument['description'], isText)) return undefined;
  return isAbsentOr(argument['change'], isChangeJob) ? (argument as unknown as JobChanged) : undefined;
}

type Json = Readonly<Record<string, unknown>>;

function envelopeProblem(value: unknown): string | undefined {
  if (!isObject(value)) return 'no object';
  if (value['v'] !== 1) return `version ${JSON.stringify(value['v'])} is not known`;
  if (!hasTexts(value, ['id', 'delivery', 'receivedAt', 'host'])) return 'it has no id';
  if (!hasTexts(value['repo'], ['org', 'repo'])) return 'no repository';
  if (!hasTexts(value['source'], ['event']) || !isAbsentOr(value['source']['action'], isText)) return 'no source';
  if (!isAbsentOr(value['arrival'], isArrival)) return 'a malformed place';
  if (!isAbsentOr(value['item'], isItem)) return 'a malformed item';
  if (!isAbsentOr(value['labels'], isTexts)) return 'malformed labels';
  if (!isAbsentOr(value['stored'], isObject) || !isAbsentOr(value['payload'], isObject)) return 'malformed references';
  const events = value['events'];
  return Array.isArray(events) && events.every(isEvent) ? undefined : 'malformed events';
}

const eventTexts: Readonly<Record<string, readonly string[]>> = {
  comment: ['action', 'body', 'author'],
  pull: ['action', 'sender'],
  issue: ['action', 'sender'],
  review: ['state', 'author'],
  status: ['sha', 'context', 'state'],
  push: ['ref', 'sender'],
};

function isEvent(value: unknown): boolean {
  if (!hasTexts(value, ['kind'])) return false;
  const texts = Object.hasOwn(eventTexts, value['kind']) ? eventTexts[value['kind']] : undefined;
  if (!texts || !hasTexts(value, texts)) return false;
  return isAbsentOr(value['label'], isText) && isAbsentOr(value['changes'], isObject);
}

function isArrival(value: unknown): boolean {
  return hasTexts(value, ['gateway']) && Number.isSafeInteger((value as Json)['n']);
}

function isItem(value: unknown): boolean {
  if (!hasTexts(value, ['title', 'author', 'state', 'url']) || typeof value['isPull'] !== 'boolean') return false;
  return isAbsentOr(value['pull'], isPull);
}

function isPull(value: unknown): boolean {
  return isObject(value) && hasTexts(value['head'], ['sha']) && hasTexts(value['base'], ['ref']);
}

function isChangeJob(value: unknown): boolean {
  if (!hasTexts(value, ['name', 'workflowId', 'job', 'type', 'key', 'state', 'startedAt'])) return false;
  return isAbsentOr(value['report'], (report) => hasTexts(report, ['context', 'sha']));
}

function hasTexts<K extends string>(value: unknown, fields: readonly K[]): value is Json & Record<K, string> {
  return isObject(value) && fields.every((field) => isText(value[field]));
}

function isAbsentOr(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || is(value);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}
