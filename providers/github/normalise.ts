/**
 * GitHub's webhooks as events of ours (spec plugins-review.md A.4, integrations.md 1.3 and 1.6). Pure, and total: whatever comes
 * in, it does not throw. Events are hints: the actor compares, and asks the host for what is missing.
 */
import { cutText } from '../../domain/review/cut-text.ts';
import type { CommentEvent, PullEvent, PushEvent, ReviewHostEvent } from '../../domain/review/events.ts';
import type { Item, RepoName } from '../../domain/review/item.ts';
import {
  accountTypeOf,
  at,
  flagAt,
  has,
  intAt,
  itemOf,
  labelsOf,
  listAt,
  loginOf,
  objectOf,
  repoOf,
  textAt,
  textsAt,
  type Json,
} from './payload.ts';

export interface NormalisedWebhook {
  /** Absent for events of organisations and installations, and for names that GitHub does not give. */
  repo?: RepoName;
  action?: string;
  /** Number of the change or issue that it is about. Statuses and pushes name none. */
  number?: number;
  item?: Item;
  labels?: readonly string[];
  /** RFC 3339: when the item was last changed. */
  shownAt?: string;
  /** None: the event is unknown, or says nothing that plugins handle. */
  events: readonly ReviewHostEvent[];
}

/** GitHub lists this many commits of a push and leaves the others out. */
const listedCommits = 2048;
const zeroSha = /^0*$/;

/** `event` is the value of X-GitHub-Event, `body` the parsed JSON. */
export function normaliseWebhook(event: string, body: unknown): NormalisedWebhook {
  const payload = objectOf(body) ?? {};
  const pull = objectOf(payload['pull_request']);
  const issue = objectOf(payload['issue']);
  const repo = repoOf(at(payload, 'repository')) ?? repoOf(at(at(pull ?? {}, 'base'), 'repo'));
  const action = textAt(payload, 'action');
  const shown = pull ?? issue;
  const item = shown && itemOf(shown, pull ? 'pull' : 'issue');
  const shownAt = shown && textAt(shown, 'updated_at');
  return {
    ...(repo && { repo }),
    ...(action && { action }),
    ...(item && { number: item.number, item }),
    ...(shown && Array.isArray(shown['labels']) && { labels: labelsOf(shown) }),
    ...(shownAt && { shownAt }),
    events: repo ? eventsOf(event, action, payload, item !== undefined) : [],
  };
}

function eventsOf(event: string, action: string, payload: Json, hasItem: boolean): readonly ReviewHostEvent[] {
  switch (event) {
    case 'push':
      return pushOf(payload);
    case 'status':
      return statusOf(payload);
    case 'pull_request':
      return hasItem && action ? [pullOf(action, payload), ...descriptionOf(action, payload, 'pull_request')] : [];
    case 'issues':
      return hasItem && action ? [issueOf(action, payload), ...descriptionOf(action, payload, 'issue')] : [];
    case 'issue_comment':
      return hasItem ? textOf(action, payload, 'comment', 'conversation') : [];
    case 'pull_request_review_comment':
      return hasItem ? textOf(action, payload, 'comment', 'inline') : [];
    case 'pull_request_review':
      return hasItem ? [...reviewOf(action, payload), ...textOf(action, payload, 'review', 'review')] : [];
    default:
      return [];
  }
}

function pullOf(action: string, payload: Json): PullEvent {
  const changes = at(payload, 'changes');
  const base = at(changes, 'base');
  const before = {
    ...(has(changes, 'title') && { title: cutText(textAt(at(changes, 'title'), 'from')) }),
    ...(has(changes, 'body') && { body: cutText(textAt(at(changes, 'body'), 'from')) }),
    ...(has(base, 'ref') && { baseRef: textAt(at(base, 'ref'), 'from') }),
    ...(has(base, 'sha') && { baseSha: textAt(at(base, 'sha'), 'from') }),
  };
  return {
    kind: 'pull',
    action,
    sender: loginOf(payload, 'sender'),
    ...labelOf(payload),
    ...(Object.keys(before).length > 0 && { changes: before }),
  };
}

function issueOf(action: string, payload: Json): ReviewHostEvent {
  return { kind: 'issue', action, sender: loginOf(payload, 'sender'), ...labelOf(payload) };
}

function labelOf(payload: Json): { label?: string } {
  const label = textAt(at(payload, 'label'), 'name');
  return label ? { label } : {};
}

const textActions: Readonly<Record<string, CommentEvent['action']>> = {
  created: 'created',
  opened: 'created',
  submitted: 'created',
  edited: 'edited',
  deleted: 'deleted',
  dismissed: 'deleted',
};

function textAction(action: string): CommentEvent['action'] | undefined {
  return Object.hasOwn(textActions, action) ? textActions[action] : undefined;
}

/** The description of an item counts as a text of its author, whoever edits it. */
function descriptionOf(action: string, payload: Json, field: 'pull_request' | 'issue'): readonly CommentEvent[] {
  return textOf(action, payload, field, 'description');
}

function textOf(action: string, payload: Json, field: string, where: CommentEvent['where']): readonly CommentEvent[] {
  const mapped = textAction(action);
  const text = objectOf(payload[field]);
  if (!mapped || !text) return [];
  const commentId = where === 'conversation' || where === 'inline' ? intAt(text, 'id') : undefined;
  return [
    {
      kind: 'comment',
      action: mapped,
      body: cutText(textAt(text, 'body')),
      author: loginOf(text),
      authorType: accountTypeOf(text),
      url: textAt(text, 'html_url'),
      ...(commentId !== undefined && { commentId }),
      where,
      sender: loginOf(payload, 'sender'),
    },
  ];
}

function reviewOf(action: string, payload: Json): readonly ReviewHostEvent[] {
  if (action !== 'submitted' && action !== 'edited' && action !== 'dismissed') return [];
  const review = at(payload, 'review');
  return [
    {
      kind: 'review',
      action,
      // Lower case in webhooks and upper case in the REST API.
      state: textAt(review, 'state').toLowerCase(),
      body: cutText(textAt(review, 'body')),
      author: loginOf(review),
      authorType: accountTypeOf(review),
      url: textAt(review, 'html_url'),
      sender: loginOf(payload, 'sender'),
    },
  ];
}

function statusOf(payload: Json): readonly ReviewHostEvent[] {
  const sha = textAt(payload, 'sha');
  if (!sha) return [];
  return [
    {
      kind: 'status',
      sha,
      context: textAt(payload, 'context'),
      state: textAt(payload, 'state'),
      description: cutText(textAt(payload, 'description')),
      sender: loginOf(payload, 'sender'),
    },
  ];
}

function pushOf(payload: Json): readonly PushEvent[] {
  const ref = textAt(payload, 'ref');
  if (!ref.startsWith('refs/')) return [];
  const commits = listAt(payload, 'commits');
  const filesOf = (name: string) => [...new Set(commits.flatMap((commit) => textsAt(commit, name)))];
  const before = textAt(payload, 'before');
  const after = textAt(payload, 'after');
  return [
    {
      kind: 'push',
      ref,
      before,
      after,
      created: flagAt(payload, 'created') || zeroSha.test(before),
      deleted: flagAt(payload, 'deleted') || zeroSha.test(after),
      forced: flagAt(payload, 'forced'),
      compareUrl: textAt(payload, 'compare'),
      files: { added: filesOf('added'), removed: filesOf('removed'), modified: filesOf('modified') },
      filesComplete: commits.length < listedCommits,
      sender: loginOf(payload, 'sender'),
    },
  ];
}
