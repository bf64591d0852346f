/** An answer of the host, kept to be shown again. */
import type { AnswerHeaders } from './headers.ts';

export interface StoredAnswer {
  etag: string;
  headers: AnswerHeaders;
  /** As it came, compressed where it was. */
  body: Buffer;
  /** When it came (ms). */
  storedAt: number;
}
