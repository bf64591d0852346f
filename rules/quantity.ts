/**
 * Kubernetes resource quantities (`500m`, `1.5Gi`, `1e3`): syntax and the form in which `resource.Quantity` writes them back.
 *
 * Values are kept in billionths, the finest that Kubernetes keeps; finer ones are rounded up, away from zero. One difference:
 * a suffix without any digit, which Kubernetes takes for zero, is refused.
 */

const syntax = /^([+-]?)0*([0-9]*)(?:\.([0-9]*))?(?:(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])|[eE]([+-]?[0-9]+))?$/;
const digit = /^[+-]?\.?[0-9]/;

const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const nano = 1_000_000_000n;
/** Binary amounts are cut here. */
const maxBinaryNanos = (2n ** 63n - 1n) * nano;
/** As many decimal digits are exact in 64 bits. */
const exactDigits = 18;
const largestExponent = 400;

type Format = 'decimal' | 'binary' | 'exponent';

interface Quantity {
  negative: boolean;
  /** Digits before the point, without leading zeros. */
  whole: string;
  /** Digits after the point. */
  fraction: string;
  format: Format;
  /** Power of 1024 for the binary format, of 10 for the others. */
  power: number;
}

function parseQuantity(text: string): Quantity | undefined {
  const match = digit.test(text) ? syntax.exec(text) : null;
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', suffix = '', exponent] = match;
  const base = { negative: sign === '-', whole: whole || '0', fraction };
  if (exponent !== undefined) {
    const power = Number(exponent);
    return Math.abs(power) > largestExponent ? undefined : { ...base, format: 'exponent', power };
  }
  if (suffix.length === 2) return { ...base, format: 'binary', power: binarySuffixes.indexOf(suffix) };
  return { ...base, format: 'decimal', power: 3 * (decimalSuffixes.indexOf(suffix) - 3) };
}

/** Kubernetes' quick test for a text that is canonical already; it lets some others pass, which stay as written too. */
function staysAsWritten({ whole, fraction, format, power }: Quantity): boolean {
  if (format === 'binary') {
    if (fraction !== '' || 14 - whole.length - 3 * power < 0) return false;
    return (BigInt(whole) & 7n) !== 0n;
  }
  const scale = power - fraction.length;
  if (whole.length + fraction.length > exactDigits || scale < -9) return false;
  const digits = whole + fraction;
  return scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
}

/** The amount without its sign. */
function nanosOf({ whole, fraction, format, power }: Quantity): bigint {
  let digits = BigInt(whole + fraction);
  if (format === 'binary') digits *= 1024n ** BigInt(power);
  const scale = 9 - fraction.length + (format === 'binary' ? 0 : power);
  if (scale >= 0) digits *= 10n ** BigInt(scale);
  else {
    const divisor = 10n ** BigInt(-scale);
    digits = (digits + divisor - 1n) / divisor;
  }
  return format === 'binary' && digits > maxBinaryNanos ? maxBinaryNanos : digits;
}

function formatNanos(nanos: bigint, format: Format): string {
  if (nanos === 0n) return '0';
  let value = nanos;
  let step = 0;
  // Small and fractional binary amounts are written in decimal.
  if (format === 'binary' && value >= 1024n * nano && value % nano === 0n) {
    for (value /= nano; value % 1024n === 0n && step < binarySuffixes.length - 1; value /= 1024n) step++;
    return `${value}${binarySuffixes[step]}`;
  }
  const lastStep = format === 'exponent' ? Infinity : decimalSuffixes.length - 1;
  for (; value % 1000n === 0n && step < lastStep; value /= 1000n) step++;
  if (format !== 'exponent') return `${value}${decimalSuffixes[step]}`;
  return step === 3 ? `${value}` : `${value}e${3 * (step - 3)}`;
}

/** The text that Kubernetes makes of a quantity (`0.5` → `500m`), or undefined if it is not one. */
export function canonicalQuantity(text: string): string | undefined {
  if (text === '0') return text;
  const quantity = parseQuantity(text);
  if (!quantity) return undefined;
  if (staysAsWritten(quantity)) return text;
  const amount = formatNanos(nanosOf(quantity), quantity.format);
  return quantity.negative && amount !== '0' ? `-${amount}` : amount;
}
