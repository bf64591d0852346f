/** The secondary limits that GitHub has for each account, beside the primary ones that its answers name (integrations.md 6.6). */

export interface RateLimits {
  /** Requests that make content which people are notified of. Default 80, as GitHub says. */
  writesPerMinute?: number;
  /** Default 500. */
  writesPerHour?: number;
  /** Points for REST: reads 1, changes 5. Default 900. */
  pointsPerMinute?: number;
  /** Points for GraphQL: queries 1, mutations 5. Default 2000. */
  graphPointsPerMinute?: number;
  /** Requests that are under way at once. Default 100. */
  concurrency?: number;
}

/** For hosts that have no secondary limits: Enterprise Server, unless its administrators want some. */
export const noSecondaryLimits: Required<RateLimits> = {
  writesPerMinute: Infinity,
  writesPerHour: Infinity,
  pointsPerMinute: Infinity,
  graphPointsPerMinute: Infinity,
  concurrency: Infinity,
};
