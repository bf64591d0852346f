/**
 * Where a decoder is, and how it says what does not fit.
 */
import { isSecretKey } from '../problem.ts';
import type { YamlMap, YamlValue } from '../../rules/yaml/parse.ts';

export type KeyPath = (string | number)[];

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
export type Decode = (value: YamlValue, context: DecodeContext) => unknown;

export function isMap(value: YamlValue | undefined): value is YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Plain assignment, except for the one key that plain objects treat specially. */
export function setKey(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

const longestShownValue = 60;

function describeValue(value: YamlValue, path: KeyPath): string {
  if (Array.isArray(value)) return 'a list';
  if (isMap(value)) return 'a map';
  const kind = typeof value === 'string' ? 'the text' : typeof value === 'boolean' ? 'the boolean' : 'the number';
  if (isSecretKey(path)) return `${kind} (not shown)`;
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return shown.length > longestShownValue ? `${kind} ${shown.slice(0, longestShownValue)}...` : `${kind} ${shown}`;
}

/** Reports that a value is not what is expected here. The advice is for scalars only. */
export function mismatch(value: YamlValue, expected: string, context: DecodeContext, advice?: string): undefined {
  const ending = advice && typeof value !== 'object' ? `: ${advice}` : '';
  context.report(`must be ${expected}, but is ${describeValue(value, context.path)}${ending}`);
  return undefined;
}
