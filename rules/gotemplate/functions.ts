/**
 * The functions every Go template knows, except `and` and `or`, which the executor evaluates lazily. `call` is known to
 * the parser and fails when executed: no value here is a function.
 */
import { formatValue, isPrintable, sprint, sprintf, sprintln } from './format.ts';
import { indirect, isNil, isPointer, isTrue, list, typeName, type Value } from './value.ts';

/** Throws an Error with the reason; the executor adds the function's name and the line. */
export type TemplateFunction = (...args: Value[]) => Value;

interface Builtin {
  apply: TemplateFunction;
  min: number;
  max?: number;
}

export const builtins: Readonly<Record<string, Builtin>> = {
  not: { apply: (value) => !isTrue(value), min: 1, max: 1 },
  len: { apply: length, min: 1, max: 1 },
  index: { apply: (item, ...indexes) => indexes.reduce(indexOne, indexable(item)), min: 1 },
  slice: { apply: slice, min: 1 },
  print: { apply: (...args) => sprint(args), min: 0 },
  println: { apply: (...args) => sprintln(args), min: 0 },
  printf: { apply: printf, min: 1 },
  html: { apply: (...args) => escapeHtml(textOf(args)), min: 0 },
  js: { apply: (...args) => escapeJs(textOf(args)), min: 0 },
  urlquery: { apply: (...args) => escapeQuery(textOf(args)), min: 0 },
  eq: { apply: (first, ...others) => equalsAny(first, others), min: 1 },
  ne: { apply: (a, b) => !equal(a, b), min: 2, max: 2 },
  lt: { apply: (a, b) => less(a, b), min: 2, max: 2 },
  le: { apply: (a, b) => less(a, b) || equal(a, b), min: 2, max: 2 },
  gt: { apply: (a, b) => !(less(a, b) || equal(a, b)), min: 2, max: 2 },
  ge: { apply: (a, b) => !less(a, b), min: 2, max: 2 },
  call: { apply: notCallable, min: 1 },
};

export const builtinNames: ReadonlySet<string> = new Set([...Object.keys(builtins), 'and', 'or']);

function notCallable(target: Value): never {
  throw new Error(target === undefined ? 'call of nil' : `non-function of type ${typeName(target)}`);
}

function length(value: Value): Value {
  const item = indirect(value);
  if (typeof item === 'string') return BigInt(Buffer.byteLength(item));
  if (typeof item === 'object' && item.kind === 'list') return BigInt(item.items.length);
  if (typeof item === 'object' && item.kind === 'map') return BigInt(item.entries.size);
  throw new Error(isPointer(item) ? 'len of nil pointer' : `len of type ${typeName(item)}`);
}

function indexable(item: Value): Value {
  if (item === undefined) throw new Error('index of untyped nil');
  return item;
}

function indexOne(container: Value, index: Value): Value {
  const item = indirect(container);
  if (isPointer(item)) throw new Error('index of nil pointer');
  if (typeof item === 'string') {
    const bytes = Buffer.from(item, 'utf8');
    return BigInt(bytes[position(index, bytes.length - 1)] ?? 0);
  }
  if (typeof item === 'object' && item.kind === 'list') return item.items[position(index, item.items.length - 1)];
  if (typeof item === 'object' && item.kind === 'map') {
    if (typeof index !== 'string') throw new Error(`value has type ${typeName(index)}; should be string`);
    return item.entries.has(index) ? item.entries.get(index) : item.zero;
  }
  throw new Error(`can't index item of type ${typeName(item)}`);
}

function position(index: Value, last: number): number {
  if (typeof index !== 'bigint')
    throw new Error(`cannot index slice/array with ${index === undefined ? 'nil' : `type ${typeName(index)}`}`);
  if (index < 0n || index > BigInt(last)) throw new Error(`index out of range: ${index}`);
  return Number(index);
}

function slice(value: Value, ...bounds: Value[]): Value {
  if (value === undefined) throw new Error('slice of untyped nil');
  const item = indirect(value);
  if (isPointer(item)) throw new Error('slice of nil pointer');
  if (bounds.length > 3) throw new Error(`too many slice indexes: ${bounds.length}`);
  const isString = typeof item === 'string';
  if (!isString && !(typeof item === 'object' && item.kind === 'list'))
    throw new Error(`can't slice item of type ${typeName(item)}`);
  if (isString && bounds.length === 3) throw new Error('cannot 3-index slice a string');
  const bytes = isString ? Buffer.from(item, 'utf8') : undefined;
  const size = isString ? (bytes?.length ?? 0) : item.items.length;
  const [from = 0, to = size, capacity = size] = bounds.map((bound) => position(bound, size));
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  if (to > capacity) throw new Error(`invalid slice index: ${to} > ${capacity}`);
  return isString ? bytes?.toString('utf8', from, to) : list(item.items.slice(from, to));
}

function printf(format: Value, ...args: Value[]): Value {
  if (typeof format !== 'string') throw new Error(`wrong type for value; expected string; got ${typeName(format)}`);
  return sprintf(format, args);
}

/** The text that the escaping functions work on. */
function textOf(args: readonly Value[]): string {
  if (args.length === 1 && typeof args[0] === 'string') return args[0];
  return sprint(args.map(printable));
}

/** What is printed for a value: pointers are followed, a missing value says so. */
export function printable(value: Value): Value {
  return value === undefined ? '<no value>' : indirect(value);
}

function equalsAny(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new Error('missing argument for comparison');
  return others.some((other) => equal(first, other));
}

function isBasic(value: Value): boolean {
  return value !== undefined && typeof value !== 'object';
}

function equal(a: Value, b: Value): boolean {
  if (isBasic(a) || isBasic(b)) {
    if (a === undefined || b === undefined) return false;
    if (typeof a !== typeof b) throw new Error(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
    return a === b;
  }
  if (typeof a === 'object' && typeof b === 'object' && a.kind !== b.kind)
    throw new Error(`non-comparable types ${typeName(a)} and ${typeName(b)}`);
  if (isNil(a) || isNil(b)) return isNil(a) && isNil(b);
  if (typeof b === 'object' && b.kind !== 'pointer')
    throw new Error(`non-comparable type ${typeName(b)}: ${formatValue(b)}`);
  return isPointer(a) && isPointer(b) && a.to === b.to;
}

function less(a: Value, b: Value): boolean {
  if (!isBasic(a) || !isBasic(b)) throw new Error('invalid type for comparison');
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b;
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a === 'boolean' && typeof b === 'boolean') throw new Error('invalid type for comparison');
  throw new Error(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '\0': '\uFFFD',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (char) => htmlEscapes[char] ?? char);
}

function escapeJs(text: string): string {
  let result = '';
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0;
    if ('\\\'"'.includes(char)) result += `\\${char}`;
    else if ('<>&='.includes(char) || point < 0x20 || (point >= 0x80 && !isPrintable(char)))
      result += `\\u${point.toString(16).toUpperCase().padStart(4, '0')}`;
    else result += char;
  }
  return result;
}

function escapeQuery(text: string): string {
  return encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'))
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
