/**
 * Kubernetes resource quantities (`500m`, `1.5Gi`, `1e3`): syntax and canonical form, as `resource.Quantity` has them.
 *
 * Values are kept in billionths, the finest that Kubernetes keeps; finer ones are rounded up, away from zero.
 */

const syntax = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])|[eE]([+-]?[0-9]+))?$/;

const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const nano = 1_000_000_000n;

type Format = 'decimal' | 'binary' | 'exponent';

interface Quantity {
  nanos: bigint;
  format: Format;
}

function parseQuantity(text: string): Quantity | undefined {
  const match = syntax.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', suffix, exponentText] = match;
  if (whole === '' && fraction === '') return undefined;
  let digits = BigInt(whole + fraction);
  let scale = -fraction.length;
  let format: Format = 'decimal';
  if (exponentText !== undefined) {
    format = 'exponent';
    const exponent = Number(exponentText);
    if (Math.abs(exponent) > 400) return undefined;
    scale += exponent;
  } else if (suffix && suffix.length === 2) {
    format = 'binary';
    digits *= 1024n ** BigInt(binarySuffixes.indexOf(suffix));
  } else {
    scale += 3 * (decimalSuffixes.indexOf(suffix ?? '') - 3);
  }
  const power = scale + 9;
  let nanos = power >= 0 ? digits * 10n ** BigInt(power) : digits / 10n ** BigInt(-power);
  if (power < 0 && digits % 10n ** BigInt(-power) !== 0n) nanos += 1n;
  return { nanos: sign === '-' ? -nanos : nanos, format };
}

function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return '0';
  const sign = nanos < 0n ? '-' : '';
  let value = nanos < 0n ? -nanos : nanos;
  // Small and fractional binary amounts are written in decimal.
  if (format === 'binary' && value >= 1024n * nano) {
    let whole = value % nano === 0n ? value / nano : value / nano + 1n;
    let step = 0;
    while (whole % 1024n === 0n && step < binarySuffixes.length - 1) {
      whole /= 1024n;
      step++;
    }
    return `${sign}${whole}${binarySuffixes[step]}`;
  }
  let step = 0;
  const last = format === 'exponent' ? 1000 : decimalSuffixes.length - 1;
  while (value % 1000n === 0n && step < last) {
    value /= 1000n;
    step++;
  }
  if (format !== 'exponent') return `${sign}${value}${decimalSuffixes[step]}`;
  return step === 3 ? `${sign}${value}` : `${sign}${value}e${3 * (step - 3)}`;
}

/** Canonical text of a quantity (`0.5` → `500m`), or undefined if it is not one. */
export function canonicalQuantity(text: string): string | undefined {
  const quantity = parseQuantity(text);
  return quantity && formatQuantity(quantity);
}
