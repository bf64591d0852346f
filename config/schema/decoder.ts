/**
 * Turns a zod schema into a fast decoder with the semantics of Go's JSON decoding (spec jobs.md 1.2): keys match whatever their
 * case, unknown keys are dropped, null means absent, and no value is converted to another type except where a schema says so.
 * A field that is not optional gets Go's zero value when it is absent.
 *
 * zod describes, these closures decode: zod's own parsing is strict where Go is lenient and cannot name file, job and line.
 */
import { z } from 'zod';
import type { YamlMap, YamlValue } from '../../rules/yaml/parse.ts';
import { isMap, mismatch, setKey, type Decode, type DecodeContext } from './decode-context.ts';
import {
  acceptWith,
  decodeAnything,
  decodeBoolean,
  decodeCoercedText,
  decodeInt32,
  decodeInt64,
  decodeText,
} from './decode-scalars.ts';
import { decoding, type Decoding } from './kinds.ts';

export interface DecoderOptions {
  /** Fields marked `coerced` turn numbers and booleans into text: true for job files, false for the main file (spec 1.2). */
  coerce: boolean;
}

/** Undefined: something did not fit, and the context was told. Null decodes like an empty map. */
export type Decoder<T> = (value: YamlValue, context: DecodeContext) => T | undefined;

/** Compiles a schema; schemas behind `z.lazy` are compiled when first needed. */
export function compileDecoder<T>(schema: z.ZodType<T>, options: DecoderOptions): Decoder<T> {
  const { decode } = new Compiler(options.coerce).compile(schema, false);
  return (value, context) => {
    const decoded = decode(value ?? {}, context);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the closures are made from the schema of T
    return decoded as T | undefined;
  };
}

interface Compiled {
  decode: Decode;
  /** The zero value that null stands for inside lists and maps; undefined drops the entry. */
  zero: (() => unknown) | undefined;
}

type AnySchema = z.core.$ZodType;

/** Compiles each schema once per coercion mode. */
class Compiler {
  readonly #coerce: boolean;
  readonly #plain = new Map<AnySchema, Compiled>();
  readonly #coercing = new Map<AnySchema, Compiled>();

  constructor(coerce: boolean) {
    this.#coerce = coerce;
  }

  compile(schema: AnySchema, coerceAll: boolean): Compiled {
    const hints = decoding.get(schema) ?? {};
    const below = coerceAll || (this.#coerce && hints.coercedBelow === true);
    const cache = below ? this.#coercing : this.#plain;
    const known = cache.get(schema);
    if (known) return known;
    const compiled = this.#build(schema, hints, below);
    const result = hints.isPointer ? { ...compiled, zero: undefined } : compiled;
    cache.set(schema, result);
    return result;
  }

  #build(schema: AnySchema, hints: Decoding, coerceAll: boolean): Compiled {
    const { accept, expected = 'something else' } = hints;
    if (accept) return { decode: acceptWith({ accept, expected }), zero: () => hints.zero };
    if (schema instanceof z.ZodOptional) return this.compile(schema.unwrap(), coerceAll);
    if (schema instanceof z.ZodExactOptional) return this.compile(schema.unwrap(), coerceAll);
    if (schema instanceof z.ZodString) {
      const coerce = coerceAll || (this.#coerce && hints.coerced === true);
      return { decode: coerce ? decodeCoercedText : decodeText, zero: () => '' };
    }
    if (schema instanceof z.ZodBoolean) return { decode: decodeBoolean, zero: () => false };
    if (schema instanceof z.ZodNumber) {
      return { decode: schema.format === 'int32' ? decodeInt32 : decodeInt64, zero: () => 0 };
    }
    if (schema instanceof z.ZodUnknown) return { decode: decodeAnything, zero: () => null };
    if (schema instanceof z.ZodLazy) return this.#lazy(() => schema.unwrap(), coerceAll);
    if (schema instanceof z.ZodArray) return this.#array(schema.element, coerceAll);
    if (schema instanceof z.ZodRecord) return this.#record(schema.valueType, coerceAll);
    if (schema instanceof z.ZodObject) return this.#object(schema.shape, hints, coerceAll);
    if (schema instanceof z.ZodUnion) return this.#union(schema.options, coerceAll);
    throw new Error('configuration schemas use a kind of zod schema that has no decoder');
  }

  #lazy(schema: () => AnySchema, coerceAll: boolean): Compiled {
    let compiled: Compiled | undefined;
    return {
      decode: (value, context) => (compiled ??= this.compile(schema(), coerceAll)).decode(value, context),
      zero: () => (compiled ??= this.compile(schema(), coerceAll)).zero?.(),
    };
  }

  #array(element: AnySchema, coerceAll: boolean): Compiled {
    const { decode, zero } = this.compile(element, coerceAll);
    return {
      decode: (value, context) => {
        if (!Array.isArray(value)) return mismatch(value, 'a list', context);
        const { path } = context;
        const result: unknown[] = [];
        const depth = path.length;
        for (let i = 0; i < value.length; i++) {
          path[depth] = i;
          const item = value[i] ?? null;
          const decoded = item === null ? zero?.() : decode(item, context);
          if (decoded !== undefined) result.push(decoded);
        }
        path.length = depth;
        return result;
      },
      zero: () => [],
    };
  }

  #record(valueType: AnySchema, coerceAll: boolean): Compiled {
    const { decode, zero } = this.compile(valueType, coerceAll);
    return {
      decode: (value, context) => {
        if (!isMap(value)) return mismatch(value, 'a map', context);
        const { path } = context;
        const result: Record<string, unknown> = {};
        const depth = path.length;
        for (const key in value) {
          path[depth] = key;
          const item = value[key] ?? null;
          const decoded = item === null ? zero?.() : decode(item, context);
          if (decoded !== undefined) setKey(result, key, decoded);
        }
        path.length = depth;
        return result;
      },
      zero: () => ({}),
    };
  }

  #object(shape: Readonly<Record<string, AnySchema>>, hints: Decoding, coerceAll: boolean): Compiled {
    const fields = new FieldTable();
    for (const [name, schema] of Object.entries(shape)) {
      let compiled: Compiled | undefined;
      const compile = () => (compiled ??= this.compile(schema, coerceAll));
      fields.add({ name, decode: (value, context) => compile().decode(value, context) });
      const isOptional = schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional;
      if (!isOptional) fields.required.push([name, () => compile().zero?.()]);
    }
    const decode: Decode = (value, context) => fields.decode(value, context);
    return {
      decode: hints.isJob ? inJob(decode) : decode,
      zero: () => fields.filled({}),
    };
  }

  /** The first option that fits; what the last one says if none does. */
  #union(options: readonly AnySchema[], coerceAll: boolean): Compiled {
    const compiled = options.map((option) => this.compile(option, coerceAll));
    return {
      decode: (value, context) => {
        let messages: string[] = [];
        for (const { decode } of compiled) {
          messages = [];
          const decoded = decode(value, { ...context, report: (message) => messages.push(message) });
          if (messages.length === 0) return decoded;
        }
        for (const message of messages) context.report(message);
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

/** The fields of an object schema, found by key. */
class FieldTable {
  readonly required: [name: string, zero: () => unknown][] = [];
  readonly #exact = new Map<string, Field>();
  readonly #folded = new Map<string, Field>();

  add(field: Field): void {
    this.#exact.set(field.name, field);
    const folded = field.name.toLowerCase();
    if (!this.#folded.has(folded)) this.#folded.set(folded, field);
  }

  decode(value: YamlValue, context: DecodeContext): unknown {
    if (!isMap(value)) return mismatch(value, 'a map', context);
    const { path } = context;
    const result: Record<string, unknown> = {};
    const depth = path.length;
    let others: string[] | undefined;
    for (const key in value) {
      const field = this.#exact.get(key);
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
    if (others) this.#decodeOthers(others, value, result, context);
    return this.filled(result);
  }

  /** Gives absent required fields their zero values. */
  filled(result: Record<string, unknown>): Record<string, unknown> {
    for (const [name, zero] of this.required) if (result[name] === undefined) result[name] = zero();
    return result;
  }

  /** Keys in another case than the field's: the last in sorted order counts among them, and the exact spelling before all. */
  #decodeOthers(keys: string[], value: YamlMap, result: Record<string, unknown>, context: DecodeContext): void {
    const { path } = context;
    const depth = path.length;
    for (const key of keys.toSorted()) {
      const field = this.#folded.get(key.toLowerCase());
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
      path.length = depth;
    }
  }
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
