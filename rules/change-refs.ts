/** The refs of jobs that an event starts, as Prow's trigger makes them (spec jobs.md 3.6, 4.1). */
import type { Pull, Refs } from '../domain/job-config.ts';
import type { PushEvent } from '../domain/review/events.ts';
import type { Item, PullDetails, RepoName } from '../domain/review/item.ts';
import { branchOfRef } from './selection/push.ts';

/** `baseSha` is the head of the base branch now, which the pull's own may be behind. */
export function refsOfPull(repo: RepoName, item: Item & { pull: PullDetails }, baseSha: string): Refs {
  const { number, author, title, url, pull } = item;
  const link = linkOfRepo(url, repo);
  const author_link = linkOfAccount(url, author);
  const one: Pull = {
    number,
    author,
    sha: pull.head.sha,
    title,
    ...(pull.head.ref && { head_ref: pull.head.ref }),
    ...(url && { link: url }),
    ...(link && { commit_link: `${link}/pull/${number}/commits/${pull.head.sha}` }),
    ...(author_link && { author_link }),
  };
  return {
    org: repo.org,
    repo: repo.repo,
    ...(link && { repo_link: link }),
    base_ref: pull.base.ref,
    base_sha: baseSha,
    ...(link && { base_link: `${link}/commit/${baseSha}` }),
    pulls: [one],
  };
}

/**
 * Of a branch or a tag. Prow leaves `repo_link` out, which then clones from github.com whatever the host is; it is there, and
 * says the same for GitHub.
 */
export function refsOfPush(repo: RepoName, { ref, after, compareUrl }: PushEvent): Refs {
  const link = linkOfRepo(compareUrl, repo);
  return {
    org: repo.org,
    repo: repo.repo,
    ...(link && { repo_link: link }),
    base_ref: branchOfRef(ref),
    base_sha: after,
    ...(compareUrl && { base_link: compareUrl }),
  };
}

/** From the address of something in the repository. */
function linkOfRepo(url: string, { org, repo }: RepoName): string | undefined {
  const path = `/${org}/${repo}/`;
  const at = url.toLowerCase().indexOf(path.toLowerCase());
  return at < 0 ? undefined : url.slice(0, at + path.length - 1);
}

/** Apps have pages elsewhere than people. */
function linkOfAccount(url: string, login: string): string | undefined {
  if (!URL.canParse(url) || login === '') return undefined;
  const app = /^(.*)\[bot\]$/.exec(login);
  return `${new URL(url).origin}/${app ? `apps/${app[1]}` : login}`;
}
