/**
 * What the gateway tells an actor: the argument of the signal `changeEventReceived` is a list of envelopes, the deliveries
 * that came together, in order of arrival (architecture.md 2.2, 3.8).
 *
 * Signals stay small. An envelope whose JSON has more than 2 KiB lies in blob storage as a whole, and the signal holds the
 * same envelope without `item`, `labels` and `events` but with `stored`; `loadEnvelope` puts them back. The webhook's own
 * bytes are never part of a signal: `payload` says where they are.
 */
import type { BlobStore } from '../blob-store.ts';
import type { ReviewHostEvent } from './events.ts';
import type { Item, RepoName } from './item.ts';

/** Bytes of JSON up to which an envelope travels in the signal. */
export const inlineEnvelopeBytes = 2048;

export interface ChangeEventEnvelope {
  /** Readers ignore fields that they do not know and refuse a higher version. */
  v: 1;
  /** `<host>:<delivery>`: what actors remember, to handle a repeated delivery once. */
  id: string;
  /** The host's id of the delivery; the same when it is sent again. */
  delivery: string;
  /** RFC 3339, by the gateway's clock: for latencies, never for order. */
  receivedAt: string;
  /** Its place among all that one gateway has received: signals may overtake each other on their way. */
  arrival?: Arrival;
  /** Name of the host in our configuration. */
  host: string;
  repo: RepoName;
  /** The host's own words, for logs and external plugins: `pull_request`, `opened`. */
  source: { event: string; action?: string };
  /** The item as the host saw it. A comment on a pull does not say its branches: then `pull` is absent. */
  item?: Item;
  /** All labels of the item. */
  labels?: readonly string[];
  /** RFC 3339, by the host's clock: when the item was last changed before it was shown so. Early for what is sent again. */
  shownAt?: string;
  /** Empty where only external plugins want the delivery, and where the envelope is stored. */
  events: readonly ReviewHostEvent[];
  /** The webhook as it came, for external plugins. Absent where none of them wants it. */
  payload?: StoredPayload;
  /** The complete envelope as JSON. */
  stored?: BlobReference;
}

export interface Arrival {
  /** Of one process, for its life. */
  gateway: string;
  /** Counted up with every webhook. */
  n: number;
}

export interface BlobReference {
  /** Key in blob storage: `<bucket>/<path>`. */
  key: string;
  bytes: number;
  /** Of the content, in hexadecimal. */
  sha256: string;
}

export interface StoredPayload extends BlobReference {
  /** Request headers that a forward repeats, by lower-case name: those of the host, the signature and the content type. */
  headers: Readonly<Record<string, string>>;
}

/** Blob key of something that belongs to an event. @param folder without a slash at its end. @param what `event`, `payload` */
export function eventKey(
  folder: string,
  { host, delivery, receivedAt }: Pick<ChangeEventEnvelope, 'host' | 'delivery' | 'receivedAt'>,
  what: string,
): string {
  return `${folder}/${host}/${receivedAt.slice(0, 10)}/${delivery}-${what}.json`;
}

/** What travels of an envelope that lies in storage as a whole. */
export function shortEnvelope(whole: ChangeEventEnvelope, stored: BlobReference): ChangeEventEnvelope {
  const { item: _item, labels: _labels, ...rest } = whole;
  return { ...rest, events: [], stored };
}

/** Rejects with what the store rejects with, and where the blob is gone or is of another version. */
export async function loadEnvelope(
  blobs: Pick<BlobStore, 'get'>,
  envelope: ChangeEventEnvelope,
): Promise<ChangeEventEnvelope> {
  if (!envelope.stored) return envelope;
  const content = await blobs.get(envelope.stored.key);
  if (!content) throw new Error(`The event ${envelope.id} is not in storage any more: ${envelope.stored.key}.`);
  const whole = JSON.parse(new TextDecoder().decode(content)) as ChangeEventEnvelope;
  if (whole.v !== envelope.v || whole.id !== envelope.id) {
    throw new Error(`${envelope.stored.key} is not the event ${envelope.id}.`);
  }
  return whole;
}
