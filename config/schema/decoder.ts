/**
 * Turns a zod schema into a fast decoder with the semantics of Go's JSON decoding (spec jobs.md 1.2): keys match whatever their
 * case, unknown keys are dropped, null means absent, and no value is converted to another type except where a schema says so.
 * A field that is not optional gets Go's zero value when it is absent.
 *
 * zod describes, these closures decode: zod's own parsing is strict where Go is lenient and cannot name file, job and line.
 */
import { z } from 'zod';
import { isSecretKey, type Problem } from '../problem.ts';
import { numberText } from '../yaml/scalar.ts';
import type { YamlMap, YamlValue } from '../yaml/parse.ts';
import { decoding, rejected, type Decoding } from './kinds.ts';

export type KeyPath = (string | number)[];

/** Where decoding is at, and what it found. */
export interface DecodeContext {
  /** Path to the value being decoded; grows and shrinks while decoding. */
  path: KeyPath;
  /** Name of the job being decoded. */
  job?: string;
  report(message: string): void;
  /** Called for keys that no field has; absent where nobody wants to know. */
  unknownKey?: (key: string) => void;
}

/** Decodes a value other than null. Undefined: it did not fit, and the context was told. */
type Decode = (value: YamlValue, context: DecodeContext) => unknown;

export interface DecoderOptions {
  /** Fields marked `coerced` turn numbers and booleans into text: true for job files, false for the main file (spec 1.2). */
  coerce: boolean;
}

export type Decoder<T> = (value: YamlValue, context: DecodeContext) => T | undefined;

/** Compiles a schema; schemas behind `z.lazy` are compiled when first needed. */
export function compileDecoder<T>(schema: z.ZodType<T>, options: DecoderOptions): Decoder<T> {
  const compiler = new Compiler(options.coerce);
  const { decode } = compiler.compile(schema, false);
  return (value, context) => {
    if (value === null) return {} as T;
    return decode(value, context) as T | undefined;
  };
}

interface Compiled {
  decode: Decode;
  /** The zero value that null stands for inside lists and maps; undefined drops the key. */
  zero: (() => unknown) | undefined;
}

type Definition = z.core.$ZodType & { _zod: { def: z.core.$ZodTypeDef } };

const minInt64 = -(2 ** 63);
const maxInt64 = 2 ** 63;
const maxInt32 = 2 ** 31;

/** Compiles each schema once per coercion mode. */
class Compiler {
  readonly #coerce: boolean;
  readonly #plain = new Map<Definition, Compiled>();
  readonly #coercing = new Map<Definition, Compiled>();

  constructor(coerce: boolean) {
    this.#coerce = coerce;
  }

  compile(schema: Definition, coerceAll: boolean): Compiled {
    const hints = decoding.get(schema as z.ZodType) ?? {};
    const below = coerceAll || (this.#coerce && hints.coercedBelow === true);
    const cache = below ? this.#coercing : this.#plain;
    const known = cache.get(schema);
    if (known) return known;
    const compiled = this.#build(schema, hints, below);
    cache.set(schema, compiled);
    return compiled;
  }

  #build(schema: Definition, hints: Decoding, coerceAll: boolean): Compiled {
    const { accept, expected = 'something else' } = hints;
    if (accept) return { decode: acceptWith(accept, expected), zero: () => '' };
    const { def } = schema._zod;
    switch (def.type) {
      case 'string': {
        const coerce = coerceAll || (this.#coerce && hints.coerced === true);
        return { decode: coerce ? decodeCoercedText : decodeText, zero: hints.isPointer ? undefined : () => '' };
      }
      case 'boolean':
        return { decode: decodeBoolean, zero: hints.isPointer ? undefined : () => false };
      case 'number': {
        const is32 = (def as z.core.$ZodNumberDef & { format?: string }).format === 'int32';
        return { decode: is32 ? decodeInt32 : decodeInt64, zero: hints.isPointer ? undefined : () => 0 };
      }
      case 'unknown':
        return { decode: decodeAnything, zero: () => null };
      case 'optional':
        return this.compile((def as z.core.$ZodOptionalDef).innerType as Definition, coerceAll);
      case 'lazy':
        return this.#lazy((def as z.core.$ZodLazyDef).getter as () => Definition, coerceAll);
      case 'array':
        return this.#array((def as z.core.$ZodArrayDef).element as Definition, hints, coerceAll);
      case 'record':
        return this.#record((def as z.core.$ZodRecordDef).valueType as Definition, coerceAll);
      case 'object':
        return this.#object((def as z.core.$ZodObjectDef).shape as Record<string, Definition>, hints, coerceAll);
      case 'union':
        return this.#union((def as z.core.$ZodUnionDef).options as readonly Definition[], coerceAll);
      default:
        throw new Error(`configuration schemas do not use zod's ${def.type}`);
    }
  }

  #lazy(getter: () => Definition, coerceAll: boolean): Compiled {
    let compiled: Compiled | undefined;
    return {
      decode: (value, context) => (compiled ??= this.compile(getter(), coerceAll)).decode(value, context),
      zero: () => (compiled ??= this.compile(getter(), coerceAll)).zero?.(),
    };
  }

  #array(element: Definition, hints: Decoding, coerceAll: boolean): Compiled {
    const { decode, zero } = this.compile(element, coerceAll);
    return {
      decode: (value, context) => {
        if (!Array.isArray(value)) return mismatch(value, 'a list', context);
        const { path } = context;
        const result: unknown[] = [];
        const depth = path.length;
        for (let i = 0; i < value.length; i++) {
          const item = value[i] ?? null;
          if (item === null) {
            result.push(zero?.());
            continue;
          }
          path[depth] = i;
          const decoded = decode(item, context);
          if (decoded !== undefined) result.push(decoded);
        }
        path.length = depth;
        return result;
      },
      zero: hints.isPointer ? undefined : () => [],
    };
  }

  #record(valueType: Definition, coerceAll: boolean): Compiled {
    const { decode, zero } = this.compile(valueType, coerceAll);
    return {
      decode: (value, context) => {
        if (!isMap(value)) return mismatch(value, 'a map', context);
        const { path } = context;
        const result: Record<string, unknown> = {};
        const depth = path.length;
        for (const key in value) {
          const item = value[key] ?? null;
          path[depth] = key;
          const decoded = item === null ? zero?.() : decode(item, context);
          if (decoded !== undefined) setKey(result, key, decoded);
        }
        path.length = depth;
        return result;
      },
      zero: () => ({}),
    };
  }

  #object(shape: Record<string, Definition>, hints: Decoding, coerceAll: boolean): Compiled {
    const fields = new Map<string, Field>();
    const folded = new Map<string, Field>();
    const required: [string, () => unknown][] = [];
    for (const [name, schema] of Object.entries(shape)) {
      let compiled: Compiled | undefined;
      const decode: Decode = (value, context) => (compiled ??= this.compile(schema, coerceAll)).decode(value, context);
      const field = { name, decode };
      fields.set(name, field);
      if (schema._zod.optin !== 'optional') {
        const { zero } = this.compile(schema, coerceAll);
        if (zero) required.push([name, zero]);
      }
      if (!folded.has(name.toLowerCase())) folded.set(name.toLowerCase(), field);
    }
    const decodeFields = objectDecode(fields, folded, required);
    return { decode: hints.isJob ? inJob(decodeFields) : decodeFields, zero: () => ({}) };
  }

  #union(options: readonly Definition[], coerceAll: boolean): Compiled {
    const compiled = options.map((option) => this.compile(option, coerceAll));
    return {
      decode: (value, context) => {
        let last: string[] = [];
        for (const { decode } of compiled) {
          const messages: string[] = [];
          const decoded = decode(value, { ...context, report: (message) => messages.push(message) });
          if (messages.length === 0) return decoded;
          last = messages;
        }
        for (const message of last) context.report(message);
        return undefined;
      },
      zero: compiled[0]?.zero,
    };
  }
}

interface Field {
  name: string;
  decode: Decode;
}

function objectDecode(
  fields: ReadonlyMap<string, Field>,
  folded: ReadonlyMap<string, Field>,
  required: readonly [string, () => unknown][],
): Decode {
  return (value, context) => {
    if (!isMap(value)) return mismatch(value, 'a map', context);
    const { path } = context;
    const result: Record<string, unknown> = {};
    const depth = path.length;
    let others: string[] | undefined;
    for (const key in value) {
      const field = fields.get(key);
      if (!field) {
        (others ??= []).push(key);
        continue;
      }
      const item = value[key] ?? null;
      if (item === null) continue;
      path[depth] = key;
      const decoded = field.decode(item, context);
      if (decoded !== undefined) result[field.name] = decoded;
    }
    path.length = depth;
    if (others) otherSpellings(others, value, result, context, folded);
    for (const [name, zero] of required) if (result[name] === undefined) result[name] = zero();
    return result;
  };
}

/**
 * Keys in another case than the field's: the last in sorted order counts among them, and the exact spelling before all.
 * Keys of no field are told to the context.
 */
function otherSpellings(
  keys: readonly string[],
  value: YamlMap,
  result: Record<string, unknown>,
  context: DecodeContext,
  folded: ReadonlyMap<string, Field>,
): void {
  const { path } = context;
  const depth = path.length;
  for (const key of keys.toSorted()) {
    const field = folded.get(key.toLowerCase());
    if (!field) {
      context.unknownKey?.(key);
      continue;
    }
    const item = value[key] ?? null;
    if (item === null) continue;
    path[depth] = key;
    const decoded = field.decode(item, context);
    const exact = value[field.name] ?? null;
    if (decoded !== undefined && exact === null) result[field.name] = decoded;
  }
  path.length = depth;
}

function inJob(decode: Decode): Decode {
  return (value, context) => {
    const name = isMap(value) ? (value['name'] ?? value['Name']) : undefined;
    if (typeof name === 'string') context.job = name;
    const decoded = decode(value, context);
    delete context.job;
    return decoded;
  };
}

function acceptWith(accept: (value: YamlValue) => unknown, expected: string): Decode {
  return (value, context) => {
    const decoded = accept(value);
    return decoded === rejected ? mismatch(value, expected, context) : decoded;
  };
}

function decodeText(value: YamlValue, context: DecodeContext): unknown {
  return typeof value === 'string' ? value : mismatch(value, 'text', context, 'put it in quotes');
}

function decodeCoercedText(value: YamlValue, context: DecodeContext): unknown {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return numberText(value);
  return typeof value === 'boolean' ? String(value) : mismatch(value, 'text', context);
}

function decodeBoolean(value: YamlValue, context: DecodeContext): unknown {
  return typeof value === 'boolean' ? value : mismatch(value, 'true or false, without quotes', context);
}

function decodeInt64(value: YamlValue, context: DecodeContext): unknown {
  if (typeof value === 'number' && Number.isInteger(value) && value >= minInt64 && value < maxInt64) return value;
  if (typeof value === 'bigint' && value >= -(2n ** 63n) && value < 2n ** 63n) return Number(value);
  return mismatch(value, 'a whole number of at most 64 bits, without quotes', context);
}

function decodeInt32(value: YamlValue, context: DecodeContext): unknown {
  if (typeof value === 'number' && Number.isInteger(value) && value >= -maxInt32 && value < maxInt32) return value;
  return mismatch(value, 'a whole number of at most 32 bits, without quotes', context);
}

function decodeAnything(value: YamlValue): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(decodeAnything);
  if (!isMap(value)) return value;
  const result: Record<string, unknown> = {};
  for (const key in value) setKey(result, key, decodeAnything(value[key] ?? null));
  return result;
}

function isMap(value: YamlValue): value is YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Plain assignment, except for the one key that plain objects treat specially. */
function setKey(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

const longestShownValue = 60;

function describe(value: YamlValue, path: KeyPath): string {
  if (Array.isArray(value)) return 'a list';
  if (isMap(value)) return 'a map';
  const kind = typeof value === 'string' ? 'the text' : typeof value === 'boolean' ? 'the boolean' : 'the number';
  if (isSecretKey(path)) return `${kind} (not shown)`;
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return shown.length > longestShownValue ? `${kind} ${shown.slice(0, longestShownValue)}...` : `${kind} ${shown}`;
}

function mismatch(value: YamlValue, expected: string, context: DecodeContext, advice?: string): undefined {
  const isScalar = typeof value !== 'object';
  context.report(
    `must be ${expected}, but is ${describe(value, context.path)}${advice && isScalar ? `: ${advice}` : ''}`,
  );
  return undefined;
}

/** A problem at the place where a context is. */
export function problemAt(file: string, context: Pick<DecodeContext, 'job'>, key: string, message: string): Problem {
  return { file, ...(context.job !== undefined && { job: context.job }), key, message };
}
