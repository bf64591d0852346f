/**
 * Logs of running pods, read piece by piece from offsets (domain's `RunLogs`), without reading what was read before: the stream
 * of a reader who goes on is kept for a while, and one who comes back later goes on from the second where it was.
 */
import type { IncomingMessage } from 'node:http';
import type { LiveLogs } from '../../domain/live-logs.ts';
import type { BuildCluster } from './build-cluster.ts';
import { createLogParser, type LogPiece } from './log-lines.ts';
import { createLogPlaces, type LogPlaces } from './log-places.ts';

export interface PodLogsOptions {
  /** How long an unfinished stream waits for its reader. Default 10 s. */
  keepMs?: number;
  /** Streams that wait for a reader at most. Default 32. */
  maxKept?: number;
}

/** Logs whose places are remembered. */
const maxLogs = 500;

interface OpenLog {
  stream: IncomingMessage;
  chunks: AsyncIterator<Buffer>;
  parse: (chunk: Buffer) => LogPiece[];
  pieces: LogPiece[];
  /** Offset of the first byte of `pieces`. */
  position: number;
  /** When the line was written that was told of last. */
  time?: string;
}

export function createPodLogs(cluster: BuildCluster, options: PodLogsOptions = {}): LiveLogs & { close(): void } {
  const { keepMs = 10_000, maxKept = 32 } = options;
  /** In the order of their last use, as a Map keeps it. */
  const placesOf = new Map<string, LogPlaces>();
  const kept = new Map<string, { log: OpenLog; timer: NodeJS.Timeout }>();

  function places(key: string): LogPlaces {
    const found = placesOf.get(key) ?? createLogPlaces();
    placesOf.delete(key);
    placesOf.set(key, found);
    for (const oldest of placesOf.keys()) {
      if (placesOf.size <= maxLogs) break;
      placesOf.delete(oldest);
    }
    return found;
  }

  function keep(key: string, log: OpenLog): void {
    const place = `${key}@${log.position}`;
    drop(place);
    for (const oldest of kept.keys()) {
      if (kept.size < maxKept) break;
      drop(oldest);
    }
    kept.set(place, { log, timer: setTimeout(() => drop(place), keepMs).unref() });
  }

  function drop(place: string): void {
    const found = kept.get(place);
    kept.delete(place);
    clearTimeout(found?.timer);
    found?.log.stream.destroy();
  }

  function resume(key: string, offset: number): OpenLog | undefined {
    const place = `${key}@${offset}`;
    const found = kept.get(place);
    kept.delete(place);
    clearTimeout(found?.timer);
    return found?.log;
  }

  /** A stream whose next byte is that at `offset`, or its end where the log is shorter. */
  async function open(name: string, container: string, offset: number, known: LogPlaces): Promise<OpenLog | undefined> {
    const from = known.before(offset);
    const stream = await cluster.api.log(name, {
      container,
      timestamps: true,
      ...(from && { sinceTime: `${from.time.slice(0, 19)}Z` }),
    });
    if (!stream) return undefined;
    // An error is told to whoever reads next; nobody does of a stream that is kept.
    stream.on('error', () => undefined);
    const chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    const log: OpenLog = { stream, chunks, parse: createLogParser(from !== undefined), pieces: [], position: 0 };
    if (from) await skipToPlace(log, from.time, from.offset, offset);
    while (log.position < offset && (await fill(log))) skipBytes(log, offset, known);
    return log;
  }

  return {
    async read(run, { offset, limit }) {
      const { name, buildId, container } = run;
      const key = `${name}/${buildId}/${container}`;
      const known = places(key);
      const log = resume(key, offset) ?? (await open(name, container, offset, known));
      if (!log) return undefined;
      if (log.position < offset) return { content: new Uint8Array(), next: offset, atEnd: true };
      const content: Buffer[] = [];
      let size = 0;
      try {
        while (size < limit && (await fill(log))) {
          const [piece] = log.pieces;
          if (!piece) break;
          tellPlace(log, piece, known);
          const taken = piece.bytes.subarray(0, limit - size);
          content.push(taken);
          size += taken.length;
          advance(log, taken.length);
        }
      } catch (error) {
        log.stream.destroy();
        // What came before the cut is good; the reader asks again for the rest.
        if (size === 0) throw error;
        return { content: Buffer.concat(content), next: offset + size, atEnd: false };
      }
      const atEnd = size < limit;
      if (!atEnd) keep(key, log);
      return { content: Buffer.concat(content), next: offset + size, atEnd };
    },
    close() {
      for (const place of kept.keys()) drop(place);
    },
  };
}

/** Whether there is another piece. */
async function fill(log: OpenLog): Promise<boolean> {
  while (log.pieces.length === 0) {
    const { value, done } = await log.chunks.next();
    if (done) return false;
    log.pieces = log.parse(value);
  }
  return true;
}

/** The first `count` bytes of the first piece have been used. */
function advance(log: OpenLog, count: number): void {
  const [piece] = log.pieces;
  log.position += count;
  if (!piece || count >= piece.bytes.length) log.pieces.shift();
  else log.pieces[0] = { bytes: piece.bytes.subarray(count) };
}

/** Up to the line of the place. Where it is gone, rotated away, what comes next counts as what follows `offset`. */
async function skipToPlace(log: OpenLog, time: string, placeOffset: number, offset: number): Promise<void> {
  while (await fill(log)) {
    const [piece] = log.pieces;
    if (piece?.time !== undefined && piece.time >= time) {
      log.position = piece.time === time ? placeOffset : offset;
      return;
    }
    log.pieces.shift();
  }
  log.position = placeOffset;
}

function skipBytes(log: OpenLog, offset: number, known: LogPlaces): void {
  const [piece] = log.pieces;
  if (!piece) return;
  tellPlace(log, piece, known);
  advance(log, Math.min(piece.bytes.length, offset - log.position));
}

function tellPlace(log: OpenLog, { time }: LogPiece, known: LogPlaces): void {
  if (time === undefined) return;
  if (time !== log.time) known.passed({ offset: log.position, time });
  log.time = time;
}
