/**
 * Makes the envelope of a webhook and puts into storage what does not belong into a signal. Storage that fails costs the stored
 * bytes and not the event, as long as the event is small enough to travel and no external plugin needs the bytes.
 */
import { createHash } from 'node:crypto';
import type { BlobStore } from '../../domain/blob-store.ts';
import {
  eventKey,
  inlineEnvelopeBytes,
  shortEnvelope,
  type Arrival,
  type BlobReference,
  type ChangeEventEnvelope,
} from '../../domain/review/envelope.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { NormalisedWebhook } from './normalise.ts';

export interface StoreDeps {
  blobs: Pick<BlobStore, 'put'>;
  /** `<bucket>/<path>` below which webhooks are stored, without a trailing slash. */
  folder: string;
  /** Milliseconds that storage has to take a webhook. Default 1500. */
  storageTimeoutMs?: number;
  logger: Logger;
}

export interface Webhook {
  host: string;
  event: string;
  delivery: string;
  receivedAt: Date;
  arrival?: Arrival;
  body: Uint8Array;
  /** Those that a forward repeats. */
  headers: Readonly<Record<string, string>>;
  normalised: NormalisedWebhook & Required<Pick<NormalisedWebhook, 'repo'>>;
  wantedOutside: boolean;
}

export interface Enveloped {
  envelope: ChangeEventEnvelope;
  /** Of its JSON. */
  bytes: number;
}

/** Storage failed, and without it the event cannot be handed on. */
export class NotStored extends Error {}

/** What travels in a signal when storage is down. */
const maxInlineBytes = 64 * 1024;

/** Rejects with NotStored. */
export async function storeWebhook(deps: StoreDeps, webhook: Webhook): Promise<Enveloped> {
  const { arrival, body, delivery, event, headers, host, normalised, receivedAt, wantedOutside } = webhook;
  const named = { host, delivery, receivedAt: receivedAt.toISOString() };

  // Only external plugins read it, and it is ten times as large as what ours need of it.
  const payload = wantedOutside ? await put(eventKey(deps.folder, named, 'payload'), body) : undefined;
  if (wantedOutside && !payload) throw new NotStored('The webhook could not be stored for external plugins.');
  const whole: ChangeEventEnvelope = {
    v: 1,
    id: `${host}:${delivery}`,
    ...named,
    ...(arrival && { arrival }),
    repo: normalised.repo,
    source: { event, ...(normalised.action && { action: normalised.action }) },
    ...(normalised.item && { item: normalised.item }),
    ...(normalised.labels && { labels: normalised.labels }),
    ...(normalised.shownAt && { shownAt: normalised.shownAt }),
    events: normalised.events,
    ...(payload && { payload: { ...payload, headers } }),
  };
  const content = Buffer.from(JSON.stringify(whole));
  if (content.length <= inlineEnvelopeBytes) return { envelope: whole, bytes: content.length };
  const stored = await put(eventKey(deps.folder, named, 'event'), content);
  if (stored) {
    const envelope = shortEnvelope(whole, stored);
    return { envelope, bytes: Buffer.byteLength(JSON.stringify(envelope)) };
  }
  if (content.length <= maxInlineBytes) return { envelope: whole, bytes: content.length };
  throw new NotStored(`An event of ${content.length} bytes could not be stored.`);

  async function put(blob: string, bytes: Uint8Array): Promise<BlobReference | undefined> {
    try {
      await within(deps.storageTimeoutMs ?? 1500, deps.blobs.put(blob, bytes, { contentType: 'application/json' }));
      return { key: blob, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    } catch (error) {
      deps.logger.warn({ err: error, deliveryId: delivery }, 'A webhook could not be stored');
      return undefined;
    }
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms.`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
