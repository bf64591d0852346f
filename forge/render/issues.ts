/** Issues and what hangs on them, as the REST interface shows them. */
import type { Comment, Issue, IssueEvent, Label, Milestone, Reaction } from '../model/entities.ts';
import { nodeId } from '../model/node-id.ts';
import { repoOf, type Json, type World } from '../model/world.ts';
import { associationOf } from '../rules/access.ts';
import { renderSimpleTeam, renderUser, renderUserId } from './accounts.ts';
import { renderApp } from './hooks.ts';
import { repoApi, repoWeb } from './repos.ts';

export function renderLabel(world: World, label: Label): Json {
  const repo = world.store.must('repos', label.repoId);
  return {
    id: label.id,
    node_id: nodeId('Label', label.id),
    url: `${repoApi(world, repo)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function renderMilestone(world: World, milestone: Milestone): Json {
  const repo = world.store.must('repos', milestone.repoId);
  const url = `${repoApi(world, repo)}/milestones/${milestone.number}`;
  const issues = world.store.of('issues', repo.id).filter((issue) => issue.milestoneId === milestone.id);
  return {
    url,
    html_url: `${repoWeb(world, repo)}/milestone/${milestone.number}`,
    labels_url: `${url}/labels`,
    id: milestone.id,
    node_id: nodeId('Milestone', milestone.id),
    number: milestone.number,
    title: milestone.title,
    description: milestone.description,
    creator: renderUserId(world, milestone.creatorId),
    open_issues: issues.filter((issue) => issue.state === 'open').length,
    closed_issues: issues.filter((issue) => issue.state === 'closed').length,
    state: milestone.state,
    created_at: milestone.createdAt,
    updated_at: milestone.updatedAt,
    due_on: milestone.dueOn,
    closed_at: milestone.closedAt,
  };
}

export function renderReactions(url: string, reactions: readonly Reaction[]): Json {
  const count = (content: string) => reactions.filter((one) => one.content === content).length;
  return {
    url: `${url}/reactions`,
    total_count: reactions.length,
    ...Object.fromEntries(
      ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'].map((name) => [name, count(name)]),
    ),
  };
}

export function renderReaction(world: World, reaction: Reaction): Json {
  return {
    id: reaction.id,
    node_id: nodeId('Reaction', reaction.id),
    user: renderUserId(world, reaction.userId),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

export function labelsOf(world: World, issue: Issue): Label[] {
  return issue.labels.map((id) => world.store.get('labels', id)).filter((label) => label !== undefined);
}

/** What issues and pull requests have in common. */
export function renderIssueCommon(world: World, issue: Issue): Json {
  const milestone = issue.milestoneId === null ? undefined : world.store.get('milestones', issue.milestoneId);
  const assignees = issue.assignees.map((id) => renderUserId(world, id)).filter((user) => user !== null);
  const author = world.store.must('accounts', issue.authorId);
  return {
    number: issue.number,
    title: issue.title,
    user: renderUser(world, author),
    labels: labelsOf(world, issue).map((label) => renderLabel(world, label)),
    state: issue.state,
    locked: issue.locked,
    active_lock_reason: issue.lockReason,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: milestone ? renderMilestone(world, milestone) : null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: associationOf(world, repoOf(world, issue), author),
    body: issue.body,
  };
}

export function issueApi(world: World, issue: Issue): string {
  return `${repoApi(world, repoOf(world, issue))}/issues/${issue.number}`;
}

export function issueWeb(world: World, issue: Issue): string {
  return `${repoWeb(world, repoOf(world, issue))}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`;
}

/** An issue, or a pull request where it is shown as an issue. */
export function renderIssue(world: World, issue: Issue): Json {
  const repo = repoOf(world, issue);
  const url = issueApi(world, issue);
  const pull = `${repoApi(world, repo)}/pulls/${issue.number}`;
  const html = issueWeb(world, issue);
  return {
    url,
    repository_url: repoApi(world, repo),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    id: issue.id,
    node_id: nodeId(issue.pull ? 'PullRequest' : 'Issue', issue.id),
    ...renderIssueCommon(world, issue),
    comments: world.store.of('comments', issue.id).length,
    ...(issue.pull && {
      draft: issue.pull.draft,
      pull_request: {
        url: pull,
        html_url: html,
        diff_url: `${html}.diff`,
        patch_url: `${html}.patch`,
        merged_at: issue.pull.mergedAt,
      },
    }),
    closed_by: renderUserId(world, issue.closedById),
    reactions: renderReactions(url, issue.reactions),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    state_reason: issue.stateReason,
  };
}

export function renderComment(world: World, comment: Comment): Json {
  const issue = world.store.must('issues', comment.issueId);
  const repo = repoOf(world, issue);
  const url = `${repoApi(world, repo)}/issues/comments/${comment.id}`;
  const author = world.store.must('accounts', comment.authorId);
  const app = comment.appId === null ? undefined : world.store.get('apps', comment.appId);
  return {
    url,
    html_url: `${issueWeb(world, issue)}#issuecomment-${comment.id}`,
    issue_url: issueApi(world, issue),
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    user: renderUser(world, author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(world, repo, author),
    body: comment.body,
    reactions: renderReactions(url, comment.reactions),
    performed_via_github_app: app ? renderApp(world, app) : null,
  };
}

export function renderIssueEvent(world: World, event: IssueEvent): Json {
  const repo = repoOf(world, world.store.must('issues', event.issueId));
  const team = event.teamId === undefined ? undefined : world.store.get('teams', event.teamId);
  return {
    id: event.id,
    node_id: nodeId('IssueEvent', event.id),
    url: `${repoApi(world, repo)}/issues/events/${event.id}`,
    actor: renderUserId(world, event.actorId),
    event: event.event,
    commit_id: event.commitSha ?? null,
    commit_url: event.commitSha ? `${repoApi(world, repo)}/commits/${event.commitSha}` : null,
    created_at: event.createdAt,
    performed_via_github_app: null,
    ...(event.label && { label: event.label }),
    ...(event.assigneeId !== undefined && {
      assignee: renderUserId(world, event.assigneeId),
      assigner: renderUserId(world, event.actorId),
    }),
    ...(event.milestoneTitle !== undefined && { milestone: { title: event.milestoneTitle } }),
    ...((event.reviewerId !== undefined || team) && { review_requester: renderUserId(world, event.actorId) }),
    ...(event.reviewerId !== undefined && { requested_reviewer: renderUserId(world, event.reviewerId) }),
    ...(team && { requested_team: renderSimpleTeam(world, team) }),
    ...(event.rename && { rename: event.rename }),
    ...(event.event === 'locked' && { lock_reason: event.lockReason ?? null }),
  };
}
