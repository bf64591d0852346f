/**
 * A difference from the reference that the specification rules: a predicate on the input, the reason, and what must come out
 * instead. Never a list of cases.
 */
import type { Evaluation } from './decode.ts';

export interface DeclaredRule<Case> {
  name: string;
  /** What the spec says. */
  reason: string;
  applies(given: Case): boolean;
  /** A value or a promise of one. */
  expected(given: Case): Evaluation['ours'];
}
