/**
 * Where refs are cloned from, and which clone paths are safe (spec jobs.md 5.11).
 */
import type { Refs } from '../../domain/job-config.ts';

type Place = Pick<Refs, 'org' | 'repo' | 'repo_link' | 'clone_uri'>;

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
