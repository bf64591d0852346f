/** What a comment asks for: labels to add and to remove (spec plugins-review.md C.10). Verbs have one case. */
import { withoutHtmlComments } from '../../rules/html-comments.ts';
import { compileRegex, type RegexMatch } from '../../rules/regex.ts';

const categories = ['area', 'committee', 'kind', 'language', 'priority', 'sig', 'triage', 'wg'] as const;

const any = categories.join('|');
const category = compileRegex(String.raw`(?m)^/(${any})\s*(.*?)\s*$`);
const removeCategory = compileRegex(String.raw`(?m)^/remove-(${any})\s*(.*?)\s*$`);
const custom = compileRegex(String.raw`(?m)^/label\s*(.*?)\s*$`);
const removeCustom = compileRegex(String.raw`(?m)^/remove-label\s*(.*?)\s*$`);

export interface LabelCommands {
  add: string[];
  remove: string[];
  /** Arguments of `/label` and `/remove-label`, which not every label is for. */
  addCustom: string[];
  removeCustom: string[];
}

/** Undefined where the text has no command. */
export function labelCommands(text: string): LabelCommands | undefined {
  const body = withoutHtmlComments(text);
  const found = [category, removeCategory, custom, removeCustom].map((pattern) => pattern.matches(body));
  if (found.every((matches) => matches.length === 0)) return undefined;
  const [add = [], remove = [], addOwn = [], removeOwn = []] = found;
  return {
    add: add.flatMap(categoryLabels),
    remove: remove.flatMap(categoryLabels),
    addCustom: addOwn.flatMap(singleArgument),
    removeCustom: removeOwn.flatMap(singleArgument),
  };
}

/**
 * `/kind bug cleanup` → `kind/bug`, `kind/cleanup`. Only single blanks separate, so a tab or a second blank shows in the result;
 * and a bare verb takes its arguments from the line below, whose own verb then counts as part of it.
 */
function categoryLabels({ text, groups: [name = ''] }: RegexMatch): string[] {
  return wordsOf(text).map((word) => `${name}/${word.trim()}`.toLowerCase());
}

/** None or several are silently ignored. */
function singleArgument({ text }: RegexMatch): string[] {
  const words = wordsOf(text);
  const [only] = words;
  return words.length === 1 && only ? [only.trim().toLowerCase()] : [];
}

function wordsOf(text: string): string[] {
  return text.trim().split(' ').slice(1);
}
