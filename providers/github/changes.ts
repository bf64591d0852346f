/** Pulls that we open ourselves, and the forks that their branches are in. */
import type { HeadBranch, NewChange, OwnChange, Refusal } from '../../domain/review/host.ts';
import { fullName, normalLogin, type RepoName } from '../../domain/review/item.ts';
import { absent, isRefusal } from '../host-failures.ts';
import type { GitHubClient } from './connection.ts';
import { bodyWithMarker } from './marked-body.ts';

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** @param login of the account that holds forks */
export async function forkOf(client: GitHubClient, repo: RepoName, login: string): Promise<RepoName> {
  if (normalLogin(login) === normalLogin(repo.org)) return repo;
  const found = await client.request('GET /repos/{owner}/{repo}', { owner: login, repo: repo.repo }).catch(absent);
  const parent = found?.data.parent?.full_name;
  if (parent !== undefined && same(parent, fullName(repo))) return { org: login, repo: found?.data.name ?? repo.repo };
  try {
    // Answers with the fork that there is, too: it may have another name.
    const { data } = await client.request('POST /repos/{owner}/{repo}/forks', {
      owner: repo.org,
      repo: repo.repo,
      default_branch_only: false,
    });
    return { org: data.owner.login, repo: data.name };
  } catch (error) {
    // The organisation, or the repository, does not want any.
    if (isRefusal(error, 403)) return repo;
    throw error;
  }
}

export async function changeFrom(
  client: GitHubClient,
  { org, repo }: RepoName,
  head: HeadBranch,
  base: string,
): Promise<OwnChange | undefined> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/pulls', {
    owner: org,
    repo,
    state: 'open',
    head: `${head.repo.org}:${head.branch}`,
    base,
    per_page: 100,
  });
  // Hosts that do not know the filter answer with all.
  const found = data.find((pull) => pull.head.ref === head.branch && pull.base.ref === base);
  return found && { number: found.number, body: found.body ?? '' };
}

export async function openChange(
  client: GitHubClient,
  repo: RepoName,
  { title, body, base, head }: NewChange,
  key: string,
): Promise<OwnChange | Refusal> {
  const isFork = !same(fullName(head.repo), fullName(repo));
  try {
    const { data } = await client.request('POST /repos/{owner}/{repo}/pulls', {
      owner: repo.org,
      repo: repo.repo,
      title,
      body: bodyWithMarker(body, key),
      base,
      head: `${head.repo.org}:${head.branch}`,
      // Within one repository there is nothing to allow, and GitHub refuses it.
      ...(isFork && { maintainer_can_modify: true }),
    });
    return { number: data.number, body: data.body ?? '' };
  } catch (error) {
    if (!isRefusal(error, 403, 404, 422)) throw error;
    const there = isRefusal(error, 422) ? await changeFrom(client, repo, head, base) : undefined;
    return there ?? { refused: [], reason: error.answer };
  }
}
