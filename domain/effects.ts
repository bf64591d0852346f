/**
 * What a plugin wants done, as plain data: visible in the history, applied by the actor, retried one by one (architecture.md
 * 3.2, style.md 4.3). Plugins never write to the host themselves.
 *
 * Texts are complete; the actor adds its marker. Where a host may refuse part of an effect, the answer to people is part of the
 * effect: in `whenRefused`, `{refused}` stands for what was refused and `{reason}` for the host's words.
 */
import type { StatusState } from './review/item.ts';

export type Effect =
  | AddLabel
  | RemoveLabel
  | CreateComment
  | EditComment
  | DeleteComment
  | Assign
  | Unassign
  | RequestReview
  | UnrequestReview
  | SetStatus
  | CreateCheckRun
  | SetState
  | EditTitle
  | EditBody
  | SetMilestone
  | CreateReview
  | React
  | StartJobs
  | AbortJobs
  | RecordJob
  | DeleteBranch
  | ApproveWorkflowRuns
  | RerunWorkflowRuns
  | CherryPick
  | LookAgain
  | Fail;

export type EffectKind = Effect['kind'];

/** Creates the label in the repository where it is missing, as hosts do. */
export interface AddLabel {
  kind: 'addLabel';
  label: string;
  /** Another item of the repository than the event's. */
  number?: number;
}

/** A label that is not there counts as removed. */
export interface RemoveLabel {
  kind: 'removeLabel';
  label: string;
  number?: number;
}

export interface CreateComment {
  kind: 'comment';
  body: string;
}

/** The text of a comment of our own, as a whole. */
export interface EditComment {
  kind: 'editComment';
  id: number;
  body: string;
}

/** A comment of our own; one that is gone counts as deleted. */
export interface DeleteComment {
  kind: 'deleteComment';
  id: number;
}

export interface Assign {
  kind: 'assign';
  logins: readonly string[];
  /** Comment for those whom the host does not take. Without it, nobody is told. */
  whenRefused?: string;
}

export interface Unassign {
  kind: 'unassign';
  logins: readonly string[];
}

/** `org/team` names a team, which must be of the repository's organisation. */
export interface RequestReview {
  kind: 'requestReview';
  reviewers: readonly string[];
  /** Comment for those whom the host does not take. Without it, a refusal counts as a failure of the plugin. */
  whenRefused?: string;
}

export interface UnrequestReview {
  kind: 'unrequestReview';
  reviewers: readonly string[];
}

export interface SetStatus {
  kind: 'setStatus';
  sha: string;
  context: string;
  state: StatusState;
  /** At most 140 characters. */
  description: string;
  targetUrl?: string;
  whenRefused?: string;
}

/** A complete, successful check run beside the one that failed. App authentication only. */
export interface CreateCheckRun {
  kind: 'createCheckRun';
  sha: string;
  name: string;
  title: string;
  summary: string;
  whenRefused?: string;
}

export interface SetState {
  kind: 'setState';
  state: 'open' | 'closed';
  reason?: 'completed' | 'not_planned';
  /** Comment once it is done. */
  whenDone?: string;
  whenRefused?: string;
}

export interface EditTitle {
  kind: 'editTitle';
  title: string;
}

export interface EditBody {
  kind: 'editBody';
  body: string;
}

export interface SetMilestone {
  kind: 'setMilestone';
  /** null clears it. */
  milestone: number | null;
}

export interface CreateReview {
  kind: 'createReview';
  sha: string;
  body: string;
  comments: readonly { path: string; position: number; body: string }[];
}

export interface React {
  kind: 'react';
  /** A comment, or the item itself. */
  target: { comment: number } | 'item';
  content: '+1' | 'heart' | 'hooray';
}

/** One ProwJob each, named by what starts it, so that a repetition starts nothing. */
export interface StartJobs {
  kind: 'startJobs';
  jobs: readonly JobStart[];
}

export interface JobStart {
  job: string;
  type: 'presubmit' | 'postsubmit';
  /** Labels besides those that every job of this kind gets. */
  labels?: Record<string, string>;
}

/** Ends all presubmits of the change that have not ended. */
export interface AbortJobs {
  kind: 'abortJobs';
  /** Shown as the description of each. */
  description: string;
}

/** A ProwJob that has ended without running: an overridden context. */
export interface RecordJob {
  kind: 'recordJob';
  job: string;
  state: 'success';
  description: string;
  url: string;
}

export interface DeleteBranch {
  kind: 'deleteBranch';
  branch: string;
}

/** Workflow runs of the host's own CI at the head that wait for an approval. */
export interface ApproveWorkflowRuns {
  kind: 'approveWorkflowRuns';
  branch: string;
  sha: string;
}

/** Those that failed. */
export interface RerunWorkflowRuns {
  kind: 'rerunWorkflowRuns';
  branch: string;
  sha: string;
}

/** Apply the pull to other branches, each as a pull of its own (C.28). */
export interface CherryPick {
  kind: 'cherryPick';
  requester: string;
  /** Target branch, and the branches that are to follow from there. */
  picks: readonly { target: string; chain: readonly string[] }[];
  /** Of the new pulls. Default: none. */
  labels?: readonly string[];
  /** Whether the new pulls are assigned to the requester, by a command in their text too. Default true. */
  assign?: boolean;
  /** Whether there is to be an issue where the pull conflicts with a branch. Default false. */
  issueOnConflict?: boolean;
}

/** Hand the same event to the plugin again, later: it wants to see how things have settled. */
export interface LookAgain {
  kind: 'lookAgain';
  /** Milliseconds. */
  afterMs: number;
}

/**
 * The plugin could not do all that it was asked for: recorded and counted as a failure of it, beside the effects before. A
 * handler that can do nothing at all rejects instead.
 */
export interface Fail {
  kind: 'fail';
  /** For the people who run us. */
  reason: string;
}

export function addLabel(label: string): AddLabel {
  return { kind: 'addLabel', label };
}

export function removeLabel(label: string): RemoveLabel {
  return { kind: 'removeLabel', label };
}

export function comment(body: string): CreateComment {
  return { kind: 'comment', body };
}

export function deleteComments(ids: readonly number[]): DeleteComment[] {
  return ids.map((id) => ({ kind: 'deleteComment', id }));
}
