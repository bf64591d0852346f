/** The reference obeys some of the test commands that stand in code blocks of a comment; we obey none. */
import type { DeclaredRule } from '../declared-rule.ts';
import { crlfBlock, referenceBlock } from '../selection-differences.ts';
import type { PluginCase } from './case.ts';
import { evaluatePluginCase } from './evaluate.ts';

/** The text that the plugin reads: a new item's description, or what a comment or review says. */
function textOf({ event, state }: PluginCase): string {
  return isDescription(event) ? state.item.body : (event.body ?? '');
}

function withText(given: PluginCase, change: (text: string) => string): PluginCase {
  const { event, state } = given;
  const text = change(textOf(given));
  return isDescription(event)
    ? { ...given, state: { ...state, item: { ...state.item, body: text } } }
    : { ...given, event: { ...event, body: text } };
}

function isDescription({ type }: PluginCase['event']): boolean {
  return type === 'pull_request' || type === 'issues';
}

const startsTests = ({ plugin }: PluginCase) => plugin === 'trigger' || plugin === 'skip';

/** Only test commands are read without code blocks; `/skip` is obeyed there as well (plugins-review.md 0.2). */
function withoutBlocks(text: string): string {
  return text.replace(referenceBlock, (block) =>
    block
      .split('\n')
      .filter((line) => /^\/skip\s*$/i.test(line))
      .map((line) => `${line}\n`)
      .join(''),
  );
}

export const quotedCommandsRules: readonly DeclaredRule<PluginCase>[] = [
  {
    name: 'CRLF ends the line of a closing fence',
    reason: 'jobs.md 3.5: with CRLF line ends a block is removed only if its closing fence ends the comment [fix]',
    applies: (given) => startsTests(given) && crlfBlock.test(textOf(given)),
    expected: async (given) =>
      (await evaluatePluginCase(withText(given, (text) => withoutBlocks(text.replaceAll('\r\n', '\n'))))).ours,
  },
  {
    name: 'quoted commands are not obeyed',
    reason: 'jobs.md 3.5: the job filters run over the raw body once anything outside a code block is relevant [fix]',
    applies: (given) => startsTests(given) && withoutBlocks(textOf(given)) !== textOf(given),
    expected: async (given) => (await evaluatePluginCase(withText(given, withoutBlocks))).ours,
  },
];
