/** Issues, their comments, assignees, reactions and history. */
import { created, nothing, ok, type Call, type Operation } from '../api/operation.ts';
import type { Comment, Issue } from '../model/entities.ts';
import { ApiError, invalid, notFound } from '../model/errors.ts';
import { repoOf } from '../model/world.ts';
import { renderUser } from '../render/accounts.ts';
import { renderComment, renderIssue, renderIssueEvent, renderReaction } from '../render/issues.ts';
import { renderReview } from '../render/pulls.ts';
import { collaboratorsOf, covers } from '../rules/access.ts';
import {
  addAssignees,
  addComment,
  closeIssue,
  createIssue,
  deleteComment,
  editComment,
  editIssue,
  lockIssue,
  react,
  removeAssignees,
  reopenIssue,
  setAssignees,
  setLabels,
  setMilestone,
} from '../rules/issues.ts';
import { isCollaborator } from './collaborators.ts';

const repo = '/repos/{owner}/{repo}';
const one = `${repo}/issues/{issue_number}`;

/** Labels come as names or as objects with a name. */
export function labelNames(values: unknown): string[] {
  if (!Array.isArray(values)) throw invalid('Label', 'labels', 'invalid');
  return values.map((value: unknown) => {
    const name = typeof value === 'object' && value !== null ? (value as { name?: unknown }).name : value;
    if (typeof name !== 'string') throw invalid('Label', 'name', 'invalid');
    return name;
  });
}

/** The author may change title, body and state; others need the right to triage. */
function needAuthorOr(call: Call, issue: Issue, wanted: 'triage' | 'write'): void {
  if (issue.authorId !== call.actor().id) call.need(repoOf(call.world, issue), wanted);
}

function comment(call: Call): Comment {
  const repository = call.repo();
  const found = call.world.store.get('comments', call.id('comment_id'));
  const issue = found && call.world.store.get('issues', found.issueId);
  if (!found || issue?.repoId !== repository.id) throw notFound();
  return found;
}

/** A comment may be changed by its author and by those who may write. */
function needCommentAuthor(call: Call, authorId: number): void {
  if (authorId !== call.actor().id) call.repo('write');
}

const byUpdate = (call: Call, values: { createdAt: string; updatedAt: string; id: number }[], fallback = 'desc') => {
  const field = call.query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const sign = (call.query.get('direction') ?? fallback) === 'asc' ? 1 : -1;
  const since = call.query.get('since');
  return values
    .filter((value) => since === null || Date.parse(value.updatedAt) >= Date.parse(since))
    .sort((a, b) => sign * (a[field] === b[field] ? a.id - b.id : a[field] < b[field] ? -1 : 1));
};

/** Issues of a list by the query: state, labels, assignee, creator, milestone, since. */
export function filterIssues(call: Call, issues: Issue[]): Issue[] {
  const { query, world } = call;
  const state = query.get('state') ?? 'open';
  const labels = (query.get('labels') ?? '').split(',').filter((name) => name !== '');
  const login = (name: string) => world.store.account(query.get(name) ?? '')?.id ?? -1;
  const creator = query.get('creator');
  const assignee = query.get('assignee');
  const milestone = query.get('milestone');
  const found = issues.filter((issue) => {
    const names = issue.labels.map((id) => world.store.get('labels', id)?.name.toLowerCase());
    const number = issue.milestoneId === null ? undefined : world.store.get('milestones', issue.milestoneId)?.number;
    return (
      (state === 'all' || issue.state === state) &&
      labels.every((name) => names.includes(name.toLowerCase())) &&
      (creator === null || issue.authorId === login('creator')) &&
      (assignee === null ||
        (assignee === 'none'
          ? issue.assignees.length === 0
          : assignee === '*'
            ? issue.assignees.length > 0
            : issue.assignees.includes(login('assignee')))) &&
      (milestone === null ||
        (milestone === 'none'
          ? number === undefined
          : milestone === '*'
            ? number !== undefined
            : number === Number(milestone)))
    );
  });
  return byUpdate(call, found) as Issue[];
}

const reactionContents = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;

function reactTo(call: Call, kind: 'issues' | 'comments' | 'reviewComments', on: Issue | Comment) {
  const content = call.body('Reaction').oneOf('content', reactionContents);
  if (content === undefined) throw invalid('Reaction', 'content', 'missing_field');
  const [reaction, isNew] = react(call.world, on, call.actor(), content);
  call.world.store.save(kind, on);
  return { status: isNew ? 201 : 200, body: renderReaction(call.world, reaction) };
}

export const issueOperations: Operation[] = [
  {
    id: 'issues/list-for-repo',
    method: 'GET',
    path: `${repo}/issues`,
    handle: (call) =>
      call.page(filterIssues(call, call.world.store.of('issues', call.repo().id)), (issue) =>
        renderIssue(call.world, issue),
      ),
  },
  {
    id: 'issues/create',
    method: 'POST',
    path: `${repo}/issues`,
    handle: async (call) => {
      const repository = call.repo();
      const author = call.actor();
      const body = call.body('Issue');
      const title = body.needText('title');
      // Others' labels, assignees and milestone are left out without a word, as on GitHub.
      const may = covers(call.permission(repository), 'triage');
      const assignees =
        body.texts('assignees') ?? (body.text('assignee') === undefined ? [] : [body.needText('assignee')]);
      const issue = await createIssue(call.world, repository, author, {
        title,
        body: body.text('body') ?? null,
        labels: may && body.has('labels') ? labelNames(body.values['labels']) : [],
        assignees: may ? assignees : [],
        milestone: may ? (body.number('milestone') ?? null) : null,
      });
      const answer = renderIssue(call.world, issue);
      return created(answer, answer['url']);
    },
  },
  { id: 'issues/get', method: 'GET', path: one, handle: (call) => ok(renderIssue(call.world, call.issue())) },
  {
    id: 'issues/update',
    method: 'PATCH',
    path: one,
    handle: async (call) => {
      const issue = call.issue();
      const actor = call.actor();
      const body = call.body('Issue');
      const { world } = call;
      const state = body.oneOf('state', ['open', 'closed']);
      const reason = body.oneOf('state_reason', ['completed', 'not_planned', 'reopened', 'duplicate']);
      needAuthorOr(call, issue, 'triage');
      if (['labels', 'assignees', 'milestone'].some((name) => body.has(name))) call.repo('triage');
      const title = body.text('title');
      if (title?.trim() === '') throw invalid('Issue', 'title', 'missing_field');
      await editIssue(world, issue, actor, { title, body: body.textOrNull('body') });
      if (body.has('labels')) await setLabels(world, issue, actor, labelNames(body.values['labels'] ?? []));
      const assignees = body.texts('assignees');
      if (assignees) await setAssignees(world, issue, actor, assignees);
      if (body.has('milestone')) await setMilestone(world, issue, actor, body.number('milestone') ?? null);
      if (state === 'closed')
        await closeIssue(world, issue, actor, reason === 'not_planned' ? 'not_planned' : 'completed');
      if (state === 'open') await reopenIssue(world, issue, actor);
      return ok(renderIssue(world, issue));
    },
  },
  {
    id: 'issues/list-comments',
    method: 'GET',
    path: `${one}/comments`,
    handle: (call) => {
      const since = call.query.get('since');
      const all = call.world.store.of('comments', call.issue().id);
      const wanted = all.filter((each) => since === null || Date.parse(each.updatedAt) >= Date.parse(since));
      return call.page(wanted, (each) => renderComment(call.world, each));
    },
  },
  {
    id: 'issues/create-comment',
    method: 'POST',
    path: `${one}/comments`,
    handle: async (call) => {
      const issue = call.issue();
      const author = call.actor();
      const text = call.body('IssueComment').needText('body');
      if (issue.locked && !covers(call.permission(call.repo()), 'write')) {
        throw new ApiError(403, 'Unable to create comment because issue is locked.');
      }
      if (text.length > 65_536) {
        throw invalid('IssueComment', 'body', 'custom', 'body is too long (maximum is 65536 characters)');
      }
      const answer = renderComment(
        call.world,
        await addComment(call.world, issue, author, text, call.identity.app?.id ?? null),
      );
      return created(answer, answer['url']);
    },
  },
  {
    id: 'issues/list-comments-for-repo',
    method: 'GET',
    path: `${repo}/issues/comments`,
    handle: (call) => {
      const { store } = call.world;
      const all = store.of('issues', call.repo().id).flatMap((issue) => store.of('comments', issue.id));
      return call.page(byUpdate(call, all, 'asc') as Comment[], (each) => renderComment(call.world, each));
    },
  },
  {
    id: 'issues/get-comment',
    method: 'GET',
    path: `${repo}/issues/comments/{comment_id}`,
    handle: (call) => ok(renderComment(call.world, comment(call))),
  },
  {
    id: 'issues/update-comment',
    method: 'PATCH',
    path: `${repo}/issues/comments/{comment_id}`,
    handle: async (call) => {
      const found = comment(call);
      needCommentAuthor(call, found.authorId);
      await editComment(call.world, found, call.actor(), call.body('IssueComment').needText('body'));
      return ok(renderComment(call.world, found));
    },
  },
  {
    id: 'issues/delete-comment',
    method: 'DELETE',
    path: `${repo}/issues/comments/{comment_id}`,
    handle: async (call) => {
      const found = comment(call);
      needCommentAuthor(call, found.authorId);
      await deleteComment(call.world, found, call.actor());
      return nothing;
    },
  },
  {
    id: 'issues/list-assignees',
    method: 'GET',
    path: `${repo}/assignees`,
    handle: (call) => call.page(collaboratorsOf(call.world, call.repo()), ({ user }) => renderUser(call.world, user)),
  },
  {
    id: 'issues/check-user-can-be-assigned',
    method: 'GET',
    path: `${repo}/assignees/{assignee}`,
    handle: (call) => {
      if (!isCollaborator(call, call.repo(), call.user('assignee'))) throw notFound();
      return nothing;
    },
  },
  ...(['add', 'remove'] as const).map((verb): Operation => ({
    id: `issues/${verb}-assignees`,
    method: verb === 'add' ? 'POST' : 'DELETE',
    path: `${one}/assignees`,
    handle: async (call) => {
      const issue = call.issue('triage');
      const logins = call.body('Issue').texts('assignees') ?? [];
      await (verb === 'add' ? addAssignees : removeAssignees)(call.world, issue, call.actor(), logins);
      return verb === 'add' ? created(renderIssue(call.world, issue)) : ok(renderIssue(call.world, issue));
    },
  })),
  {
    id: 'issues/lock',
    method: 'PUT',
    path: `${one}/lock`,
    handle: async (call) => {
      const reason = call.body('Issue').text('lock_reason') ?? null;
      await lockIssue(call.world, call.issue('triage'), call.actor(), true, reason);
      return nothing;
    },
  },
  {
    id: 'issues/unlock',
    method: 'DELETE',
    path: `${one}/lock`,
    handle: async (call) => {
      await lockIssue(call.world, call.issue('triage'), call.actor(), false);
      return nothing;
    },
  },
  {
    id: 'issues/list-events',
    method: 'GET',
    path: `${one}/events`,
    handle: (call) =>
      call.page(call.world.store.of('issueEvents', call.issue().id), (event) => renderIssueEvent(call.world, event)),
  },
  {
    id: 'issues/list-events-for-timeline',
    method: 'GET',
    path: `${one}/timeline`,
    handle: (call) => {
      const issue = call.issue();
      const { world } = call;
      const lines = [
        ...world.store
          .of('issueEvents', issue.id)
          .map((event) => ({ id: event.id, body: () => renderIssueEvent(world, event) })),
        ...world.store.of('comments', issue.id).map((each) => ({
          id: each.id,
          body: () => {
            const shown = renderComment(world, each);
            return { ...shown, event: 'commented', actor: shown['user'] };
          },
        })),
        ...world.store
          .of('reviews', issue.id)
          .filter((review) => review.state !== 'PENDING')
          .map((review) => ({ id: review.id, body: () => ({ ...renderReview(world, review), event: 'reviewed' }) })),
      ].sort((a, b) => a.id - b.id);
      return call.page(lines, (line) => line.body());
    },
  },
  {
    id: 'reactions/list-for-issue',
    method: 'GET',
    path: `${one}/reactions`,
    handle: (call) => call.page(call.issue().reactions, (reaction) => renderReaction(call.world, reaction)),
  },
  {
    id: 'reactions/create-for-issue',
    method: 'POST',
    path: `${one}/reactions`,
    handle: (call) => reactTo(call, 'issues', call.issue()),
  },
  {
    id: 'reactions/list-for-issue-comment',
    method: 'GET',
    path: `${repo}/issues/comments/{comment_id}/reactions`,
    handle: (call) => call.page(comment(call).reactions, (reaction) => renderReaction(call.world, reaction)),
  },
  {
    id: 'reactions/create-for-issue-comment',
    method: 'POST',
    path: `${repo}/issues/comments/{comment_id}/reactions`,
    handle: (call) => reactTo(call, 'comments', comment(call)),
  },
];
