/** From an object as the API server has it to what is kept of it. */
import { objectKeys, shownSpec, type SeenObject } from '../../../domain/prowjob-objects/object.ts';
import { statusKeys } from '../../../domain/prowjob-objects/decide.ts';
import type { ProwJobObject } from '../prowjob-objects-api.ts';

const ourKeys = Object.values(objectKeys);

export function seenObject({ metadata, spec = {}, status = {} }: ProwJobObject): SeenObject {
  const {
    name,
    uid,
    resourceVersion,
    creationTimestamp,
    deletionTimestamp,
    annotations = {},
    finalizers = [],
  } = metadata;
  return {
    name,
    uid,
    resourceVersion,
    createdMs: Date.parse(creationTimestamp),
    deleting: deletionTimestamp !== undefined,
    annotations: pick(annotations, ourKeys),
    finalizers,
    shown: shownSpec(spec),
    status: pick(status, statusKeys),
  };
}

function pick<T>(from: Record<string, T>, keys: readonly string[]): Record<string, T> {
  return Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])));
}
