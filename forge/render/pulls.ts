/** Pull requests and reviews as the REST interface shows them. */
import type { PullRequest, Repo, Review, ReviewComment } from '../model/entities.ts';
import { nodeId } from '../model/node-id.ts';
import { ownerOf, repoOf, type Json, type World } from '../model/world.ts';
import { associationOf } from '../rules/access.ts';
import { mergeability } from '../rules/mergeability.ts';
import { pullRange } from '../rules/pull-range.ts';
import { renderTeam, renderUser, renderUserId } from './accounts.ts';
import { issueApi, issueWeb, renderIssueCommon, renderReactions } from './issues.ts';
import { renderRepo, repoApi } from './repos.ts';

export function pullApi(world: World, pull: PullRequest): string {
  return `${repoApi(world, repoOf(world, pull))}/pulls/${pull.number}`;
}

function renderEnd(world: World, repo: Repo | undefined, ref: string, sha: string): Json {
  const owner = repo && ownerOf(world, repo);
  return {
    label: owner ? `${owner.login}:${ref}` : `unknown:${ref}`,
    ref,
    sha,
    user: owner ? renderUser(world, owner) : null,
    repo: repo ? renderRepo(world, repo) : null,
  };
}

/** As lists show it. */
export function renderSimplePull(world: World, pull: PullRequest): Json {
  const { store } = world;
  const url = pullApi(world, pull);
  const html = issueWeb(world, pull);
  const issue = issueApi(world, pull);
  const repo = repoOf(world, pull);
  const { pull: part } = pull;
  const statuses = `${repoApi(world, repo)}/statuses/${part.headSha}`;
  const head = part.headRepoId === null ? undefined : store.get('repos', part.headRepoId);
  return {
    url,
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    ...renderIssueCommon(world, pull),
    merged_at: part.mergedAt,
    merge_commit_sha: part.mergeCommitSha,
    requested_reviewers: part.requestedReviewers.map((id) => renderUserId(world, id)).filter((user) => user !== null),
    requested_teams: part.requestedTeams
      .map((id) => store.get('teams', id))
      .filter((team) => team !== undefined)
      .map((team) => renderTeam(world, team)),
    draft: part.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repoApi(world, repo)}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    head: renderEnd(world, head, part.headRef, part.headSha),
    base: renderEnd(world, repo, part.baseRef, part.baseSha),
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${repoApi(world, repo)}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    auto_merge: null,
  };
}

/** With what git says about it: sizes and whether it can be merged. */
export async function renderPull(world: World, pull: PullRequest): Promise<Json> {
  const repo = repoOf(world, pull);
  const repository = world.repositories.of(repo);
  const merge = await mergeability(world, pull);
  const range = await pullRange(world, pull);
  const { files, additions, deletions } = await repository.sizeOf(range.base, range.head);
  return {
    ...renderSimplePull(world, pull),
    merged: pull.pull.mergedAt !== null,
    mergeable: merge.mergeable,
    rebaseable: merge.mergeable,
    mergeable_state: merge.state,
    merged_by: renderUserId(world, pull.pull.mergedById),
    comments: world.store.of('comments', pull.id).length,
    review_comments: world.store.of('reviewComments', pull.id).length,
    maintainer_can_modify: pull.pull.maintainerCanModify,
    commits: await repository.count(range.head, range.base),
    additions,
    deletions,
    changed_files: files,
  };
}

export function renderReview(world: World, review: Review): Json {
  const pull = world.store.must('issues', review.issueId) as PullRequest;
  const html = `${issueWeb(world, pull)}#pullrequestreview-${review.id}`;
  const author = world.store.must('accounts', review.authorId);
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: renderUser(world, author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pullApi(world, pull),
    author_association: associationOf(world, repoOf(world, pull), author),
    _links: { html: { href: html }, pull_request: { href: pullApi(world, pull) } },
    ...(review.submittedAt !== null && { submitted_at: review.submittedAt }),
    commit_id: review.commitSha,
  };
}

export function renderReviewComment(world: World, comment: ReviewComment): Json {
  const pull = world.store.must('issues', comment.issueId) as PullRequest;
  const repo = repoOf(world, pull);
  const url = `${repoApi(world, repo)}/pulls/comments/${comment.id}`;
  const html = `${issueWeb(world, pull)}#discussion_r${comment.id}`;
  const author = world.store.must('accounts', comment.authorId);
  return {
    url,
    pull_request_review_id: comment.reviewId,
    id: comment.id,
    node_id: nodeId('PullRequestReviewComment', comment.id),
    diff_hunk: comment.diffHunk,
    path: comment.path,
    commit_id: comment.commitSha,
    original_commit_id: comment.originalCommitSha,
    user: renderUser(world, author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: html,
    pull_request_url: pullApi(world, pull),
    author_association: associationOf(world, repo, author),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pullApi(world, pull) } },
    reactions: renderReactions(url, comment.reactions),
    start_line: null,
    original_start_line: null,
    start_side: null,
    line: comment.line,
    original_line: comment.line,
    side: comment.side,
    position: comment.line,
    original_position: comment.line,
    subject_type: comment.line === null ? 'file' : 'line',
    ...(comment.inReplyToId !== null && { in_reply_to_id: comment.inReplyToId }),
  };
}
