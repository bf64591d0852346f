/** The state of Deck itself, for the notices on its pages. */
import type { DeckStatus } from '../api.ts';
import type { DeckDeps } from './deps.ts';

export function deckStatus({ readModel, configRefused, settings }: DeckDeps): DeckStatus {
  const stale = readModel.stale();
  const refused = configRefused();
  return {
    mayAct: settings.authorization === 'local',
    version: settings.version,
    ...(stale && { staleSince: stale.since.toISOString(), staleReason: stale.reason }),
    ...(refused && { configRefused: { at: refused.at.toISOString(), reason: refused.reason } }),
  };
}
