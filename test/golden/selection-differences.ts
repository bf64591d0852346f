/**
 * Where our selection differs from the reference on purpose: the spec (jobs.md 3.5) rules two behaviours around code blocks
 * in comments defects. Each rule is a predicate on the input and the value that must come out instead.
 */
import type { DeclaredRule } from './declared-rule.ts';
import { evaluateSelectionCase, type SelectionCase } from './selection.ts';

/** What the reference takes for a code block: its last line ends with LF or the text. */
export const referenceBlock = /(?:^|(?<=\n))(```|~~~)[^]*?\n\1(?:\n|$)/g;
/** One that ends with CRLF before the text does: the reference misses it. */
export const crlfBlock = /(?:^|\n)(```|~~~)[^]*?\n\1\r\n/;

function bodyOf({ case: { event } }: SelectionCase): string {
  return event.type === 'comment' ? event.body : '';
}

/** The same case with another comment; other events have none. */
function withBody(given: SelectionCase, change: (body: string) => string): SelectionCase {
  const { event } = given.case;
  if (event.type !== 'comment') return given;
  return { ...given, case: { ...given.case, event: { ...event, body: change(event.body) } } };
}

function outside(body: string): string {
  return body.replace(referenceBlock, '');
}

const quotedCommands: DeclaredRule<SelectionCase> = {
  name: 'quoted commands are not obeyed',
  reason: 'jobs.md 3.5: the job filters run over the raw body once anything outside a code block is relevant [fix]',
  applies: (given) => outside(bodyOf(given)) !== bodyOf(given) && outside(bodyOf(given)).trim() !== '',
  async expected(given) {
    const without = withBody(given, outside);
    // A comment that is nothing to us is the same nothing with and without its blocks.
    const concerned = await evaluateSelectionCase({ ...without, expect: { relevant: true } });
    return concerned.equal ? (await evaluateSelectionCase(without)).ours : (await evaluateSelectionCase(given)).golden;
  },
};

const crlfBlocks: DeclaredRule<SelectionCase> = {
  name: 'CRLF ends the line of a closing fence',
  reason: 'jobs.md 3.5: with CRLF line ends a block is removed only if its closing fence ends the comment [fix]',
  applies: (given) => crlfBlock.test(bodyOf(given)),
  async expected(given) {
    return (await evaluateSelectionCase(withBody(given, (body) => body.replaceAll('\r\n', '\n')))).ours;
  },
};

export const selectionDifferences: readonly DeclaredRule<SelectionCase>[] = [crlfBlocks, quotedCommands];
