/** `/cherrypick` in a text (spec plugins-review.md C.28). */
import { compileRegex } from './regex.ts';

const command = compileRegex(String.raw`(?m)^(?:/cherrypick|/cherry-pick)\s+(.+)$`);

/**
 * Target branches with the branches that are to follow from each. A later line for one target replaces the chain of an earlier
 * one. A line of blanks alone asks for nothing (it makes the reference panic).
 */
export function cherryPicksIn(text: string): Map<string, string[]> {
  const picks = new Map<string, string[]>();
  for (const { groups } of command.matches(text)) {
    const [target, ...chain] = (groups[0] ?? '').split(/[\t\n\f\r ]+/).filter((word) => word !== '');
    if (target !== undefined) picks.set(target, chain);
  }
  return picks;
}
