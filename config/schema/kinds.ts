/**
 * The kinds of field that configuration has, as zod schemas with a description each. What Go's decoding accepts beyond what zod
 * can say (durations, quantities, coerced text) hangs on the schema in `decoding`, where `compileDecoder` finds it.
 */
import { z } from 'zod';
import { canonicalQuantity } from '../../rules/quantity.ts';
import type { YamlValue } from '../../rules/yaml/parse.ts';
import { canonicalDuration, nanosecondsText } from './duration-text.ts';

/** Returned by `accept` for what does not fit. */
export const rejected = Symbol('rejected');

export interface Decoding {
  /** Replaces the decoding that follows from the schema; null never gets here. */
  accept?: (value: YamlValue) => unknown;
  /** Words for the error: what `accept` wants. */
  expected?: string;
  /** Its type in the reference of configuration keys, where zod cannot say it. */
  kind?: string;
  /** What null stands for inside lists and maps, beside `accept`. */
  zero?: unknown;
  /** A number or a boolean is turned into text, in job files only (spec 1.2). */
  coerced?: boolean;
  /** Everything below is coerced. */
  coercedBelow?: boolean;
  /** The object is a job: problems in it carry its name. */
  isJob?: boolean;
  /** A pointer in the reference: null in a map drops the key instead of giving the zero value. */
  isPointer?: boolean;
}

/** Decoding hints by schema. */
export const decoding = z.registry<Decoding>();

function described<T extends z.ZodType>(schema: T, description: string): T {
  return schema.meta({ description });
}

export function text(description: string) {
  return described(z.string(), description).exactOptional();
}
/** Text for which job files may also give a number or a boolean. */
export function coercedText(description: string) {
  return described(z.string().register(decoding, { coerced: true }), description).exactOptional();
}
export function flag(description: string) {
  return described(z.boolean(), description).exactOptional();
}
export function int(description: string) {
  return described(z.int(), description).exactOptional();
}
export function texts(description: string) {
  return described(z.array(z.string()), description).exactOptional();
}
export function ints(description: string) {
  return described(z.array(z.int()), description).exactOptional();
}
export function list<T extends z.ZodType>(item: T, description: string) {
  return described(z.array(item), description).exactOptional();
}
export function textMap(description: string) {
  return described(z.record(z.string(), z.string()), description).exactOptional();
}
export function map<T extends z.ZodType>(value: T, description: string) {
  return described(z.record(z.string(), value), description).exactOptional();
}
export function part<T extends z.ZodType>(schema: T, description: string) {
  return described(schema, description).exactOptional();
}
/** Anything: kept as written. */
export function anything(description: string) {
  return described(z.unknown(), description).exactOptional();
}
/** An object that other parts interpret. */
export function rawObject(description: string) {
  return described(z.record(z.string(), z.unknown()), description).exactOptional();
}

const durationWords = 'a duration such as 90s, 30m or 1h30m (units ns us ms s m h)';

/** Duration text only; decoded to its canonical form. */
const Duration = z.string().register(decoding, {
  accept: (value) => (typeof value === 'string' ? (canonicalDuration(value) ?? rejected) : rejected),
  expected: durationWords,
  kind: 'duration',
});
export function duration(description: string) {
  return described(Duration, description).exactOptional();
}

/** Duration text, or a whole number of nanoseconds. */
const LenientDuration = z
  .union([z.string(), z.int()])
  .transform(String)
  .register(decoding, {
    accept: (value) => {
      if (typeof value === 'string') return canonicalDuration(value) ?? rejected;
      return nanosecondsText(value) ?? rejected;
    },
    kind: 'duration, or whole nanoseconds',
    expected: `${durationWords}, or a whole number of nanoseconds`,
  });
export function lenientDuration(description: string) {
  return described(LenientDuration, description).exactOptional();
}

const quantities = new Map<string, string | undefined>();
const maxQuantities = 10_000;

/** The few quantities that a configuration repeats are canonicalised once. */
function rememberedQuantity(written: string): string | undefined {
  if (quantities.has(written)) return quantities.get(written);
  const canonical = canonicalQuantity(written);
  if (quantities.size < maxQuantities) quantities.set(written, canonical);
  return canonical;
}

/** A Kubernetes quantity; numbers are accepted. Decoded to its canonical form. */
export const Quantity = z
  .union([z.string(), z.number()])
  .transform(String)
  .register(decoding, {
    accept: (value) => {
      if (typeof value === 'string') return rememberedQuantity(value.trim()) ?? rejected;
      if (typeof value === 'number' || typeof value === 'bigint') return rememberedQuantity(String(value)) ?? rejected;
      return rejected;
    },
    expected: 'a quantity such as 500m, 2 or 1.5Gi',
    kind: 'quantity',
    zero: '0',
  });
export function quantity(description: string) {
  return described(Quantity, description).exactOptional();
}

const maxInt32 = 2_147_483_647;

/** A port or a share: a whole number, or text such as `http` or `25%`. */
export const IntOrString = z.union([z.int32(), z.string()]).register(decoding, {
  accept: (value) => {
    if (typeof value === 'string') return value;
    if (typeof value !== 'number' || !Number.isInteger(value)) return rejected;
    return value >= -maxInt32 - 1 && value <= maxInt32 ? value : rejected;
  },
  expected: 'a whole number or text',
  kind: 'whole number or text',
});

const rfc3339Time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** A point in time in RFC 3339, kept as text. */
export const Time = z.string().register(decoding, {
  accept: (value) => {
    if (typeof value !== 'string' || !rfc3339Time.test(value)) return rejected;
    return Number.isNaN(Date.parse(value)) ? rejected : value;
  },
  expected: 'a time such as 2026-01-31T12:00:00Z',
  kind: 'time',
});
export function time(description: string) {
  return described(Time, description).exactOptional();
}
