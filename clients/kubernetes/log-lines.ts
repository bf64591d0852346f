/**
 * A log with timestamps, taken apart again: the bytes that the container wrote, and where lines begin with their times. Kubernetes
 * cannot read a log from an offset, but it can from a second on, which is what the times are for.
 */

/** A piece of a log. */
export interface LogPiece {
  /** At the beginning of a line: when it was written, RFC 3339 with nanoseconds. */
  time?: string;
  bytes: Buffer;
}

const newline = 0x0a;
const space = 0x20;
/** Longest text that can be a time. */
const maxTimeLength = 64;

/**
 * Takes chunks as they come and gives the pieces that are in them; what is cut between two chunks is no piece before it is whole.
 *
 * Where lines have times, one without is none of the container's: a kubelet that cannot go on reading says so in the middle of its
 * answer (`unable to retrieve container logs for ...`). Such lines are left out; `isTimed` says that earlier parts had times.
 */
export function createLogParser(isTimed = false): (chunk: Buffer) => LogPiece[] {
  let prefix: Buffer | undefined = Buffer.alloc(0);
  let time: string | undefined;
  let hasTimes = isTimed;
  let isForeign = false;

  return (chunk) => {
    const pieces: LogPiece[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (prefix) {
        const end = endOfTime(chunk, at);
        const stop = end < 0 ? chunk.length : end;
        const whole: Buffer = Buffer.concat([prefix, chunk.subarray(at, stop)]);
        at = stop;
        if (end < 0 && whole.length < maxTimeLength) {
          prefix = whole;
          continue;
        }
        prefix = undefined;
        time = normalTime(whole.toString('latin1'));
        hasTimes ||= time !== undefined;
        isForeign = time === undefined && hasTimes;
        // Where nothing has times, a line is all content.
        if (time === undefined && !isForeign) pieces.push({ bytes: whole });
        if (time !== undefined && chunk[at] === space) at += 1;
      } else {
        const end = chunk.indexOf(newline, at);
        const stop = end < 0 ? chunk.length : end + 1;
        if (!isForeign) pieces.push({ ...(time !== undefined && { time }), bytes: chunk.subarray(at, stop) });
        time = undefined;
        at = stop;
        if (end >= 0) prefix = Buffer.alloc(0);
      }
    }
    return pieces;
  };
}

/** Where the first word of a line ends; -1 where the chunk does not say. */
function endOfTime(chunk: Buffer, from: number): number {
  const [word, line] = [chunk.indexOf(space, from), chunk.indexOf(newline, from)];
  return word < 0 || (line >= 0 && line < word) ? line : word;
}

/** With nine digits after the point, so that times compare as texts; undefined for what is no time. */
function normalTime(text: string): string | undefined {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:00)$/.exec(text);
  return parts ? `${parts[1]}.${(parts[2] ?? '').padEnd(9, '0')}Z` : undefined;
}
