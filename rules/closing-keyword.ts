/** Texts by which the host would close an issue on merging (spec plugins-review.md C.23, C.29). */
import { compileRegex } from './regex.ts';

const keyword = compileRegex(
  String.raw`((?i)(clos(?:e[sd]?))|(fix(?:(es|ed)?))|(resolv(?:e[sd]?)))[\s:]+(\w+/\w+)?#(\d+)`,
);

export function closesIssue(text: string): boolean {
  return keyword.test(text);
}
