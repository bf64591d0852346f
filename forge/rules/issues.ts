/** What happens to issues, and to pull requests where they are like issues: each change is kept, noted and told. */
import type { Account, Comment, Issue, IssueEvent, Label, Milestone, Reaction, Repo } from '../model/entities.ts';
import { ApiError, invalid } from '../model/errors.ts';
import { isPull, repoOf, type Json, type World } from '../model/world.ts';
import { renderUser } from '../render/accounts.ts';
import { labelsOf, renderComment, renderIssue, renderLabel, renderMilestone } from '../render/issues.ts';
import { renderPull } from '../render/pulls.ts';

/** Tells `issues` or `pull_request`, whichever it is. */
export async function tellIssue(
  world: World,
  issue: Issue,
  sender: Account,
  action: string,
  extra: Json = {},
): Promise<void> {
  await world.tell({
    event: isPull(issue) ? 'pull_request' : 'issues',
    action,
    repo: repoOf(world, issue),
    sender,
    payload: async () =>
      isPull(issue)
        ? { number: issue.number, pull_request: await renderPull(world, issue), ...extra }
        : { issue: renderIssue(world, issue), ...extra },
  });
}

/** Writes a line into an issue's history. */
export function note(world: World, issue: Issue, actor: Account, event: string, more: Partial<IssueEvent> = {}): void {
  const { store } = world;
  store.save('issueEvents', {
    id: store.nextId(),
    issueId: issue.id,
    event,
    actorId: actor.id,
    createdAt: world.now(),
    ...more,
  });
}

export function touch(world: World, issue: Issue): void {
  issue.updatedAt = world.now();
  world.store.save('issues', issue);
}

export interface NewIssue {
  title: string;
  body: string | null;
  labels?: readonly string[];
  assignees?: readonly string[];
  milestone?: number | null;
}

/** A thing with the next number of its repository, not kept yet. */
export function draftIssue(world: World, repo: Repo, author: Account, title: string, body: string | null): Issue {
  const number = repo.nextNumber;
  repo.nextNumber += 1;
  world.store.save('repos', repo);
  const now = world.now();
  return {
    id: world.store.nextId(),
    repoId: repo.id,
    number,
    title,
    body,
    authorId: author.id,
    state: 'open',
    stateReason: null,
    labels: [],
    assignees: [],
    milestoneId: null,
    locked: false,
    lockReason: null,
    pinned: false,
    reactions: [],
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedById: null,
    pull: null,
  };
}

export async function createIssue(world: World, repo: Repo, author: Account, wanted: NewIssue): Promise<Issue> {
  const issue = world.store.save('issues', draftIssue(world, repo, author, wanted.title, wanted.body));
  // GitHub tells `opened` with everything in it, and then each label and assignee by itself.
  const labels = (wanted.labels ?? []).map((name) => labelNamed(world, repo, author, name));
  issue.labels = [...new Set(labels.map((label) => label.id))];
  issue.assignees = assignable(world, wanted.assignees ?? []).map((user) => user.id);
  if (typeof wanted.milestone === 'number') issue.milestoneId = milestoneNumbered(world, repo, wanted.milestone).id;
  world.store.save('issues', issue);
  await tellIssue(world, issue, author, 'opened');
  for (const label of labels) await noteLabel(world, issue, author, 'labeled', label);
  for (const id of issue.assignees)
    await noteAssignee(world, issue, author, 'assigned', world.store.must('accounts', id));
  return issue;
}

/** Title and body; one `edited` for both. */
export async function editIssue(
  world: World,
  issue: Issue,
  actor: Account,
  wanted: {
    title?: string | undefined;
    body?: string | null | undefined;
    base?: { from: { ref: string; sha: string } };
  },
): Promise<void> {
  const changes: Json = {};
  if (wanted.title !== undefined && wanted.title !== issue.title) {
    changes['title'] = { from: issue.title };
    note(world, issue, actor, 'renamed', { rename: { from: issue.title, to: wanted.title } });
    issue.title = wanted.title;
  }
  if (wanted.body !== undefined && wanted.body !== issue.body) {
    changes['body'] = { from: issue.body ?? '' };
    issue.body = wanted.body;
  }
  if (wanted.base) {
    changes['base'] = { ref: { from: wanted.base.from.ref }, sha: { from: wanted.base.from.sha } };
  }
  if (Object.keys(changes).length === 0) return;
  touch(world, issue);
  await tellIssue(world, issue, actor, 'edited', { changes });
}

export async function closeIssue(
  world: World,
  issue: Issue,
  actor: Account,
  reason: Issue['stateReason'] = 'completed',
): Promise<void> {
  if (issue.state === 'closed') return;
  issue.state = 'closed';
  issue.stateReason = issue.pull ? null : reason;
  issue.closedAt = world.now();
  issue.closedById = actor.id;
  note(world, issue, actor, 'closed');
  touch(world, issue);
  await tellIssue(world, issue, actor, 'closed');
}

export async function reopenIssue(world: World, issue: Issue, actor: Account): Promise<void> {
  if (issue.state === 'open') return;
  if (issue.pull?.mergedAt)
    throw invalid('PullRequest', 'state', 'invalid', 'A merged pull request cannot be reopened.');
  issue.state = 'open';
  issue.stateReason = issue.pull ? null : 'reopened';
  issue.closedAt = null;
  issue.closedById = null;
  note(world, issue, actor, 'reopened');
  touch(world, issue);
  await tellIssue(world, issue, actor, 'reopened');
}

export function findLabel(world: World, repo: Repo, name: string): Label | undefined {
  return world.store.of('labels', repo.id).find((label) => label.name.toLowerCase() === name.toLowerCase());
}

/** GitHub makes labels that are added to an issue and do not exist. */
function labelNamed(world: World, repo: Repo, actor: Account, name: string): Label {
  return findLabel(world, repo, name) ?? createLabel(world, repo, actor, { name, color: 'ededed', description: null });
}

export function createLabel(
  world: World,
  repo: Repo,
  sender: Account,
  { name, color, description }: Pick<Label, 'name' | 'color' | 'description'>,
): Label {
  if (name.trim() === '' || name.length > 50) throw invalid('Label', 'name', 'invalid');
  if (findLabel(world, repo, name)) throw invalid('Label', 'name', 'already_exists');
  const label = world.store.save('labels', { id: world.store.nextId(), repoId: repo.id, name, color, description });
  // Told in the background: nothing that follows depends on who hears of it.
  void world.tell({
    event: 'label',
    action: 'created',
    repo,
    sender,
    payload: () => ({ label: renderLabel(world, label) }),
  });
  return label;
}

async function noteLabel(world: World, issue: Issue, actor: Account, action: 'labeled' | 'unlabeled', label: Label) {
  note(world, issue, actor, action, { label: { name: label.name, color: label.color } });
  await tellIssue(world, issue, actor, action, { label: renderLabel(world, label) });
}

export async function addLabels(world: World, issue: Issue, actor: Account, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const label = labelNamed(world, repoOf(world, issue), actor, name);
    if (issue.labels.includes(label.id)) continue;
    issue.labels.push(label.id);
    touch(world, issue);
    await noteLabel(world, issue, actor, 'labeled', label);
  }
}

/** Rejects with 404 if the issue does not have it. */
export async function removeLabel(world: World, issue: Issue, actor: Account, name: string): Promise<void> {
  const label = labelsOf(world, issue).find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!label) throw new ApiError(404, 'Label does not exist');
  issue.labels = issue.labels.filter((id) => id !== label.id);
  touch(world, issue);
  await noteLabel(world, issue, actor, 'unlabeled', label);
}

export async function setLabels(world: World, issue: Issue, actor: Account, names: readonly string[]): Promise<void> {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  for (const label of labelsOf(world, issue)) {
    if (!wanted.has(label.name.toLowerCase())) await removeLabel(world, issue, actor, label.name);
  }
  await addLabels(world, issue, actor, names);
}

/** Accounts by login. Names that nobody has are left out, as GitHub leaves them out. */
function assignable(world: World, logins: readonly string[]): Account[] {
  const users = logins.map((login) => world.store.account(login)).filter((user) => user !== undefined);
  return users.filter((user, index) => user.type !== 'Organization' && users.indexOf(user) === index);
}

async function noteAssignee(
  world: World,
  issue: Issue,
  actor: Account,
  action: 'assigned' | 'unassigned',
  user: Account,
) {
  note(world, issue, actor, action, { assigneeId: user.id });
  await tellIssue(world, issue, actor, action, { assignee: renderUser(world, user) });
}

export async function addAssignees(
  world: World,
  issue: Issue,
  actor: Account,
  logins: readonly string[],
): Promise<void> {
  for (const user of assignable(world, logins)) {
    if (issue.assignees.includes(user.id) || issue.assignees.length >= 10) continue;
    issue.assignees.push(user.id);
    touch(world, issue);
    await noteAssignee(world, issue, actor, 'assigned', user);
  }
}

export async function removeAssignees(
  world: World,
  issue: Issue,
  actor: Account,
  logins: readonly string[],
): Promise<void> {
  for (const user of assignable(world, logins)) {
    if (!issue.assignees.includes(user.id)) continue;
    issue.assignees = issue.assignees.filter((id) => id !== user.id);
    touch(world, issue);
    await noteAssignee(world, issue, actor, 'unassigned', user);
  }
}

export async function setAssignees(
  world: World,
  issue: Issue,
  actor: Account,
  logins: readonly string[],
): Promise<void> {
  const wanted = new Set(assignable(world, logins).map((user) => user.id));
  const gone = issue.assignees.filter((id) => !wanted.has(id)).map((id) => world.store.must('accounts', id).login);
  await removeAssignees(world, issue, actor, gone);
  await addAssignees(world, issue, actor, logins);
}

export function milestoneNumbered(world: World, repo: Repo, number: number): Milestone {
  const found = world.store.of('milestones', repo.id).find((one) => one.number === number);
  if (!found) throw invalid('Issue', 'milestone', 'invalid');
  return found;
}

export async function setMilestone(world: World, issue: Issue, actor: Account, number: number | null): Promise<void> {
  const wanted = number === null ? null : milestoneNumbered(world, repoOf(world, issue), number);
  if ((wanted?.id ?? null) === issue.milestoneId) return;
  const before = issue.milestoneId === null ? undefined : world.store.get('milestones', issue.milestoneId);
  for (const [milestone, id, action] of [
    [before, null, 'demilestoned'],
    [wanted, wanted?.id ?? null, 'milestoned'],
  ] as const) {
    if (!milestone) continue;
    issue.milestoneId = id;
    note(world, issue, actor, action, { milestoneTitle: milestone.title });
    touch(world, issue);
    await tellIssue(world, issue, actor, action, { milestone: renderMilestone(world, milestone) });
  }
}

export async function lockIssue(
  world: World,
  issue: Issue,
  actor: Account,
  locked: boolean,
  reason: string | null = null,
) {
  if (issue.locked === locked) return;
  issue.locked = locked;
  issue.lockReason = locked ? reason : null;
  note(world, issue, actor, locked ? 'locked' : 'unlocked', locked ? { lockReason: reason } : {});
  touch(world, issue);
  await tellIssue(world, issue, actor, locked ? 'locked' : 'unlocked');
}

async function tellComment(world: World, comment: Comment, sender: Account, action: string, extra: Json = {}) {
  const issue = world.store.must('issues', comment.issueId);
  await world.tell({
    event: 'issue_comment',
    action,
    repo: repoOf(world, issue),
    sender,
    payload: () => ({ issue: renderIssue(world, issue), comment: renderComment(world, comment), ...extra }),
  });
}

/** @param appId the App that writes it */
export async function addComment(
  world: World,
  issue: Issue,
  author: Account,
  body: string,
  appId: number | null = null,
): Promise<Comment> {
  const now = world.now();
  const comment = world.store.save('comments', {
    id: world.store.nextId(),
    issueId: issue.id,
    authorId: author.id,
    body,
    appId,
    reactions: [],
    createdAt: now,
    updatedAt: now,
  });
  touch(world, issue);
  await tellComment(world, comment, author, 'created');
  return comment;
}

export async function editComment(world: World, comment: Comment, actor: Account, body: string): Promise<void> {
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = world.now();
  world.store.save('comments', comment);
  await tellComment(world, comment, actor, 'edited', { changes: from === body ? {} : { body: { from } } });
}

export async function deleteComment(world: World, comment: Comment, actor: Account): Promise<void> {
  world.store.remove('comments', comment.id);
  await tellComment(world, comment, actor, 'deleted');
}

/** The same reaction of the same person is there once. Answers it and whether it is new. */
export function react(
  world: World,
  on: { reactions: Reaction[] },
  user: Account,
  content: string,
): [Reaction, boolean] {
  const found = on.reactions.find((one) => one.userId === user.id && one.content === content);
  if (found) return [found, false];
  const reaction = { id: world.store.nextId(), userId: user.id, content, createdAt: world.now() };
  on.reactions.push(reaction);
  return [reaction, true];
}
