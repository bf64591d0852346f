/**
 * A container's log in a file on this disk, read once however often the connection breaks or the worker is replaced: beside the
 * file is noted up to which line it is complete.
 */
import { constants } from 'node:fs';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createLogParser } from './log-lines.ts';
import type { PodsApi } from './pods-api.ts';

/** Up to where the file is complete. */
interface Place {
  /** Bytes. */
  offset: number;
  /** Of the last line before `offset`, and how many lines of that very time there are. */
  time?: string;
  count: number;
}

export interface SpoolRequest {
  pod: string;
  container: string;
  /** Goes on until the container has ended. */
  follow: boolean;
  signal?: AbortSignal;
  /** Something has come. */
  onProgress?: () => void;
}

const noteEveryMs = 1_000;

/** Adds to the file what it lacks. False where there is no log; rejects where the connection breaks. */
export async function spoolLog(api: Pick<PodsApi, 'log'>, path: string, request: SpoolRequest): Promise<boolean> {
  const { pod, container, follow, signal, onProgress } = request;
  const start = await readPlace(path);
  const stream = await api.log(pod, {
    container,
    timestamps: true,
    follow,
    ...(start.time && { sinceTime: `${start.time.slice(0, 19)}Z` }),
    ...(signal && { signal }),
  });
  if (!stream) return false;
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  const isKnown = linesUpTo(start);
  const parse = createLogParser(start.time !== undefined);
  let place = start;
  let end = start.offset;
  let time: string | undefined;
  let isSkipped = false;
  let isWhole = true;
  let notedAt = performance.now();
  /** All that is written is whole lines, of which the last one has `time`. */
  const complete = () => {
    if (time === undefined) return;
    place = { offset: end, time, count: time === place.time ? place.count + 1 : 1 };
    time = undefined;
  };
  try {
    await file.truncate(start.offset);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      onProgress?.();
      const added: Buffer[] = [];
      const from = end;
      for (const piece of parse(chunk)) {
        if (piece.time !== undefined) {
          isSkipped = isKnown(piece.time);
          if (!isSkipped) {
            complete();
            time = piece.time;
          }
        }
        if (isSkipped) continue;
        added.push(piece.bytes);
        end += piece.bytes.length;
        isWhole = piece.bytes.at(-1) === 0x0a;
      }
      if (added.length > 0) await file.write(Buffer.concat(added), 0, end - from, from);
      if (performance.now() - notedAt > noteEveryMs) {
        await notePlace(path, place);
        notedAt = performance.now();
      }
    }
    if (isWhole) complete();
    return true;
  } finally {
    stream.destroy();
    await file.close();
    await notePlace(path, place);
  }
}

export async function removeSpool(path: string): Promise<void> {
  for (const each of [path, placePath(path)]) await rm(each, { force: true });
}

const placePath = (path: string) => `${path}.place`;

/** Says of each line in turn whether it is in the file already: the log begins at the second of the last one. */
function linesUpTo({ time: last, count }: Place): (time: string) => boolean {
  let isPast = last === undefined;
  let same = 0;
  return (time) => {
    if (isPast || last === undefined) return false;
    if (time < last) return true;
    if (time === last && same < count) {
      same += 1;
      return true;
    }
    isPast = true;
    return false;
  };
}

async function readPlace(path: string): Promise<Place> {
  try {
    const place = JSON.parse(await readFile(placePath(path), 'utf8')) as Place;
    if ((await stat(path)).size >= place.offset) return place;
  } catch {
    // Nothing was read so far, or it cannot be told how much: the log is read from its beginning.
  }
  return { offset: 0, count: 0 };
}

async function notePlace(path: string, place: Place): Promise<void> {
  const fresh = `${placePath(path)}.new`;
  await writeFile(fresh, JSON.stringify(place), { mode: 0o600 });
  await rename(fresh, placePath(path));
}
