/**
 * Where refs are cloned from and to (spec jobs.md 5.11).
 */
import { posix } from 'node:path';
import type { Refs } from '../../domain/job-config.ts';

type Place = Pick<Refs, 'org' | 'repo' | 'path_alias' | 'repo_link' | 'clone_uri'>;

/** Path below the source root, such as `github.com/org/repo`. May lead out of the root: see `isInside`. */
export function clonePath({ org, repo, path_alias, repo_link }: Place): string {
  const place = path_alias || repo_link?.split('://').at(-1) || `github.com/${org}/${repo}`;
  return posix.join('src', place);
}

export function cloneUri({ org, repo, repo_link, clone_uri }: Place): string {
  if (clone_uri) return clone_uri;
  return repo_link ? `${repo_link}.git` : `https://github.com/${org}/${repo}.git`;
}

/** Whether a clone path stays below the folder of sources. */
export function isInside(path: string): boolean {
  return path.startsWith('src/') && path !== 'src/';
}

/** Host, with the port if there is one, of a URL or of git's `user@host:path`; undefined for local paths. */
export function hostOfUri(uri: string): string | undefined {
  if (uri.includes('://')) {
    try {
      return new URL(uri).host || undefined;
    } catch {
      return undefined;
    }
  }
  return /^(?:[^@/:]+@)?([^/:]+):/.exec(uri)?.[1];
}
