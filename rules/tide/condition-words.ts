/** Conditions of merging in words: `approved is missing`, `unit has failed`. Names are those of the configuration. */
import type { StatusState } from '../../domain/review/item.ts';
import type { Condition } from './merge-readiness.ts';

export function conditionWords({ kind, name, verdict, state }: Condition): string {
  const isMet = verdict === 'met';
  const isUnknown = verdict === 'unknown';
  switch (kind) {
    case 'branch':
      if (isUnknown) return 'the base branch is not known yet';
      return isMet ? `the base branch is ${name}` : `the base branch is ${name}, which the query does not take`;
    case 'author':
      return isMet ? `the author is ${name}` : `the author is not ${name}`;
    case 'milestone':
      if (isUnknown) return `milestone ${name} is needed; the code host knows`;
      return isMet ? `milestone ${name}` : `milestone ${name} is missing`;
    case 'label': {
      const either = name.replaceAll(',', ' or ');
      if (isUnknown) return `${either} is needed; labels are not known yet`;
      return isMet ? either : `${either} is missing`;
    }
    case 'noLabel':
      if (isUnknown) return `${name} must not be on it; labels are not known yet`;
      return isMet ? `${name} is not on it` : `${name} is on it`;
    case 'context':
      if (isUnknown) return `${name} must succeed; it is none of our jobs, the code host knows`;
      return `${name} ${state ? stateWords[state] : 'has not run'}`;
    default:
      if (isUnknown) return 'approving reviews are needed; the code host knows';
      return isMet ? 'enough approving reviews' : 'approving reviews are missing';
  }
}

const stateWords: Readonly<Record<StatusState, string>> = {
  success: 'has succeeded',
  pending: 'is under way',
  failure: 'has failed',
  error: 'has ended with an error',
};
