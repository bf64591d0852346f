/** The two kinds of override: for the base commit of now, and for as long as the head stays. Software reads the descriptions. */
import { inlineCode } from '../../rules/inline-code.ts';
import type { Regex } from '../../rules/regex.ts';
import { commands } from './arguments.ts';

export interface OverrideKind {
  command: string;
  pattern: Regex;
  /** What status and job record say. */
  description: (login: string) => string;
  /** How long it holds, for people. */
  duration: string;
}

/** By this, overridden contexts are known. */
export const descriptionPrefix = 'Overridden by';
/** By this, Tide knows a result that holds for every base. */
const skipRetest = '[prow:skip-retest]';

/** Answer where the host refuses a status or check run. */
export function notTaken(name: string): string {
  return `The host does not let me set ${inlineCode(name)}, which stays as it is: {reason}`;
}

export const plain: OverrideKind = {
  command: '/override',
  pattern: commands.override,
  description: (login) => `${descriptionPrefix} ${login}`,
  duration: '',
};

export const sticky: OverrideKind = {
  command: '/override-sticky',
  pattern: commands.overrideSticky,
  description: (login) => `${descriptionPrefix} ${login} ${skipRetest}`,
  duration:
    '\n\nThis holds until the next commit is pushed, also where the base branch moves and tests run again. ' +
    'It can be taken back with `/override-cancel`.',
};
