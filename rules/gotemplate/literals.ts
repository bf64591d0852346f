/**
 * Go literals inside template actions: quoted strings, characters and numbers. Undefined where Go would refuse the literal.
 */
import type { Value } from './value.ts';

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

const escape = /\\(?:([abfnrtv\\])|(['"])|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|[^])/gu;

/** Decodes the escapes of an interpreted literal; `\x` and octal escapes name bytes, which may form UTF-8 together. */
function unescape(body: string, quote: string): string | undefined {
  const parts: Uint8Array[] = [];
  const encoder = new TextEncoder();
  let end = 0;
  for (const match of body.matchAll(escape)) {
    const [whole, simple, quoted, hex, short, long, octal] = match;
    parts.push(encoder.encode(body.slice(end, match.index)));
    end = match.index + whole.length;
    const byte = hex !== undefined ? parseInt(hex, 16) : octal !== undefined ? parseInt(octal, 8) : undefined;
    const point = parseInt(short ?? long ?? '0', 16);
    if (byte !== undefined && byte <= 0xff) parts.push(Uint8Array.of(byte));
    else if (simple !== undefined) parts.push(encoder.encode(simpleEscapes[simple]));
    else if (quoted === quote) parts.push(encoder.encode(quote));
    else if ((short ?? long) !== undefined && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff))
      parts.push(encoder.encode(String.fromCodePoint(point)));
    else return undefined;
  }
  parts.push(encoder.encode(body.slice(end)));
  return new TextDecoder().decode(Buffer.concat(parts));
}

export function unquote(literal: string): string | undefined {
  const body = literal.slice(1, -1);
  if (literal.startsWith('`')) return body.replaceAll('\r', '');
  return unescape(body, '"');
}

/** The code point of a character constant such as `'x'`. */
export function parseChar(literal: string): Value {
  const text = unescape(literal.slice(1, -1), "'");
  if (text === undefined || Array.from(text).length !== 1) return undefined;
  return BigInt(text.codePointAt(0) ?? 0);
}

/** Underscores may stand between digits and after a base prefix. */
const separated = /^[+-]?(?:0[xXoObB]_?[\da-fA-F]+(?:_[\da-fA-F]+)*|\d+(?:_\d+)*)$/;
const integer = /^([+-]?)(0[xX][\da-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9]\d*)$/;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const hexFloat = /^([+-]?)0[xX]([\da-fA-F]*)(?:\.([\da-fA-F]*))?[pP]([+-]?\d+)$/;

/** An integer where the text has the form of one, else a float. */
export function parseNumber(text: string): Value {
  if (text.includes('_') && !separated.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  const whole = integer.exec(plain);
  if (whole) {
    const [, sign, digits = ''] = whole;
    const value = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase());
    if (value > 0xffffffffffffffffn) return undefined;
    return sign === '-' ? -value : value;
  }
  const hex = hexFloat.exec(plain);
  if (hex) {
    const [, sign, before = '', after = '', exponent] = hex;
    if (!before && !after) return undefined;
    const value = parseInt(before + after, 16) * 2 ** (Number(exponent) - 4 * after.length);
    return sign === '-' ? -value : value;
  }
  // Digits that are no integer in any base, such as 089, are no float either unless something says so.
  if (!decimal.test(plain) || /^[+-]?\d+$/.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}
