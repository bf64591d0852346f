/**
 * Walks the configuration schemas: every key with type, default and meaning. What a key means stands beside it in
 * `config/schema/`; a key without a description is reported in `undescribed`, and a test fails.
 */
import { z } from 'zod';
import { decoding } from '../../config/schema/kinds.ts';
import { anchorOf, code, valueCode } from './markdown.ts';

type Schema = z.core.$ZodType;
type Shape = Readonly<Record<string, Schema>>;

export interface KeyRow {
  key: string;
  type: string;
  /** As code, empty for none. */
  default: string;
  meaning: string;
}

export interface WalkOptions {
  /** Objects that have a section of their own, by schema; others are listed in line. */
  named: ReadonlyMap<z.ZodObject, string>;
  /** The value that a key has when nobody sets it; undefined where there is none. */
  defaultOf?: (path: readonly string[]) => unknown;
  undescribed: string[];
}

/** Fields that a nested object shares with one around it are only referred to from so many on. */
const sharedFrom = 4;

/** All keys of an object, with those of the objects in it. `prefix` is the path to it as written. */
export function keyRows(shape: Shape, prefix: string, options: WalkOptions): KeyRow[] {
  const names = new Map([...options.named].map(([schema, name]) => [schema.def, name] as const));
  const rows: KeyRow[] = [];

  const walk = (fields: Shape, before: string, path: readonly string[] | undefined, around: ReadonlySet<Schema>) => {
    const all = new Set([...around, ...Object.values(fields)]);
    for (const [name, schema] of Object.entries(fields)) {
      const key = `${before}${name}`;
      const meaning = descriptionOf(schema);
      if (!meaning) options.undescribed.push(key);
      const here = path && [...path, name];
      const below = objectBelow(schema);
      const inline = below && !names.has(below.object.def) ? below : undefined;
      const own = inline && ownFields(inline.object.shape, all);
      rows.push({
        key,
        type: typeOf(schema, names),
        default: inline || !here ? '' : defaultText(options.defaultOf?.(here), schema),
        meaning: [meaning, own?.note].filter(Boolean).join(' '),
      });
      if (inline && own) walk(own.fields, `${key}${inline.suffix}.`, inline.suffix ? undefined : here, all);
    }
  };
  walk(shape, prefix, prefix.split('.').filter(Boolean), new Set());
  return rows;
}

/** The fields to list; those that objects around it have as well are only named, from first to last. */
function ownFields(shape: Shape, around: ReadonlySet<Schema>): { fields: Shape; note?: string } {
  const shared = Object.keys(shape).filter((name) => shape[name] && around.has(shape[name]));
  if (shared.length < sharedFrom) return { fields: shape };
  const fields = Object.fromEntries(Object.entries(shape).filter(([name]) => !shared.includes(name)));
  return { fields, note: `Also takes ${code(shared[0] ?? '')} to ${code(shared.at(-1) ?? '')} of the level above.` };
}

function unwrapped(schema: Schema): Schema {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodExactOptional) inner = inner.unwrap();
  return inner;
}

function descriptionOf(schema: Schema): string | undefined {
  return z.globalRegistry.get(schema)?.description ?? z.globalRegistry.get(unwrapped(schema))?.description;
}

/** The object that a field holds, alone or in lists and maps; `suffix` is how a path goes on into it. */
export function objectBelow(schema: Schema): { object: z.ZodObject; suffix: string } | undefined {
  let suffix = '';
  for (let inner = unwrapped(schema); ; inner = unwrapped(inner)) {
    if (inner instanceof z.ZodObject) return { object: inner, suffix };
    if (inner instanceof z.ZodArray) {
      suffix += '[]';
      inner = inner.element;
    } else if (inner instanceof z.ZodRecord) {
      suffix += '.<name>';
      inner = inner.valueType;
    } else return undefined;
  }
}

function typeOf(schema: Schema, names: ReadonlyMap<unknown, string>): string {
  const inner = unwrapped(schema);
  const { kind } = decoding.get(inner) ?? {};
  if (kind) return kind;
  if (inner instanceof z.ZodString) return 'text';
  if (inner instanceof z.ZodBoolean) return 'true or false';
  if (inner instanceof z.ZodNumber) return 'whole number';
  if (inner instanceof z.ZodUnknown) return 'anything';
  if (inner instanceof z.ZodEnum) return inner.options.map(String).join(', ');
  if (inner instanceof z.ZodArray) return `list of ${typeOf(inner.element, names)}`;
  if (inner instanceof z.ZodRecord) return `map to ${typeOf(inner.valueType, names)}`;
  if (inner instanceof z.ZodUnion) return inner.options.map((option) => typeOf(option, names)).join(', or ');
  if (inner instanceof z.ZodLazy) return descriptionOf(inner.unwrap()) ?? 'object';
  if (inner instanceof z.ZodObject) {
    const name = names.get(inner.def);
    return name ? `[${name}](#${anchorOf(name)})` : 'object';
  }
  throw new Error('a kind of schema has no words for the reference of configuration keys');
}

function defaultText(value: unknown, schema: Schema): string {
  if (value === undefined || value === '' || value === null) return '';
  if (typeof value === 'object' && Object.values(value).every((each) => each === '' || each === undefined)) return '';
  const isDuration = decoding.get(unwrapped(schema))?.kind?.startsWith('duration');
  return valueCode(isDuration && typeof value === 'string' ? shortDuration(value) : value);
}

/** `10m0s` as people write it: `10m`. */
function shortDuration(text: string): string {
  return text.replace(/(?<=[hm])0s$/, '').replace(/(?<=h)0m$/, '');
}
