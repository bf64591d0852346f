/** GitHub's limits as the settings have them: for each process by itself, and for the proxy that all of them use. */
import type { Settings } from '../config/settings.ts';
import { noSecondaryLimits, type RateLimits } from '../providers/github/rate-limits.ts';

export function githubLimitsOf(settings: Settings): RateLimits {
  if (settings.noGithubSecondaryLimits) return noSecondaryLimits;
  return { writesPerMinute: settings.githubWritesPerMinute, writesPerHour: settings.githubWritesPerHour };
}
