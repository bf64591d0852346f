/** Answers of the host that may be shown again once it has said that they are still right: in memory, and on disk if wanted. */
import { createLru } from '../lru.ts';
import type { DiskAnswers } from './disk-answers.ts';
import type { StoredAnswer } from './stored-answer.ts';

/** Failing disks cost requests, never answers: neither `get` nor `set` rejects. */
export interface AnswerStore {
  get(key: string): Promise<StoredAnswer | undefined>;
  set(key: string, answer: StoredAnswer): Promise<void>;
  /** What it takes now. */
  bytes(): { memory: number; disk: number };
}

export function createAnswerStore({ memoryBytes, disk }: { memoryBytes: number; disk?: DiskAnswers }): AnswerStore {
  const memory = createLru<StoredAnswer>(memoryBytes);
  const keep = (key: string, answer: StoredAnswer) => memory.set(key, answer, sizeOf(answer));
  return {
    async get(key) {
      const found = memory.get(key);
      if (found || !disk) return found;
      const read = await disk.get(key);
      if (read) keep(key, read);
      return read;
    },
    async set(key, answer) {
      keep(key, answer);
      await disk?.set(key, answer);
    },
    bytes: () => ({ memory: memory.bytes, disk: disk?.bytes() ?? 0 }),
  };
}

/** Bodies are mostly small beside what is around them. */
const overhead = 500;

function sizeOf({ headers, body }: StoredAnswer): number {
  const texts = Object.entries(headers).flat(2);
  return body.length + texts.reduce((sum, text) => sum + text.length, overhead);
}
