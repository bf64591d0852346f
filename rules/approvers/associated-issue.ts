/** The issue that a pull is about: the first one that its description mentions (spec plugins-review.md C.1). */
import { compileRegex } from '../regex.ts';

/** More digits are no number of an issue. */
const mostDigits = 18;

/** Its number, without zeros in front; undefined where there is none. */
export function associatedIssue(description: string, org: string): string | undefined {
  const owner = org.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  const mention = compileRegex(String.raw`(?:${owner}/[^/]+/issues/|#)(\d+)`).matches(description)[0];
  const number = mention?.groups[0]?.replace(/^0+/, '');
  return number && number.length <= mostDigits ? number : undefined;
}
