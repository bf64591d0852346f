/** Envelopes as they travel in signals and histories, which stay small: what is long lies in storage. */
import { referenceTo } from '../clients/blobs/blob-reference.ts';
import type { BlobStore } from '../domain/blob-store.ts';
import { eventKey, inlineEnvelopeBytes, shortEnvelope, type ChangeEventEnvelope } from '../domain/review/envelope.ts';

export interface EnvelopeStorage {
  blobs: Pick<BlobStore, 'put'>;
  /** `<bucket>/<path>` below which the gateway stores webhooks, without a trailing slash. */
  eventsFolder: string;
}

/** @param what part of the blob's key: `event`, `resolved` */
export async function storeEnvelope(
  whole: ChangeEventEnvelope,
  what: string,
  { blobs, eventsFolder }: EnvelopeStorage,
): Promise<ChangeEventEnvelope> {
  const { stored: _before, ...inline } = whole;
  const content = Buffer.from(JSON.stringify(inline));
  if (content.length <= inlineEnvelopeBytes) return inline;
  const key = eventKey(eventsFolder, whole, what);
  await blobs.put(key, content, { contentType: 'application/json' });
  return shortEnvelope(inline, referenceTo(key, content));
}
