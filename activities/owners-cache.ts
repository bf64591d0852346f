/**
 * OWNERS of whole repositories as they were last needed, so that they are fetched and parsed once per commit and not once per
 * event. Parsing the 2,000 files of a repository like Kubernetes' takes longer than all plugins together.
 */
import type { ParsedOwners } from '../rules/owners/repo-owners.ts';

export interface OwnersCache {
  /** The value of a key; `read` is asked once for all who wait for it. `bytes` says what it weighs. Failures are not kept. */
  get(key: string, bytes: number, read: () => Promise<ParsedOwners>): Promise<ParsedOwners>;
}

/** 64 MiB of text: some fifty repositories of Kubernetes' size. Parsed, it takes about five times that at most. */
const defaultMaxBytes = 64 * 1024 * 1024;

/** Forgets what was not asked for longest. `maxBytes` is of the text, before parsing; the newest is kept whatever its size. */
export function createOwnersCache(maxBytes = defaultMaxBytes): OwnersCache {
  const held = new Map<string, { bytes: number; owners: Promise<ParsedOwners> }>();
  let total = 0;
  const drop = (key: string) => {
    total -= held.get(key)?.bytes ?? 0;
    held.delete(key);
  };
  return {
    async get(key, bytes, read) {
      const known = held.get(key);
      drop(key);
      const entry = known ?? { bytes, owners: read() };
      held.set(key, entry);
      total += entry.bytes;
      for (const oldest of held.keys()) {
        if (total <= maxBytes || oldest === key) break;
        drop(oldest);
      }
      try {
        return await entry.owners;
      } catch (error) {
        if (held.get(key) === entry) drop(key);
        throw error;
      }
    },
  };
}
