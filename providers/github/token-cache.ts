/**
 * The tokens of an App's installation for `@octokit/auth-app`, which by itself keeps each for 59 minutes. One that a proxy shares
 * between processes may be older than that when we get it.
 */

export interface TokenCache {
  get(key: string): string;
  set(key: string, value: string): void;
  /** When what is set next ends (ms), out of the answer that brings it. */
  expires(atMs: number): void;
}

/** Milliseconds before its end from which a token is not used any more. */
const margin = 60_000;

/** For one installation. @param now milliseconds */
export function createTokenCache(now: () => number): TokenCache {
  const values = new Map<string, { value: string; until: number }>();
  let until = 0;
  return {
    get(key) {
      const found = values.get(key);
      return found && now() < found.until - margin ? found.value : '';
    },
    set: (key, value) => void values.set(key, { value, until }),
    // An hour is what they last at GitHub.
    expires: (atMs) => (until = Number.isFinite(atMs) ? atMs : now() + 3_600_000),
  };
}
