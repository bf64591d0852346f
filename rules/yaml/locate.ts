/**
 * Finds where a key path stands in a YAML text. Values carry no positions, because that would cost time and memory on every
 * load; a text with an error is walked a second time instead.
 */
import {
  EVENT_ALIAS,
  EVENT_DOCUMENT,
  EVENT_MAPPING,
  EVENT_POP,
  EVENT_SCALAR,
  EVENT_SEQUENCE,
  getScalarValue,
  type Event,
} from 'js-yaml';
import { structureOf } from './structure.ts';
import { positionAt } from './position.ts';

/** Index of the event after the node that starts at `index`. */
function skipNode(events: readonly Event[], index: number): number {
  let depth = 0;
  for (let i = index; i < events.length; i++) {
    const type = events[i]?.type;
    if (type === EVENT_MAPPING || type === EVENT_SEQUENCE) depth++;
    else if (type !== EVENT_SCALAR && type !== EVENT_ALIAS) depth--;
    if (depth <= 0) return i + 1;
  }
  return events.length;
}

function startOf(event: Event | undefined): number | undefined {
  if (event?.type === EVENT_SCALAR) return event.valueStart < 0 ? undefined : event.valueStart;
  if (event?.type === EVENT_MAPPING || event?.type === EVENT_SEQUENCE) return event.start;
  return event?.type === EVENT_ALIAS ? event.anchorStart : undefined;
}

/**
 * Position of the deepest part of `path` that is written literally in the text; what comes from an alias or a merge is
 * placed where the alias stands. Undefined when not even the first part is found.
 */
export function locate(text: string, path: readonly (string | number)[]): { line: number; column: number } | undefined {
  const { source, events } = structureOf(text);
  let index = events[0]?.type === EVENT_DOCUMENT ? 1 : 0;
  let found: number | undefined;
  for (const part of path) {
    const node = events[index];
    let next: number | undefined;
    if (node?.type === EVENT_SEQUENCE && typeof part === 'number') {
      let item = index + 1;
      for (let i = 0; i < part && item < events.length; i++) item = skipNode(events, item);
      next = item;
      found = startOf(events[item]) ?? found;
    } else if (node?.type === EVENT_MAPPING) {
      for (let key = index + 1; key < events.length && events[key]?.type !== EVENT_POP;) {
        const keyEvent = events[key];
        const value = skipNode(events, key);
        if (keyEvent?.type === EVENT_SCALAR && getScalarValue(source, keyEvent) === String(part)) {
          next = value;
          found = startOf(keyEvent) ?? found;
        }
        key = skipNode(events, value);
      }
    }
    if (next === undefined) break;
    index = next;
  }
  return found === undefined ? undefined : positionAt(source, found);
}
