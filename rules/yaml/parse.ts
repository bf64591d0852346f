/**
 * Reads YAML the way Prow's loader does (spec jobs.md 1.2): js-yaml finds the structure, and the values are built here from
 * its events in one pass, because the rules for scalars, keys, merging and duplicates are Go's, not the library's.
 *
 * The result is what JSON can carry (plus bigints). Anchored values are shared between their aliases: never change them.
 */
import {
  EVENT_ALIAS,
  EVENT_DOCUMENT,
  EVENT_MAPPING,
  EVENT_POP,
  EVENT_SCALAR,
  EVENT_SEQUENCE,
  getScalarValue,
  SCALAR_STYLE_PLAIN,
  type Event,
  type MappingEvent,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';
import { isUnrepresentable, numberText, resolvePlain, resolvePlainKey, type Scalar } from './scalar.ts';
import { resolveTagged, tagName } from './tag.ts';
import { positionAt } from './position.ts';
import { structureOf, YamlError } from './structure.ts';

export type YamlValue = Scalar | YamlValue[] | YamlMap;
/** Only own keys count; `__proto__` may be one. */
export interface YamlMap {
  [key: string]: YamlValue;
}

export { YamlError } from './structure.ts';

/** Aliases may expand to at most this many values: protects against small files that stand for endless data. */
const maxExpandedNodes = 4_000_000;

interface Anchor {
  value: YamlValue;
  /** Number of values in it, aliases expanded. */
  nodes: number;
}

/** Stands for the key `<<`. */
const mergeKey = Symbol('<<');

interface Frame {
  value: YamlValue[] | YamlMap;
  /** The value, if it is a list. */
  list: YamlValue[] | undefined;
  /** The value, if it is a map. */
  map: YamlMap | undefined;
  /** The key whose value comes next; undefined where a key is to come. */
  key: string | typeof mergeKey | undefined;
  /** Nodes counted before the collection began. */
  nodesBefore: number;
  anchor: string | undefined;
}

/** Plain objects are several times faster than ones without prototype, so the one special key is set with care. */
function setEntry(map: YamlMap, key: string, value: YamlValue): void {
  if (key !== '__proto__') map[key] = value;
  else Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Parses the first document of a text. Throws YamlError. */
export function parseYaml(text: string): YamlValue {
  const { source, events } = structureOf(text);
  return new Construction(source).run(events);
}

/** Text of a map key, or undefined for what cannot be one. */
export function keyOf(value: YamlValue): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number' || typeof value === 'bigint') return numberText(value);
  return undefined;
}

function isMergeKey(event: ScalarEvent, source: string): boolean {
  const { valueStart, valueEnd, tagStart, tagEnd } = event;
  if (event.style !== SCALAR_STYLE_PLAIN || valueStart < 0 || valueEnd - valueStart !== 2) return false;
  if (source.charCodeAt(valueStart) !== 0x3c || source.charCodeAt(valueStart + 1) !== 0x3c) return false;
  return tagStart < 0 || tagName(source.slice(tagStart, tagEnd)) === 'merge';
}

/** The state of building one document. */
class Construction {
  readonly #source: string;
  readonly #frames: Frame[] = [];
  readonly #anchors = new Map<string, Anchor>();
  #root: YamlValue = null;
  #nodes = 0;
  #position = 0;

  constructor(source: string) {
    this.#source = source;
  }

  run(events: readonly Event[]): YamlValue {
    for (const event of events) {
      switch (event.type) {
        case EVENT_SCALAR:
          this.#scalar(event);
          break;
        case EVENT_MAPPING:
        case EVENT_SEQUENCE:
          this.#open(event);
          break;
        case EVENT_POP:
          this.#close();
          break;
        case EVENT_ALIAS:
          this.#alias(event.anchorStart, event.anchorEnd);
          break;
        case EVENT_DOCUMENT:
          break;
      }
    }
    return this.#root;
  }

  #scalar(event: ScalarEvent): void {
    this.#position = event.valueStart < 0 ? this.#position : event.valueStart;
    const frame = this.#frames.at(-1);
    const isKey = frame?.map !== undefined && frame.key === undefined;
    if (isKey && isMergeKey(event, this.#source)) {
      frame.key = mergeKey;
      return;
    }
    const text = getScalarValue(this.#source, event);
    const isPlainKey = isKey && event.style === SCALAR_STYLE_PLAIN && event.tagStart < 0;
    const value = isPlainKey ? resolvePlainKey(text) : this.#resolve(event, text);
    this.#nodes++;
    if (event.anchorStart >= 0) {
      this.#anchors.set(this.#source.slice(event.anchorStart, event.anchorEnd), { value, nodes: 1 });
    }
    this.#add(value);
  }

  #resolve(event: ScalarEvent, text: string): Scalar {
    if (event.tagStart >= 0) {
      const tag = tagName(this.#source.slice(event.tagStart, event.tagEnd));
      if (tag !== '') {
        const resolved = resolveTagged(tag, text);
        if ('error' in resolved) this.#fail(resolved.error);
        return resolved.value;
      }
      return text;
    }
    if (event.style !== SCALAR_STYLE_PLAIN) return text;
    const value = resolvePlain(text);
    if (typeof value === 'string' && isUnrepresentable(value))
      this.#fail(`${value} is not a number that can be used here`);
    return value;
  }

  #open(event: MappingEvent | SequenceEvent): void {
    const isMap = event.type === EVENT_MAPPING;
    this.#position = event.start;
    this.#nodes++;
    const map: YamlMap | undefined = isMap ? {} : undefined;
    const list: YamlValue[] | undefined = isMap ? undefined : [];
    this.#frames.push({
      value: map ?? list ?? [],
      list,
      map,
      key: undefined,
      nodesBefore: this.#nodes,
      anchor: event.anchorStart < 0 ? undefined : this.#source.slice(event.anchorStart, event.anchorEnd),
    });
  }

  #close(): void {
    const frame = this.#frames.pop();
    // The last event closes the document, which has no frame.
    if (!frame) return;
    if (frame.anchor !== undefined) {
      this.#anchors.set(frame.anchor, { value: frame.value, nodes: this.#nodes - frame.nodesBefore + 1 });
    }
    this.#add(frame.value);
  }

  #alias(start: number, end: number): void {
    this.#position = start;
    const name = this.#source.slice(start, end);
    const anchor = this.#anchors.get(name);
    if (!anchor) this.#fail(`unknown anchor "${name}", or one that contains this alias`);
    this.#nodes += anchor.nodes;
    if (this.#nodes > maxExpandedNodes) this.#fail('aliases stand for too much data');
    this.#add(anchor.value);
  }

  #add(value: YamlValue): void {
    const frame = this.#frames.at(-1);
    if (!frame) {
      this.#root = value;
      return;
    }
    const { key, map } = frame;
    if (!map) {
      frame.list?.push(value);
      return;
    }
    if (key === undefined) {
      const text = keyOf(value);
      if (text === undefined) {
        this.#fail(
          value === null
            ? 'a map key is null, or a number out of range'
            : 'a map key must be text, a number or a boolean',
        );
      }
      frame.key = text;
      return;
    }
    if (key === mergeKey) this.#merge(map, value);
    else setEntry(map, key, value);
    frame.key = undefined;
  }

  /** `<<` takes effect where it stands: it overrides what is above it, and is overridden by what is below. */
  #merge(into: YamlMap, value: YamlValue): void {
    const sources = Array.isArray(value) ? value.toReversed() : [value];
    for (const source of sources) {
      if (source === null || typeof source !== 'object' || Array.isArray(source)) {
        this.#fail('"<<" needs a map or a list of maps');
      }
      for (const key of Object.keys(source)) setEntry(into, key, source[key] ?? null);
    }
  }

  #fail(message: string): never {
    const { line, column } = positionAt(this.#source, this.#position);
    throw new YamlError(message, line, column);
  }
}
