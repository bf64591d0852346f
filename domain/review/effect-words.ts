/** Effects in words, for the Temporal UI and for `explain`: what will be done, or was. Texts of others are made printable. */
import type { Effect, RequestReview, UnrequestReview } from '../effects.ts';
import { printableLine } from './printable-line.ts';

const maxNameLength = 60;
const maxReasonLength = 120;

export function effectWords(effect: Effect): string {
  switch (effect.kind) {
    case 'addLabel':
      return `add label ${name(effect.label)}${elsewhere(effect)}`;
    case 'removeLabel':
      return `remove label ${name(effect.label)}${elsewhere(effect)}`;
    case 'comment':
      return 'comment';
    case 'editComment':
      return 'edit comment';
    case 'deleteComment':
      return 'delete comment';
    case 'assign':
      return `assign ${names(effect.logins)}`;
    case 'unassign':
      return `unassign ${names(effect.logins)}`;
    case 'requestReview':
    case 'unrequestReview':
      return reviewWords(effect);
    case 'setStatus':
      return `set status ${name(effect.context)}: ${effect.state}`;
    case 'createCheckRun':
      return `create check run ${name(effect.name)}`;
    case 'setState':
      return stateWords[effect.state] + (effect.reason === 'not_planned' ? ' as not planned' : '');
    case 'editTitle':
      return `change title to ${name(effect.title)}`;
    case 'editBody':
      return 'change description';
    case 'setMilestone':
      return effect.milestone === null ? 'clear milestone' : `set milestone ${effect.milestone}`;
    case 'createReview':
      return effect.comments.length === 1 ? 'review with a comment' : `review with ${effect.comments.length} comments`;
    case 'react':
      return `react with ${effect.content}`;
    case 'startJobs':
      return `start ${names(effect.jobs.map(({ job }) => job))}`;
    case 'abortJobs':
      return 'abort jobs';
    case 'recordJob':
      return `record ${name(effect.job)}: ${effect.state}`;
    case 'deleteBranch':
      return `delete branch ${name(effect.branch)}`;
    case 'approveWorkflowRuns':
      return 'approve workflow runs';
    case 'rerunWorkflowRuns':
      return 'run failed workflow runs again';
    case 'cherryPick':
      return `cherry-pick to ${names(effect.picks.map(({ target }) => target))}`;
    case 'lookAgain':
      return `look again in ${Math.ceil(effect.afterMs / 1000)} s`;
    default:
      return `fail: ${printableLine(effect.reason, maxReasonLength)}`;
  }
}

const stateWords = { open: 'reopen', closed: 'close' } as const;

/** Each once, in order, with how often: `add label lgtm`, `delete comment (3 times)`. */
export function effectsInWords(effects: readonly Effect[]): string[] {
  const counts = new Map<string, number>();
  for (const effect of effects) {
    const words = effectWords(effect);
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts].map(([words, count]) => (count === 1 ? words : `${words} (${count} times)`));
}

function reviewWords({ kind, reviewers }: RequestReview | UnrequestReview): string {
  return `${kind === 'requestReview' ? 'request review of' : 'no longer request review of'} ${names(reviewers)}`;
}

function elsewhere({ number }: { number?: number }): string {
  return number === undefined ? '' : ` on #${number}`;
}

function names(texts: readonly string[]): string {
  return texts.map(name).join(', ');
}

function name(text: string): string {
  return printableLine(text, maxNameLength);
}
