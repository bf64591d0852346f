/** The rate limit of each caller: a count of calls that starts anew every hour, for each kind of call. */

export interface LimitState {
  limit: number;
  remaining: number;
  used: number;
  /** Seconds since 1970. */
  reset: number;
}

export type Resource = 'core' | 'search' | 'graphql';

const hour = 3600;

export class Limits {
  readonly #limits: Record<Resource, number>;
  readonly #now: () => number;
  readonly #used = new Map<string, { used: number; reset: number }>();

  /** @param now milliseconds since 1970 */
  constructor(limits: Record<Resource, number>, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  state(key: string, resource: Resource): LimitState {
    const { used, reset } = this.#row(key, resource);
    const limit = this.#limits[resource];
    return { limit, remaining: Math.max(0, limit - used), used: Math.min(used, limit), reset };
  }

  /** Takes points. False if there are none left. */
  take(key: string, resource: Resource, points = 1): boolean {
    const row = this.#row(key, resource);
    if (row.used + points > this.#limits[resource]) {
      row.used = Math.max(row.used, this.#limits[resource]);
      return false;
    }
    row.used += points;
    return true;
  }

  /** Gives points back: an answer 304 is free. */
  giveBack(key: string, resource: Resource, points = 1): void {
    const row = this.#row(key, resource);
    row.used = Math.max(0, row.used - points);
  }

  /** Other limits from now on, with nothing used. */
  set(limits: Partial<Record<Resource, number>>): void {
    Object.assign(this.#limits, limits);
    this.#used.clear();
  }

  #row(key: string, resource: Resource): { used: number; reset: number } {
    const now = Math.floor(this.#now() / 1000);
    const name = `${resource} ${key}`;
    let row = this.#used.get(name);
    if (!row || row.reset <= now) this.#used.set(name, (row = { used: 0, reset: now + hour }));
    return row;
  }
}
