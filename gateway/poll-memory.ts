/** How far the log of webhooks has been read, kept in a file: replaced as a whole, so that a crash leaves the old or the new one. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DeliveryAttempt } from '../domain/review/delivery-log.ts';

export interface PollMemory {
  /** The log of this hook has been read up to this time (ms). */
  sinceMs(hook: string): number;
  /** Whether it was taken in, or is older than anything that is ours. */
  isTaken(attempt: DeliveryAttempt): boolean;
  take(attempt: DeliveryAttempt): void;
  /** Remembers it for the next start. Deliveries from before `forgetMs` (ms) will not be looked at again. */
  readUntil(hook: string, timeMs: number, forgetMs: number): Promise<void>;
}

interface Content {
  v: 1;
  /** When it was begun (ms): what the log holds from before is not for us. */
  beganMs: number;
  /** By hook. */
  since: Record<string, number>;
  /** Times of deliveries that were taken in, by id. */
  taken: Record<string, number>;
}

/** Of the host's clock and ours. */
const skewMs = 60_000;

/** Rejects where there is a file that cannot be read, or is of another version. */
export async function openPollMemory(file: string, nowMs: number): Promise<PollMemory> {
  const content = (await read(file)) ?? { v: 1, beganMs: nowMs - skewMs, since: {}, taken: {} };
  const taken = new Map(Object.entries(content.taken));
  let written = '';

  return {
    sinceMs: (hook) => content.since[hook] ?? content.beganMs,
    isTaken: ({ guid, atMs }) => taken.has(guid) || atMs < content.beganMs,
    take: ({ guid, atMs }) => void taken.set(guid, atMs),

    async readUntil(hook, timeMs, forgetMs) {
      content.since[hook] = timeMs;
      // Another hook may be behind.
      const oldestMs = Math.min(forgetMs, ...Object.values(content.since).map((since) => since - (timeMs - forgetMs)));
      for (const [guid, atMs] of taken) if (atMs < oldestMs) taken.delete(guid);
      const text = JSON.stringify({ ...content, taken: Object.fromEntries(taken) });
      if (text === written) return;
      await mkdir(dirname(file), { recursive: true });
      await writeFile(`${file}.new`, text, { mode: 0o600 });
      await rename(`${file}.new`, file);
      written = text;
    },
  };
}

async function read(file: string): Promise<Content | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const content = JSON.parse(text) as Content;
  if (content.v !== 1) throw new Error(`${file} is of version ${String(content.v)}, which this version does not know.`);
  return content;
}
