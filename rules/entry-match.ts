/**
 * Which default entries apply to a job (spec jobs.md 1.10): by repository and build cluster, compared literally.
 */

export interface EntryFilter {
  repo?: string;
  cluster?: string;
}

const scheme = /^https?:\/\//;
/** Gerrit's web host `x-review.googlesource.com` serves the code of `x.googlesource.com`. */
const reviewHost = /^([^.]*)-review\./;

/** `repo` is `org/repo`, or empty for a periodic without extra refs: then only entries for all repositories match. */
export function matchesEntry(entry: EntryFilter, repo: string, cluster: string): boolean {
  if (entry.cluster && entry.cluster !== '*' && entry.cluster !== cluster) return false;
  const wanted = entry.repo ?? '';
  if (wanted === '' || wanted === '*' || wanted === repo) return true;
  const bare = repo.replace(reviewHost, '$1.').replace(scheme, '');
  return wanted === bare || wanted === bare.split('/')[0];
}

/** The older map form (`*`, org or org/repo as key) as a list: `*` first, then organisations, then repositories. */
export function mapEntries<T>(map: Readonly<Record<string, T>>): { repo: string; value: T }[] {
  const rank = (key: string) => (key === '*' ? 0 : key.includes('/') ? 2 : 1);
  const keys = Object.keys(map).toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return keys.flatMap((repo) => {
    const value = map[repo];
    return value === undefined ? [] : [{ repo, value }];
  });
}
