/**
 * Go's durations as texts and as nanoseconds (spec jobs.md 1.3). Nanoseconds are bigints: a signed 64-bit number.
 */

/** A text that is no duration; the message names the text and the reason. */
export class DurationError extends Error {
  constructor(text: string, reason: string) {
    super(`${JSON.stringify(text)} is not a duration: ${reason} (write for example 90m, 1h30m or 10s)`);
    this.name = 'DurationError';
  }
}

const unitNs: Record<string, bigint> = {
  ns: 1n,
  us: 1_000n,
  // Both spellings of micro: U+00B5 and U+03BC.
  '\u00b5s': 1_000n,
  '\u03bcs': 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const maxNs = 2n ** 63n;
const part = /(\d*)(?:\.(\d*))?([^\d.]+)/y;

/** Nanoseconds of a duration text. Throws DurationError. */
export function parseDuration(text: string): bigint {
  const [, sign = '', body = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (body === '0') return 0n;
  if (body === '') throw new DurationError(text, 'there is no number');
  let total = 0n;
  part.lastIndex = 0;
  while (part.lastIndex < body.length) {
    const match = part.exec(body);
    if (!match) throw new DurationError(text, 'a number lacks its unit (ns, us, ms, s, m or h)');
    total += partNs(text, match[1] ?? '', match[2] ?? '', match[3] ?? '');
    if (total > maxNs) throw new DurationError(text, 'it is too long');
  }
  if (sign === '-') return -total;
  if (total === maxNs) throw new DurationError(text, 'it is too long');
  return total;
}

function partNs(text: string, whole: string, fraction: string, unit: string): bigint {
  const scale = unitNs[unit];
  if (whole === '' && fraction === '') throw new DurationError(text, 'a unit lacks its number');
  if (scale === undefined) throw new DurationError(text, `${JSON.stringify(unit)} is no unit (ns, us, ms, s, m or h)`);
  const wholeNs = BigInt(whole || '0') * scale;
  if (wholeNs > maxNs) throw new DurationError(text, 'it is too long');
  return wholeNs + fractionNs(fraction, scale);
}

/** In floating point, as Go computes it; digits that do not fit 63 bits are dropped, what is below 1 ns is cut off. */
function fractionNs(fraction: string, scale: bigint): bigint {
  let kept = 0n;
  let power = 1;
  for (const digit of fraction) {
    const next = kept * 10n + BigInt(digit);
    if (kept > (maxNs - 1n) / 10n || next > maxNs) break;
    kept = next;
    power *= 10;
  }
  return BigInt(Math.trunc(Number(kept) * (Number(scale) / power)));
}

/** Go's canonical text: `2h0m0s`, `1m30s`, `1.5s`, `10ms`, `0s`. */
export function formatDuration(ns: bigint): string {
  if (ns === 0n) return '0s';
  const sign = ns < 0n ? '-' : '';
  const abs = ns < 0n ? -ns : ns;
  if (abs < 1_000n) return `${sign}${abs}ns`;
  if (abs < 1_000_000n) return `${sign}${decimal(abs, 1_000n)}\u00b5s`;
  if (abs < 1_000_000_000n) return `${sign}${decimal(abs, 1_000_000n)}ms`;
  const hours = abs / 3_600_000_000_000n;
  const minutes = (abs / 60_000_000_000n) % 60n;
  const seconds = `${decimal(abs % 60_000_000_000n, 1_000_000_000n)}s`;
  if (hours > 0n) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

/** A number of units with as many decimals as needed. */
function decimal(ns: bigint, unit: bigint): string {
  const fraction = (ns % unit)
    .toString()
    .padStart(unit.toString().length - 1, '0')
    .replace(/0+$/, '');
  return fraction ? `${ns / unit}.${fraction}` : `${ns / unit}`;
}

/** Whole milliseconds of a duration text, rounded down; for our own timers. Throws DurationError. */
export function durationMs(text: string): number {
  return Number(parseDuration(text) / 1_000_000n);
}
