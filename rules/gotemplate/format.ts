/**
 * Go's `fmt` on template values: Sprint, Sprintln and Sprintf with the verbs, flags and error marks of Go.
 *
 * Addresses of pointers have no meaning here and print as `0x0`.
 */
import { isPointer, typeName, type ListValue, type MapValue, type StructValue, type Value } from './value.ts';

/** `%v`: what `{{.X}}` prints. `top` is false inside lists, maps and structs, where pointers print as addresses. */
export function formatValue(value: Value, top = true): string {
  switch (typeof value) {
    case 'undefined':
      return '<nil>';
    case 'string':
      return value;
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return formatFloat(value);
  }
  const text = ownText(value);
  if (text !== undefined) return text;
  if (value.kind !== 'pointer') return formatParts(value, (part) => formatValue(part, false));
  if (value.to === undefined) return '<nil>';
  return top && typeof value.to === 'object' ? `&${formatValue(value.to, false)}` : '0x0';
}

/** What a struct's `String` method says of it, through a pointer too. */
function ownText(value: Value): string | undefined {
  const target = isPointer(value) ? value.to : value;
  if (typeof target !== 'object' || target.kind !== 'struct') return undefined;
  const text = target.method('String')?.([]);
  return typeof text === 'string' ? text : undefined;
}

/** Lists, maps (by key) and structs (without names), each part in its own format. */
function formatParts(value: ListValue | MapValue | StructValue, format: (part: Value) => string): string {
  switch (value.kind) {
    case 'list':
      return `[${value.items.map(format).join(' ')}]`;
    case 'map': {
      const sorted = [...value.entries].sort(([a], [b]) => (a < b ? -1 : 1));
      return `map[${sorted.map(([key, item]) => `${format(key)}:${format(item)}`).join(' ')}]`;
    }
    default:
      return `{${value.fieldNames.map((name) => format(value.field(name))).join(' ')}}`;
  }
}

/** Shortest text that reads back the same; exponent form from a million on and below 1e-4, as Go's `%v`. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) return twoDigitExponent(value.toExponential());
  return Object.is(value, -0) ? '-0' : String(value);
}

function twoDigitExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** As Go's Sprint: a space between operands when neither is a string. */
export function sprint(args: readonly Value[]): string {
  return args
    .map(
      (arg, i) => (i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string' ? ' ' : '') + formatValue(arg),
    )
    .join('');
}

export function sprintln(args: readonly Value[]): string {
  return `${args.map((arg) => formatValue(arg)).join(' ')}\n`;
}

interface Spec {
  flags: string;
  width?: number;
  precision?: number;
}

/** Widths beyond this print as an error, in Go too. */
const maxWidth = 1_000_000;
/** Flags, width, precision, explicit argument index, verb. */
const directive = /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d*))?(?:\[(\d+)\])?([^])?/gu;

export function sprintf(format: string, args: readonly Value[]): string {
  let used = 0;
  let reordered = false;
  const star = (text: string | undefined): number | undefined => {
    if (text !== '*') return text === undefined ? undefined : Number(text);
    const arg = args[used++];
    return typeof arg === 'bigint' && arg >= -maxWidth && arg <= maxWidth ? Number(arg) : NaN;
  };
  const text = format.replace(
    directive,
    (_whole, flags: string, wide?: string, precise?: string, chosen?: string, verb?: string) => {
      const width = star(wide);
      const precision = star(precise);
      if (chosen !== undefined) {
        used = Number(chosen) - 1;
        reordered = true;
        if (used < 0 || used >= args.length) return `%!${verb ?? ''}(BADINDEX)`;
      }
      if (verb === undefined) return '%!(NOVERB)';
      if (verb === '%') return '%';
      let marks = '';
      const spec: Spec = { flags };
      if (Number.isNaN(width) || (width !== undefined && width > maxWidth)) marks += '%!(BADWIDTH)';
      else if (width !== undefined) {
        spec.width = Math.abs(width);
        if (width < 0) spec.flags += '-';
      }
      if (Number.isNaN(precision) || (precision !== undefined && precision > maxWidth)) marks += '%!(BADPREC)';
      else if (precision !== undefined && precision >= 0) spec.precision = precision;
      if (used >= args.length) return `${marks}%!${verb}(MISSING)`;
      return marks + formatVerb(verb, args[used++], spec);
    },
  );
  if (reordered || used >= args.length) return text;
  const extra = args.slice(used).map((arg) => (arg === undefined ? '<nil>' : `${typeName(arg)}=${formatValue(arg)}`));
  return `${text}%!(EXTRA ${extra.join(', ')})`;
}

function formatVerb(verb: string, value: Value, spec: Spec): string {
  if (verb === 'T') return pad(value === undefined ? '<nil>' : typeName(value), spec);
  const text = verb === 'v' ? undefined : byVerb(verb, value, spec);
  if (text !== undefined) return text;
  if (verb !== 'v') return badVerb(verb, value);
  switch (typeof value) {
    case 'bigint':
      return formatInteger(value, 10, spec);
    case 'number':
      return formatNumber(value, 'g', spec);
    case 'string':
      return spec.flags.includes('#') ? pad(quote(value), spec) : pad(cut(value, spec), spec);
    default:
      return pad(formatValue(value), spec);
  }
}

function badVerb(verb: string, value: Value): string {
  if (value === undefined) return `%!${verb}(<nil>)`;
  return `%!${verb}(${typeName(value)}=${formatValue(value)})`;
}

const bases: Readonly<Record<string, number>> = { d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

/** Undefined where the verb does not fit the value. */
function byVerb(verb: string, value: Value, spec: Spec): string | undefined {
  if (typeof value === 'string') return stringVerb(verb, value, spec);
  if (typeof value === 'bigint') return integerVerb(verb, value, spec);
  if (typeof value === 'number') return /^[eEfFgG]$/.test(verb) ? formatNumber(value, verb, spec) : undefined;
  if (typeof value === 'boolean') return verb === 't' ? pad(String(value), spec) : undefined;
  const text = ownText(value);
  if (text !== undefined) return stringVerb(verb, text, spec);
  if (value === undefined || value.kind === 'pointer') return undefined;
  return formatParts(value, (part) => byVerb(verb, part, spec) ?? badVerb(verb, part));
}

function stringVerb(verb: string, value: string, spec: Spec): string | undefined {
  if (verb === 's') return pad(cut(value, spec), spec);
  if (verb === 'q') return pad(spec.flags.includes('#') ? rawQuote(cut(value, spec)) : quote(cut(value, spec)), spec);
  if (verb !== 'x' && verb !== 'X') return undefined;
  const hex = Buffer.from(value, 'utf8').toString('hex');
  return pad(verb === 'X' ? hex.toUpperCase() : hex, spec);
}

function integerVerb(verb: string, value: bigint, spec: Spec): string | undefined {
  const base = bases[verb];
  if (base !== undefined) {
    const prefix = prefixOf(verb, spec);
    const text = formatInteger(value, base, spec, prefix);
    return verb === 'X' ? text.toUpperCase() : text;
  }
  const point = value >= 0n && value <= 0x10ffffn ? Number(value) : 0xfffd;
  if (verb === 'c') return pad(String.fromCodePoint(point), spec);
  if (verb === 'q') return pad(`'${String.fromCodePoint(point)}'`, spec);
  if (verb === 'U') return pad(`U+${value.toString(16).toUpperCase().padStart(4, '0')}`, spec);
  return undefined;
}

function prefixOf(verb: string, spec: Spec): string {
  if (verb === 'O') return '0o';
  if (!spec.flags.includes('#')) return '';
  return { x: '0x', X: '0X', o: '0', b: '0b' }[verb] ?? '';
}

function formatInteger(value: bigint, base: number, spec: Spec, prefix = ''): string {
  const sign = value < 0n ? '-' : signFlag(spec);
  let digits = (value < 0n ? -value : value).toString(base);
  if (spec.precision !== undefined)
    digits = value === 0n && spec.precision === 0 ? '' : digits.padStart(spec.precision, '0');
  return padNumber(sign + prefix, digits, spec, spec.precision === undefined);
}

function formatNumber(value: number, verb: string, spec: Spec): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : signFlag(spec);
  const size = Math.abs(value);
  if (!Number.isFinite(size)) return pad(Number.isNaN(size) ? 'NaN' : (sign || '+') + 'Inf', spec);
  const lower = verb.toLowerCase();
  let digits: string;
  if (lower === 'f') digits = size.toFixed(Math.min(spec.precision ?? 6, 100));
  else if (lower === 'e') digits = twoDigitExponent(size.toExponential(Math.min(spec.precision ?? 6, 100)));
  else digits = spec.precision === undefined ? formatFloat(size) : generalFloat(size, spec.precision);
  return padNumber(sign, verb === lower ? digits : digits.toUpperCase(), spec, true);
}

/** `%.3g`: so many significant digits, without trailing zeros. */
function generalFloat(value: number, precision: number): string {
  const digits = Math.min(Math.max(precision, 1), 100);
  const exponent = value === 0 ? 0 : Number(value.toExponential(digits - 1).split('e')[1]);
  if (exponent < -4 || exponent >= digits)
    return twoDigitExponent(value.toExponential(digits - 1).replace(/\.?0+e/, 'e'));
  const fixed = value.toFixed(Math.max(digits - 1 - exponent, 0));
  return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
}

function signFlag({ flags }: Spec): string {
  return flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
}

function padNumber(sign: string, digits: string, spec: Spec, zeros: boolean): string {
  if (zeros && spec.flags.includes('0') && !spec.flags.includes('-'))
    return sign + digits.padStart((spec.width ?? 0) - sign.length, '0');
  return pad(sign + digits, { ...spec, flags: spec.flags.replaceAll('0', '') });
}

function pad(text: string, { flags, width }: Spec): string {
  const missing = (width ?? 0) - Array.from(text).length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  return (flags.includes('0') ? '0' : ' ').repeat(missing) + text;
}

function cut(text: string, { precision }: Spec): string {
  return precision === undefined ? text : Array.from(text).slice(0, precision).join('');
}

/** A raw Go string literal where the text can be one. */
function rawQuote(text: string): string {
  return Array.from(text).every((char) => char !== '`' && (char === '\t' || isPrintable(char)))
    ? `\`${text}\``
    : quote(text);
}

/** A Go string literal: printable characters as they are, the rest escaped. */
export function quote(text: string): string {
  let result = '"';
  for (const char of text) {
    const simple = {
      '"': '\\"',
      '\\': '\\\\',
      '\u0007': '\\a',
      '\b': '\\b',
      '\f': '\\f',
      '\n': '\\n',
      '\r': '\\r',
      '\t': '\\t',
      '\v': '\\v',
    }[char];
    const point = char.codePointAt(0) ?? 0;
    if (simple !== undefined) result += simple;
    else if (isPrintable(char)) result += char;
    else if (point < 0x80) result += `\\x${point.toString(16).padStart(2, '0')}`;
    else if (point < 0x10000) result += `\\u${point.toString(16).padStart(4, '0')}`;
    else result += `\\U${point.toString(16).padStart(8, '0')}`;
  }
  return `${result}"`;
}

/** Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols, and the ASCII space. */
export function isPrintable(char: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(char);
}
