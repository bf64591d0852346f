/** Reviews: begun, submitted, dismissed; comments on lines belong to one. */
import type { Account, PullRequest, Review, ReviewComment } from '../model/entities.ts';
import { repoOf, type Json, type World } from '../model/world.ts';
import { renderReview, renderReviewComment, renderSimplePull } from '../render/pulls.ts';
import { touch } from './issues.ts';

export type ReviewVerdict = 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';

const pullOf = (world: World, part: { issueId: number }) => world.store.must('issues', part.issueId) as PullRequest;

async function tellReview(world: World, review: Review, sender: Account, action: string, extra: Json = {}) {
  const pull = pullOf(world, review);
  await world.tell({
    event: 'pull_request_review',
    action,
    repo: repoOf(world, pull),
    sender,
    // Here, and only here, GitHub writes the state in lower case.
    payload: () => ({
      review: { ...renderReview(world, review), state: review.state.toLowerCase(), submitted_at: review.submittedAt },
      pull_request: renderSimplePull(world, pull),
      ...extra,
    }),
  });
}

async function tellLineComment(
  world: World,
  comment: ReviewComment,
  sender: Account,
  action: string,
  extra: Json = {},
) {
  const pull = pullOf(world, comment);
  await world.tell({
    event: 'pull_request_review_comment',
    action,
    repo: repoOf(world, pull),
    sender,
    payload: () => ({
      comment: renderReviewComment(world, comment),
      pull_request: renderSimplePull(world, pull),
      ...extra,
    }),
  });
}

/** A review that only its author sees until it is submitted. */
export function startReview(world: World, pull: PullRequest, author: Account, body: string, commitSha: string): Review {
  return world.store.save('reviews', {
    id: world.store.nextId(),
    issueId: pull.id,
    authorId: author.id,
    body,
    state: 'PENDING',
    commitSha,
    submittedAt: null,
  });
}

/** Takes the reviewer off the list of those who were asked, and tells the review and then each of its comments. */
export async function submitReview(
  world: World,
  review: Review,
  actor: Account,
  verdict: ReviewVerdict,
): Promise<void> {
  const pull = pullOf(world, review);
  review.state = ({ APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const)[
    verdict
  ];
  review.submittedAt = world.now();
  world.store.save('reviews', review);
  pull.pull.requestedReviewers = pull.pull.requestedReviewers.filter((id) => id !== actor.id);
  touch(world, pull);
  await tellReview(world, review, actor, 'submitted');
  for (const comment of world.store.of('reviewComments', pull.id)) {
    if (comment.reviewId === review.id) await tellLineComment(world, comment, actor, 'created');
  }
}

export async function editReview(world: World, review: Review, actor: Account, body: string): Promise<void> {
  const from = review.body;
  review.body = body;
  world.store.save('reviews', review);
  if (review.state !== 'PENDING') await tellReview(world, review, actor, 'edited', { changes: { body: { from } } });
}

export async function dismissReview(world: World, review: Review, actor: Account): Promise<void> {
  review.state = 'DISMISSED';
  world.store.save('reviews', review);
  await tellReview(world, review, actor, 'dismissed');
}

/** Told when its review is submitted. */
export function addReviewComment(
  world: World,
  pull: PullRequest,
  author: Account,
  part: Pick<ReviewComment, 'path' | 'line' | 'body' | 'diffHunk' | 'reviewId'> & { inReplyToId?: number },
): ReviewComment {
  const now = world.now();
  return world.store.save('reviewComments', {
    id: world.store.nextId(),
    issueId: pull.id,
    authorId: author.id,
    side: 'RIGHT',
    commitSha: pull.pull.headSha,
    originalCommitSha: pull.pull.headSha,
    inReplyToId: null,
    reactions: [],
    createdAt: now,
    updatedAt: now,
    ...part,
  });
}

export async function editReviewComment(
  world: World,
  comment: ReviewComment,
  actor: Account,
  body: string,
): Promise<void> {
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = world.now();
  world.store.save('reviewComments', comment);
  await tellLineComment(world, comment, actor, 'edited', { changes: { body: { from } } });
}

export async function deleteReviewComment(world: World, comment: ReviewComment, actor: Account): Promise<void> {
  world.store.remove('reviewComments', comment.id);
  await tellLineComment(world, comment, actor, 'deleted');
}
