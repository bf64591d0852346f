/**
 * What happened on a code host, in the form in which plugins handle it (spec plugins-review.md A.4, integrations.md 1).
 *
 * One delivery may become two events: the specific one and a `comment`, which stands for any text that may hold commands.
 */
import type { AccountType } from './item.ts';

interface Base {
  /** Login of whoever did it, by the host's word; not always the author of the text. */
  sender: string;
}

/** A text that may hold commands: comment, review, inline comment, or the description of a new item. */
export interface CommentEvent extends Base {
  kind: 'comment';
  action: 'created' | 'edited' | 'deleted';
  body: string;
  /** Author of the text, also when somebody else edits it. */
  author: string;
  authorType: AccountType;
  url: string;
  /** Set for comments and inline comments, not for descriptions and reviews. */
  commentId?: number;
  /** Where the text stands. */
  where: 'description' | 'conversation' | 'review' | 'inline';
}

/** Something about a pull, by the host's action: `opened`, `synchronize`, `labeled`, ... */
export interface PullEvent extends Base {
  kind: 'pull';
  action: string;
  /** For `labeled` and `unlabeled`. */
  label?: string;
  /** What `edited` changed, with the values before. */
  changes?: { title?: string; body?: string; baseRef?: string; baseSha?: string };
}

export interface IssueEvent extends Base {
  kind: 'issue';
  action: string;
  label?: string;
}

export interface ReviewEvent extends Base {
  kind: 'review';
  action: 'submitted' | 'edited' | 'dismissed';
  /** Lower case: `approved`, `changes_requested`, `commented`, `dismissed`. */
  state: string;
  body: string;
  author: string;
  authorType: AccountType;
  url: string;
}

/** A commit status changed. It names a commit; the actor of each open change with that head gets it. */
export interface StatusEvent extends Base {
  kind: 'status';
  sha: string;
  context: string;
  state: string;
  description: string;
}

export interface PushEvent extends Base {
  kind: 'push';
  /** Full ref, `refs/heads/main`. */
  ref: string;
  before: string;
  after: string;
  created: boolean;
  deleted: boolean;
  forced: boolean;
  compareUrl: string;
  /** Of the commits that the host listed. */
  files: { added: readonly string[]; removed: readonly string[]; modified: readonly string[] };
  /** False where the host's list was cut off. */
  filesComplete: boolean;
}

export type ReviewHostEvent = CommentEvent | PullEvent | IssueEvent | ReviewEvent | StatusEvent | PushEvent;
