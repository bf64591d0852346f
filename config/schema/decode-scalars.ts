/**
 * Decoders of single values. Nothing is converted to another type, except text where the reference does so (spec jobs.md 1.2).
 */
import { numberText } from '../../rules/yaml/scalar.ts';
import type { YamlValue } from '../../rules/yaml/parse.ts';
import { isMap, mismatch, setKey, type Decode, type DecodeContext } from './decode-context.ts';
import { rejected, type Decoding } from './kinds.ts';

const maxInt64 = 2 ** 63;
const maxInt32 = 2 ** 31;

export function decodeText(value: YamlValue, context: DecodeContext): unknown {
  return typeof value === 'string' ? value : mismatch(value, 'text', context, 'put it in quotes');
}

export function decodeCoercedText(value: YamlValue, context: DecodeContext): unknown {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return numberText(value);
  return typeof value === 'boolean' ? String(value) : mismatch(value, 'text', context);
}

export function decodeBoolean(value: YamlValue, context: DecodeContext): unknown {
  return typeof value === 'boolean' ? value : mismatch(value, 'true or false, without quotes', context);
}

export function decodeInt64(value: YamlValue, context: DecodeContext): unknown {
  if (typeof value === 'number' && Number.isInteger(value) && value >= -maxInt64 && value < maxInt64) return value;
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return Number(value);
  return mismatch(value, 'a whole number of at most 64 bits, without quotes', context);
}

export function decodeInt32(value: YamlValue, context: DecodeContext): unknown {
  if (typeof value === 'number' && Number.isInteger(value) && value >= -maxInt32 && value < maxInt32) return value;
  return mismatch(value, 'a whole number of at most 32 bits, without quotes', context);
}

/** A copy as plain JSON. */
export function decodeAnything(value: YamlValue): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(decodeAnything);
  if (!isMap(value)) return value;
  const result: Record<string, unknown> = {};
  for (const key in value) setKey(result, key, decodeAnything(value[key] ?? null));
  return result;
}

/** The decoder of a kind with rules of its own. */
export function acceptWith({ accept, expected }: Required<Pick<Decoding, 'accept' | 'expected'>>): Decode {
  return (value, context) => {
    const decoded = accept(value);
    return decoded === rejected ? mismatch(value, expected, context) : decoded;
  };
}
