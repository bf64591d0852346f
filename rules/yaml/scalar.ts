/**
 * What a plain YAML scalar means, by the rules of Go's YAML library (spec jobs.md 1.2): YAML 1.1 booleans with bare `y` and
 * `n`, C-like integers, no sexagesimals, dates left as text.
 *
 * Quoted and block scalars never come here: they are text.
 */

/** A scalar as JSON can carry it; integers beyond the exact range of numbers are bigints. */
export type Scalar = string | number | bigint | boolean | null;

const words = new Map<string, boolean | null>();
for (const text of ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']) words.set(text, true);
for (const text of ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']) words.set(text, false);
for (const text of ['', '~', 'null', 'Null', 'NULL']) words.set(text, null);
const longestWord = 5;

const infinities = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

const underscoreBetweenDigits = /(?<=\d)_(?=\d)/g;

const maxUint64 = 2n ** 64n - 1n;
const minInt64 = -(2n ** 63n);

/** Text that JSON has no number for (`.nan`, `.inf`); a load error wherever it stands as a value. */
export function isUnrepresentable(text: string): boolean {
  return text.length <= longestWord && infinities.test(text);
}

function parseInteger(match: RegExpExecArray): number | bigint | undefined {
  const [, sign, hex, binary, octal, decimal] = match;
  const digits = hex ? `0x${hex}` : binary ? `0b${binary}` : octal ? `0o${octal}` : (decimal ?? '0');
  const small = Number(digits);
  if (Number.isSafeInteger(small)) return sign === '-' && small !== 0 ? -small : small;
  const value = sign === '-' ? -BigInt(digits) : BigInt(digits);
  // An explicit plus is only understood by the signed parser of the reference.
  const max = sign === '+' ? -minInt64 - 1n : maxUint64;
  return value >= minInt64 && value <= max ? value : undefined;
}

/** Resolves a plain scalar without explicit tag. */
export function resolvePlain(text: string): Scalar {
  if (text.length <= longestWord) {
    const word = words.get(text);
    if (word !== undefined) return word;
  }
  const first = text.charCodeAt(0);
  const isDigit = first >= 0x30 && first <= 0x39;
  if (!isDigit && first !== 0x2b && first !== 0x2d && first !== 0x2e) return text;
  const plain = first === 0x2e ? text.replace(underscoreBetweenDigits, '') : text.replaceAll('_', '');
  if (first !== 0x2e) {
    const match = integer.exec(plain);
    const value = match && parseInteger(match);
    if (value !== undefined && value !== null) return value;
  }
  if (float.test(plain)) {
    const value = Number(plain);
    if (Number.isFinite(value)) return value === 0 ? 0 : value;
  }
  return text;
}

/**
 * A plain scalar as a map key: text, or null for what cannot be a key. Floats are written as floats even where they are whole
 * numbers, and integers of 64 bits without sign are refused, as the reference does.
 */
export function resolvePlainKey(text: string): string | null {
  const first = text.charCodeAt(0) | 0x20;
  // Most keys are words longer than any that means something.
  if (text.length > longestWord && first >= 0x61 && first <= 0x7a) return text;
  if (infinities.test(text)) return text.replace('+', '').toLowerCase();
  const value = resolvePlain(text);
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? String(value) : null;
  return integer.test(text.replaceAll('_', '')) && Number.isSafeInteger(value) ? String(value) : floatText(value);
}

/** Text of a number that stands where text is expected and is coerced (spec 1.2), or that is a map key. */
export function numberText(value: number | bigint): string {
  return typeof value === 'bigint' || Number.isInteger(value) ? String(BigInt(value)) : floatText(value);
}

/** The shortest digits of a 32-bit float, with an exponent from 10^6 on and below 10^-4, as the reference prints floats. */
function floatText(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single < 0 ? '-.inf' : '.inf';
  let digits = 1;
  while (digits < 9 && Math.fround(Number(single.toPrecision(digits))) !== single) digits++;
  const [mantissa = '', exponentText = '0'] = single.toExponential(digits - 1).split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return String(Number(single.toPrecision(digits)));
  const sign = exponent < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
