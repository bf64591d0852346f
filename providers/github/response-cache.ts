/**
 * Answers of the host by what was asked, to ask again with `If-None-Match`: an answer that has not changed is free of the rate
 * limit (integrations.md 6.6). One per process, or another store behind the same interface.
 */
import { createHash } from 'node:crypto';

export interface CachedAnswer {
  etag: string;
  status: number;
  headers: Readonly<Record<string, string | number | undefined>>;
  data: unknown;
}

/** Failing stores cost requests, never answers: `get` and `set` do not reject. */
export interface ResponseCache {
  get(key: string): Promise<CachedAnswer | undefined>;
  set(key: string, answer: CachedAnswer): Promise<void>;
}

/** By whom and what: an answer is never shown to another account than the one it was given to. */
export function cacheKey(account: string, accept: string, url: string): string {
  return createHash('sha256').update(`${account}\n${accept}\n${url}`).digest('hex');
}

/** The least recently used go first. */
export function createMemoryCache({ maxBytes = 64 * 1024 * 1024 } = {}): ResponseCache {
  const answers = new Map<string, { answer: CachedAnswer; bytes: number }>();
  let bytes = 0;
  return {
    async get(key) {
      const found = answers.get(key);
      if (!found) return undefined;
      answers.delete(key);
      answers.set(key, found);
      // Callers may change what they get.
      return { ...found.answer, data: structuredClone(found.answer.data) };
    },
    async set(key, answer) {
      const size = sizeOf(answer);
      if (size > maxBytes / 4) return;
      bytes -= answers.get(key)?.bytes ?? 0;
      answers.delete(key);
      answers.set(key, { answer: { ...answer, data: structuredClone(answer.data) }, bytes: size });
      bytes += size;
      for (const [oldest, { bytes: freed }] of answers) {
        if (bytes <= maxBytes) break;
        answers.delete(oldest);
        bytes -= freed;
      }
    },
  };
}

/** Octokit gives whole numbers that JavaScript cannot hold as bigint. */
function sizeOf(answer: CachedAnswer): number {
  return (
    JSON.stringify(answer, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).length * 2
  );
}
