/**
 * The log that a code host keeps of the webhooks it has sent, and what can be had of it: those that did not arrive, once more
 * (integrations.md 6.5). GitHub keeps three days of it.
 */

/** One attempt to deliver a webhook. */
export interface DeliveryAttempt {
  /** Of the attempt, as the host writes it: it may be too long for a number. */
  id: string;
  /** The delivery that it belongs to: the same for all attempts. */
  guid: string;
  /** The host's name of the event: `pull_request`. */
  event: string;
  /** When it was made (ms). */
  atMs: number;
  /** Somebody asked for it: there was an attempt before. */
  again: boolean;
  /** The receiver took it. False where it refused, or did not answer. */
  delivered: boolean;
}

/** For sorting: hosts tell times in seconds, and count attempts. */
export function olderFirst(one: DeliveryAttempt, other: DeliveryAttempt): number {
  if (one.atMs !== other.atMs) return one.atMs - other.atMs;
  if (one.id.length !== other.id.length) return one.id.length - other.id.length;
  return one.id < other.id ? -1 : 1;
}

/** A webhook as the log holds it: its bytes are written anew, so that the signature that came with them does not fit any more. */
export interface LoggedWebhook {
  event: string;
  guid: string;
  /** Those that say what it is, by lower-case name; never a signature. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/** Which hooks bring webhooks to us: hosts know other receivers as well. */
export interface OwnHooks {
  /** `org` and `org/repo` that may have one. A host that has one hook for all does not look at them. */
  owners: readonly string[];
  /** Address that hooks send to, where it is known: then only hooks with exactly this one are ours. */
  url?: string;
  /** Path of that address, by which hooks are found otherwise. */
  path: string;
}

export interface DeliveryLog {
  /**
   * Hooks that are ours, by names that only the log understands. Owners that do not let us look are left out, and told to
   * `onHidden` with the reason. Rejects while the host is away.
   */
  hooks(own: OwnHooks, onHidden?: (owner: string, reason: string) => void): Promise<readonly string[]>;
  /** Attempts from a time on (ms), newest first. */
  attempts(hook: string, sinceMs: number): AsyncIterable<DeliveryAttempt>;
  /** Asks for another attempt, which the host makes a little later. Rejects with `HostNotFound` or `HostValidation` where it is too late. */
  redeliver(hook: string, id: string): Promise<void>;
  /** Undefined where the log holds it no more. */
  webhook(hook: string, id: string): Promise<LoggedWebhook | undefined>;
}
