/**
 * The one-line form of refs, used in `PULL_REFS`, `started.json` and templates (spec jobs.md 2.3):
 * `base_ref[:base_sha]`, then `,<number>:<sha>[:<ref>]` for each pull.
 */
import type { Refs } from '../domain/job-config.ts';

export function refsString(refs: Refs): string {
  const base = refs.base_sha ? `${refs.base_ref ?? ''}:${refs.base_sha}` : (refs.base_ref ?? '');
  const pulls = (refs.pulls ?? []).map(({ number, sha, ref }) => `${number}:${sha}${ref ? `:${ref}` : ''}`);
  return [base, ...pulls].join(',');
}
