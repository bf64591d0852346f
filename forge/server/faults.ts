/** Misbehaviour on request, for tests of clients: the next calls of an operation fail, hang, answer old news, or lose their answer. */
import { randomUUID } from 'node:crypto';
import type { Answer } from '../api/operation.ts';

export interface FaultWish {
  /** An operation's id, the start of one with `*` at its end, or `*`. git's are `git/upload-pack` and `git/receive-pack`. */
  operation: string;
  /**
   * `status`: answers `status` and does nothing. `secondary-limit`: 403 as GitHub's, with `retry-after`. `drop`: does what is
   * asked and closes the connection without an answer. `refuse`: closes it without doing anything. `stale`: a read answers what
   * it answered before, if it ever did. `slow`: waits `delayMs` first.
   */
  kind: 'status' | 'secondary-limit' | 'drop' | 'refuse' | 'stale' | 'slow';
  status?: number;
  message?: string;
  /** Seconds. */
  retryAfter?: number;
  delayMs?: number;
  /** How often it happens. Default 1. */
  times?: number;
  /** How many calls go well before. Default 0. */
  skip?: number;
}

export interface Fault extends Required<Pick<FaultWish, 'operation' | 'kind'>>, FaultWish {
  id: string;
  left: number;
  skipLeft: number;
}

const kinds = ['status', 'secondary-limit', 'drop', 'refuse', 'stale', 'slow'];
/** Answers that `stale` can go back to. */
const remembered = 2000;

export class Faults {
  #faults: Fault[] = [];
  readonly #answers = new Map<string, Answer>();

  /** Rejects a wish that says nothing. */
  add(wish: FaultWish): Fault {
    if (typeof wish.operation !== 'string' || !kinds.includes(wish.kind)) {
      throw new Error(`A fault needs "operation" and "kind", one of ${kinds.join(', ')}.`);
    }
    const fault = { ...wish, id: randomUUID(), left: wish.times ?? 1, skipLeft: wish.skip ?? 0 };
    this.#faults.push(fault);
    return fault;
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  clear(): void {
    this.#faults = [];
  }

  /** The fault for this call, used up by one. */
  take(operation: string): Fault | undefined {
    for (const fault of this.#faults) {
      if (!matches(fault.operation, operation) || fault.left <= 0) continue;
      if (fault.skipLeft > 0) {
        fault.skipLeft -= 1;
        continue;
      }
      fault.left -= 1;
      return fault;
    }
    return undefined;
  }

  /** Keeps the answer of a read. */
  remember(key: string, answer: Answer): void {
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    if (this.#answers.size > remembered) {
      const [oldest] = this.#answers.keys();
      if (oldest !== undefined) this.#answers.delete(oldest);
    }
  }

  remembered(key: string): Answer | undefined {
    return this.#answers.get(key);
  }
}

function matches(wanted: string, operation: string): boolean {
  return wanted.endsWith('*') ? operation.startsWith(wanted.slice(0, -1)) : wanted === operation;
}

/** What a fault answers instead; undefined for those that let the call happen. */
export function faultAnswer(fault: Fault): Answer | undefined {
  const headers: Record<string, string> =
    fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  if (fault.kind === 'secondary-limit') {
    return {
      status: fault.status ?? 403,
      body: {
        message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
        documentation_url:
          'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
      },
      headers: { 'retry-after': '60', ...headers },
    };
  }
  if (fault.kind !== 'status') return undefined;
  const status = fault.status ?? 500;
  return { status, body: { message: fault.message ?? `Fault on request: ${status}` }, headers };
}
