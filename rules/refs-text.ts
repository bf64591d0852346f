/** Prow's text form of refs (spec jobs.md 2.3): `base_ref[:base_sha]`, then `,<number>:<sha>[:<ref>]` per pull. */
import type { Refs } from '../domain/job-config.ts';

export function refsText(refs: Refs): string {
  const base = refs.base_sha ? `${refs.base_ref ?? ''}:${refs.base_sha}` : (refs.base_ref ?? '');
  const pulls = (refs.pulls ?? []).map((pull) => `${pull.number}:${pull.sha}${pull.ref ? `:${pull.ref}` : ''}`);
  return [base, ...pulls].join(',');
}
