/**
 * Answers of the host by what was asked, to ask again with `If-None-Match`: an answer that has not changed is free of the rate
 * limit (integrations.md 6.6). One per process, or another store behind the same interface.
 */
import { createHash } from 'node:crypto';
import { createLru } from './lru.ts';

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
  const answers = createLru<CachedAnswer>(maxBytes);
  return {
    async get(key) {
      const found = answers.get(key);
      // Callers may change what they get.
      return found && { ...found, data: structuredClone(found.data) };
    },
    async set(key, answer) {
      answers.set(key, { ...answer, data: structuredClone(answer.data) }, sizeOf(answer));
    },
  };
}

/** Octokit gives whole numbers that JavaScript cannot hold as bigint. */
function sizeOf(answer: CachedAnswer): number {
  return (
    JSON.stringify(answer, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).length * 2
  );
}
