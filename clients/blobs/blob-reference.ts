/** What signals and histories hold of something that lies in blob storage. */
import { createHash } from 'node:crypto';
import type { BlobReference } from '../../domain/review/envelope.ts';

export function referenceTo(key: string, content: Uint8Array): BlobReference {
  return { key, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}
