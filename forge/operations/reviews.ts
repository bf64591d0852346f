/** Reviews of pull requests and comments on their lines. */
import { created, nothing, ok, type Call, type Operation } from '../api/operation.ts';
import { changedFiles } from '../git/diff.ts';
import type { PullRequest, Review, ReviewComment } from '../model/entities.ts';
import { ApiError, invalid, notFound } from '../model/errors.ts';
import { isPull, repoOf } from '../model/world.ts';
import { renderReview, renderReviewComment } from '../render/pulls.ts';
import { pullRange } from '../rules/pull-range.ts';
import {
  addReviewComment,
  deleteReviewComment,
  dismissReview,
  editReview,
  editReviewComment,
  startReview,
  submitReview,
  type ReviewVerdict,
} from '../rules/reviews.ts';

const repo = '/repos/{owner}/{repo}';
const one = `${repo}/pulls/{pull_number}`;
const reviews = `${one}/reviews`;
const verdicts: readonly ReviewVerdict[] = ['APPROVE', 'REQUEST_CHANGES', 'COMMENT'];

function review(call: Call): Review {
  const pull = call.pull();
  const found = call.world.store.get('reviews', call.id('review_id'));
  if (found?.issueId !== pull.id) throw notFound();
  return found;
}

function lineComment(call: Call): ReviewComment {
  const { id } = call.repo();
  const found = call.world.store.get('reviewComments', call.id('comment_id'));
  const pull = found && call.world.store.get('issues', found.issueId);
  if (!found || pull?.repoId !== id) throw notFound();
  return found;
}

/** The part of the patch that leads to a line. */
async function hunkOf(call: Call, pull: PullRequest, path: string, line: number | null): Promise<string> {
  const { base, head } = await pullRange(call.world, pull);
  const files = await changedFiles(call.world.repositories.of(repoOf(call.world, pull)), base, head);
  const file = files.find((each) => each.filename === path);
  if (!file) throw invalid('PullRequestReviewComment', 'path', 'invalid');
  const hunks = (file.patch ?? '').split(/^(?=@@ )/m);
  const holds = (hunk: string) => {
    const [, start, count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(hunk) ?? [];
    return line !== null && line >= Number(start) && line < Number(start) + Number(count);
  };
  return hunks.find(holds) ?? hunks[0] ?? '';
}

export const reviewOperations: Operation[] = [
  {
    id: 'pulls/list-reviews',
    method: 'GET',
    path: reviews,
    handle: (call) => {
      const all = call.world.store.of('reviews', call.pull().id);
      const mine = call.identity.account?.id;
      const visible = all.filter((each) => each.state !== 'PENDING' || each.authorId === mine);
      return call.page(visible, (each) => renderReview(call.world, each));
    },
  },
  {
    id: 'pulls/create-review',
    method: 'POST',
    path: reviews,
    handle: async (call) => {
      const pull = call.pull();
      const actor = call.actor();
      const body = call.body('PullRequestReview');
      const verdict = body.oneOf('event', verdicts);
      const text = body.text('body') ?? '';
      const comments = body.objects('comments') ?? [];
      if (verdict !== undefined && verdict !== 'APPROVE' && text === '' && comments.length === 0) {
        throw invalid('PullRequestReview', 'body', 'missing_field');
      }
      if (verdict !== undefined && verdict !== 'COMMENT' && pull.authorId === actor.id) {
        const what = verdict === 'APPROVE' ? 'approve' : 'request changes on';
        throw new ApiError(422, `Can not ${what} your own pull request`);
      }
      const wanted = await Promise.all(
        comments.map(async (each) => {
          const path = each.needText('path');
          const line = each.number('line') ?? each.number('position') ?? null;
          return { path, line, body: each.needText('body'), diffHunk: await hunkOf(call, pull, path, line) };
        }),
      );
      const made = startReview(call.world, pull, actor, text, body.text('commit_id') ?? pull.pull.headSha);
      for (const each of wanted) addReviewComment(call.world, pull, actor, { ...each, reviewId: made.id });
      if (verdict !== undefined) await submitReview(call.world, made, actor, verdict);
      return ok(renderReview(call.world, made));
    },
  },
  {
    id: 'pulls/get-review',
    method: 'GET',
    path: `${reviews}/{review_id}`,
    handle: (call) => ok(renderReview(call.world, review(call))),
  },
  {
    id: 'pulls/update-review',
    method: 'PUT',
    path: `${reviews}/{review_id}`,
    handle: async (call) => {
      const found = review(call);
      if (found.authorId !== call.actor().id) call.repo('write');
      await editReview(call.world, found, call.actor(), call.body('PullRequestReview').needText('body'));
      return ok(renderReview(call.world, found));
    },
  },
  {
    id: 'pulls/delete-pending-review',
    method: 'DELETE',
    path: `${reviews}/{review_id}`,
    handle: (call) => {
      const found = review(call);
      if (found.authorId !== call.actor().id) throw notFound();
      if (found.state !== 'PENDING') throw new ApiError(422, 'Can not delete a non-pending pull request review');
      call.world.store.remove('reviews', found.id);
      return ok(renderReview(call.world, found));
    },
  },
  {
    id: 'pulls/submit-review',
    method: 'POST',
    path: `${reviews}/{review_id}/events`,
    handle: async (call) => {
      const found = review(call);
      if (found.authorId !== call.actor().id) throw notFound();
      if (found.state !== 'PENDING') throw new ApiError(422, 'This review has already been submitted');
      const body = call.body('PullRequestReview');
      const verdict = body.oneOf('event', verdicts);
      if (verdict === undefined) throw invalid('PullRequestReview', 'event', 'missing_field');
      found.body = body.text('body') ?? found.body;
      await submitReview(call.world, found, call.actor(), verdict);
      return ok(renderReview(call.world, found));
    },
  },
  {
    id: 'pulls/dismiss-review',
    method: 'PUT',
    path: `${reviews}/{review_id}/dismissals`,
    handle: async (call) => {
      const found = review(call);
      call.repo('write');
      call.body('PullRequestReview').needText('message');
      if (found.state !== 'APPROVED' && found.state !== 'CHANGES_REQUESTED') {
        throw new ApiError(422, 'Can not dismiss a commented pull request review');
      }
      await dismissReview(call.world, found, call.actor());
      return ok(renderReview(call.world, found));
    },
  },
  {
    id: 'pulls/list-comments-for-review',
    method: 'GET',
    path: `${reviews}/{review_id}/comments`,
    handle: (call) => {
      const found = review(call);
      const comments = call.world.store
        .of('reviewComments', found.issueId)
        .filter((each) => each.reviewId === found.id);
      return call.page(comments, (each) => renderReviewComment(call.world, each));
    },
  },
  {
    id: 'pulls/list-review-comments',
    method: 'GET',
    path: `${one}/comments`,
    handle: (call) =>
      call.page(call.world.store.of('reviewComments', call.pull().id), (each) => renderReviewComment(call.world, each)),
  },
  {
    id: 'pulls/create-review-comment',
    method: 'POST',
    path: `${one}/comments`,
    handle: async (call) => {
      const pull = call.pull();
      const actor = call.actor();
      const body = call.body('PullRequestReviewComment');
      const text = body.needText('body');
      const replyTo = body.number('in_reply_to');
      if (replyTo !== undefined) return await reply(call, pull, replyTo, text);
      const path = body.needText('path');
      const line = body.number('line') ?? body.number('position') ?? null;
      const diffHunk = await hunkOf(call, pull, path, line);
      const made = startReview(call.world, pull, actor, '', body.text('commit_id') ?? pull.pull.headSha);
      const comment = addReviewComment(call.world, pull, actor, {
        path,
        line,
        body: text,
        diffHunk,
        reviewId: made.id,
      });
      await submitReview(call.world, made, actor, 'COMMENT');
      const answer = renderReviewComment(call.world, comment);
      return created(answer, answer['url']);
    },
  },
  {
    id: 'pulls/create-reply-for-review-comment',
    method: 'POST',
    path: `${one}/comments/{comment_id}/replies`,
    handle: async (call) =>
      await reply(call, call.pull(), call.id('comment_id'), call.body('PullRequestReviewComment').needText('body')),
  },
  {
    id: 'pulls/list-review-comments-for-repo',
    method: 'GET',
    path: `${repo}/pulls/comments`,
    handle: (call) => {
      const { store } = call.world;
      const pulls = store.of('issues', call.repo().id).filter(isPull);
      const all = pulls.flatMap((pull) => store.of('reviewComments', pull.id));
      return call.page(all, (each) => renderReviewComment(call.world, each));
    },
  },
  {
    id: 'pulls/get-review-comment',
    method: 'GET',
    path: `${repo}/pulls/comments/{comment_id}`,
    handle: (call) => ok(renderReviewComment(call.world, lineComment(call))),
  },
  {
    id: 'pulls/update-review-comment',
    method: 'PATCH',
    path: `${repo}/pulls/comments/{comment_id}`,
    handle: async (call) => {
      const found = lineComment(call);
      if (found.authorId !== call.actor().id) call.repo('write');
      await editReviewComment(call.world, found, call.actor(), call.body('PullRequestReviewComment').needText('body'));
      return ok(renderReviewComment(call.world, found));
    },
  },
  {
    id: 'pulls/delete-review-comment',
    method: 'DELETE',
    path: `${repo}/pulls/comments/{comment_id}`,
    handle: async (call) => {
      const found = lineComment(call);
      if (found.authorId !== call.actor().id) call.repo('write');
      await deleteReviewComment(call.world, found, call.actor());
      return nothing;
    },
  },
];

async function reply(call: Call, pull: PullRequest, to: number, body: string) {
  const actor = call.actor();
  const first = call.world.store.get('reviewComments', to);
  if (first?.issueId !== pull.id) throw notFound();
  const made = startReview(call.world, pull, actor, '', pull.pull.headSha);
  const { path, line, diffHunk } = first;
  const inReplyToId = first.inReplyToId ?? first.id;
  const comment = addReviewComment(call.world, pull, actor, {
    path,
    line,
    body,
    diffHunk,
    reviewId: made.id,
    inReplyToId,
  });
  await submitReview(call.world, made, actor, 'COMMENT');
  const answer = renderReviewComment(call.world, comment);
  return created(answer, answer['url']);
}
