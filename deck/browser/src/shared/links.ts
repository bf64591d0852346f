/**
 * Where names lead. Everything here comes from users or providers, so only http(s) addresses become links.
 * Links of the provider are preferred (`repo_link`, `link`, …); without them an address is made only for GitHub.
 */
import type { JobRow } from '../../../api.ts';
import type { Pull, Refs } from '../../../../domain/job-config.ts';

export function safeUrl(url: string | undefined): string | undefined {
  if (!url || !URL.canParse(url)) return undefined;
  const { protocol } = new URL(url);
  return protocol === 'https:' || protocol === 'http:' ? url : undefined;
}

/** A job's own page: an address with `/view/` is taken on this host, whatever host it was written for (deck.md 1.5). */
export function jobHref(row: Pick<JobRow, 'url' | 'page'>): string | undefined {
  const url = safeUrl(row.url);
  if (!url) return row.page;
  const { pathname } = new URL(url);
  const view = pathname.indexOf('/view/');
  return view >= 0 ? pathname.slice(view) : url;
}

export function repoHref(refs: Refs): string | undefined {
  return safeUrl(refs.repo_link) ?? githubHref(refs, '');
}

export function pullHref(refs: Refs, pull: Pull): string | undefined {
  return safeUrl(pull.link) ?? githubHref(refs, `/pull/${pull.number}`);
}

export function commitHref(refs: Refs, pull: Pull): string | undefined {
  return safeUrl(pull.commit_link) ?? githubHref(refs, `/pull/${pull.number}/commits/${encodeURIComponent(pull.sha)}`);
}

export function authorHref(refs: Refs, pull: Pull): string | undefined {
  if (pull.author_link !== undefined) return safeUrl(pull.author_link);
  return isGithub(refs) ? `https://github.com/${encodeURIComponent(pull.author)}` : undefined;
}

export function baseHref(refs: Refs): string | undefined {
  const tail = refs.base_sha
    ? `/commit/${encodeURIComponent(refs.base_sha)}`
    : `/tree/${(refs.base_ref ?? '').split('/').map(encodeURIComponent).join('/')}`;
  return safeUrl(refs.base_link) ?? githubHref(refs, tail);
}

function githubHref(refs: Refs, tail: string): string | undefined {
  if (!isGithub(refs)) return undefined;
  return `https://github.com/${encodeURIComponent(refs.org)}/${encodeURIComponent(refs.repo)}${tail}`;
}

/** Unless something says otherwise, a repository is on GitHub, as Prow takes it. */
function isGithub({ org, clone_uri: from }: Refs): boolean {
  if (/[:/]/.test(org)) return false;
  return from === undefined || /^(https:\/\/|ssh:\/\/git@|git@)github\.com[/:]/.test(from);
}
