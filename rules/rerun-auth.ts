/**
 * Whether anybody at all may rerun or abort a job (spec deck.md 1.8 step 1; jobs.md 1.11). Who else may needs a login, which
 * comes with the full Deck.
 */
import type { RerunAuthConfig } from '../domain/job-config.ts';
import type { Deck, RerunAuthEntry } from '../domain/main-config.ts';
import { mainRefs, type ProwJobSpec } from '../domain/prowjob.ts';
import { matchesEntry } from './entry-match.ts';

/** The installation's rule for a job: the last entry that matches, which is not merged with others. */
export function deckRerunAuth(spec: ProwJobSpec, deck: Deck): RerunAuthConfig | undefined {
  const refs = mainRefs(spec);
  const repo = refs ? `${refs.org}/${refs.repo}` : '';
  const matches = (entry: RerunAuthEntry) => matchesEntry(entry, repo, spec.cluster ?? '');
  return deck.default_rerun_auth_configs.findLast(matches)?.rerun_auth_configs;
}

export function mayAnyoneRerun(spec: ProwJobSpec, deck: Deck): boolean {
  return (deckRerunAuth(spec, deck)?.allow_anyone ?? false) || (spec.rerun_auth_config?.allow_anyone ?? false);
}
