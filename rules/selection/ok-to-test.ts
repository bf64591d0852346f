/** What `/ok-to-test` and its withdrawal do to the labels (spec plugins-review.md C.7, steps 2 and 3). */
import { addLabel, removeLabel, type AddLabel, type RemoveLabel } from '../../domain/effects.ts';
import { hasLabel } from '../../domain/review/item.ts';
import { needsOkToTestLabel, okToTestLabel } from './trust.ts';

export type LabelChange = AddLabel | RemoveLabel;

/** By a comment that may start tests, whether it grants trust or not. */
export function labelsAfterGrant(labels: readonly string[], grants: boolean): LabelChange[] {
  const isTrusted = hasLabel(labels, okToTestLabel);
  return [
    ...(grants && !isTrusted ? [addLabel(okToTestLabel)] : []),
    ...((grants || isTrusted) && hasLabel(labels, needsOkToTestLabel) ? [removeLabel(needsOkToTestLabel)] : []),
  ];
}

/** By a withdrawal. A grant in the same comment is not considered: the labels are those before it, as in Prow. */
export function labelsAfterWithdrawal(labels: readonly string[]): LabelChange[] {
  return [
    ...(hasLabel(labels, okToTestLabel) ? [removeLabel(okToTestLabel)] : []),
    ...(hasLabel(labels, needsOkToTestLabel) ? [] : [addLabel(needsOkToTestLabel)]),
  ];
}
