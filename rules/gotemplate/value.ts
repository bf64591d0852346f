/**
 * Go values as templates see them. JavaScript's own types stand for Go's basic ones where they can be told apart: a
 * bigint is an integer, a number a float, undefined the missing value (`<no value>`, untyped nil).
 *
 * Structs answer for their fields by name, so that data stays in its JSON shape until a template asks for it.
 */
export type Value = undefined | string | boolean | bigint | number | ListValue | MapValue | StructValue | PointerValue;

export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly Value[];
  /** A Go nil slice: empty, and equal to nil. */
  readonly isNil: boolean;
}

export interface MapValue {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Value>;
  readonly isNil: boolean;
  /** What `index` gives for an absent key. */
  readonly zero: Value;
}

export interface StructValue {
  readonly kind: 'struct';
  /** Name of the Go type, for messages. */
  readonly type: string;
  readonly fieldNames: readonly string[];
  hasField(name: string): boolean;
  field(name: string): Value;
  method(name: string): ((args: readonly Value[]) => Value) | undefined;
}

export interface PointerValue {
  readonly kind: 'pointer';
  /** Name of the Go type pointed to, for messages. */
  readonly type: string;
  readonly to: Value;
}

/** A pointer that points nowhere, of the named type. */
export function nilPointer(type: string): PointerValue {
  return { kind: 'pointer', type, to: undefined };
}

export function list(items: readonly Value[]): ListValue {
  return { kind: 'list', items, isNil: false };
}

/** Turns plain JSON-like data into template values: objects become maps, whole numbers integers. */
export function goValue(data: unknown): Value {
  switch (typeof data) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return data;
    case 'number':
      return Number.isSafeInteger(data) ? BigInt(data) : data;
    case 'object':
      if (data === null) return undefined;
      if (Array.isArray(data)) return list(data.map(goValue));
      return {
        kind: 'map',
        entries: new Map(Object.entries(data).map(([key, value]) => [key, goValue(value)])),
        isNil: false,
        zero: undefined,
      };
    default:
      return undefined;
  }
}

/** Follows pointers to what they point to; a nil pointer stays one. */
export function indirect(value: Value): Value {
  let current = value;
  while (isPointer(current) && current.to !== undefined) current = current.to;
  return current;
}

export function isPointer(value: Value): value is PointerValue {
  return typeof value === 'object' && value.kind === 'pointer';
}

/** Go's nil in any of its kinds. */
export function isNil(value: Value): boolean {
  if (value === undefined) return true;
  if (typeof value !== 'object') return false;
  if (value.kind === 'pointer') return value.to === undefined;
  return value.kind !== 'struct' && value.isNil;
}

/** The truth that `if`, `with`, `and`, `or` and `not` see: false for every zero value but that of a struct. */
export function isTrue(value: Value): boolean {
  switch (typeof value) {
    case 'undefined':
      return false;
    case 'string':
      return value.length > 0;
    case 'boolean':
      return value;
    case 'bigint':
      return value !== 0n;
    case 'number':
      return value !== 0;
    default:
      if (value.kind === 'list') return value.items.length > 0;
      if (value.kind === 'map') return value.entries.size > 0;
      return value.kind === 'struct' || value.to !== undefined;
  }
}

/** The Go type of a value, for messages and `%T`. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'undefined':
      return 'nil';
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    default:
      if (value.kind === 'list') return '[]interface {}';
      if (value.kind === 'map') return 'map[string]interface {}';
      return value.kind === 'struct' ? value.type : `*${value.type}`;
  }
}
