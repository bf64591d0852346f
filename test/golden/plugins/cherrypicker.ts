/** Evaluates a case of `cherrypicker.jsonl` (golden data, plugins/README.md): targets of the commands, and the answers. */
import { cherryPicksIn } from '../../../rules/cherry-picks.ts';
import type { Evaluation } from '../decode.ts';
import type { DeclaredRule } from '../declared-rule.ts';
import { effectsOf } from './evaluate.ts';

interface Answer {
  to?: string;
  branches?: string[];
}

export interface CherrypickerCase {
  name: string;
  body: string;
  member: boolean;
  state: 'open' | 'closed';
  merged: boolean;
  base: string;
  action: string;
  label?: string;
  allowAll?: boolean;
  plainIssue?: boolean;
  effects: { targets?: Record<string, string[]>; commentsCreated?: Answer[]; crash?: boolean };
}

export async function evaluateCherrypickerCase(given: CherrypickerCase): Promise<Evaluation> {
  const { effects: golden, body } = given;
  const ours = {
    ...('targets' in golden && { targets: Object.fromEntries(cherryPicksIn(body)) }),
    ...('commentsCreated' in golden && { commentsCreated: await answersOf(given) }),
  };
  const answers = golden.commentsCreated?.map(({ to, branches }) => ({
    ...(to && { to }),
    ...(branches && { branches }),
  }));
  const comparable = {
    ...('targets' in golden && { targets: golden.targets }),
    ...(answers && { commentsCreated: answers }),
    ...(golden.crash && { crash: true }),
  };
  return { ours, golden: comparable, equal: JSON.stringify(sorted(ours)) === JSON.stringify(sorted(comparable)) };
}

async function answersOf(given: CherrypickerCase): Promise<Answer[]> {
  const { body, member, state, merged, base, action, label, plainIssue = false, allowAll } = given;
  const people = label === undefined ? 'speaker' : 'author1';
  const written = await effectsOf({
    plugin: 'cherrypicker',
    name: given.name,
    ...(allowAll !== undefined && { config: { cherrypicker: { allow_all: allowAll } } }),
    state: {
      item: { isPR: !plainIssue, number: 5, title: 'T', body: '', author: 'author1', state, merged, base },
      members: { o: member ? [people] : [] },
    },
    event:
      label === undefined
        ? { type: 'issue_comment', action, body, author: 'speaker' }
        : { type: 'pull_request', action: 'labeled', label },
    // Which branches are named is asked of the texts, by the names that occur in the case.
    effects: { commentsCreated: [{ names: given.effects.commentsCreated?.[0]?.branches ?? [] }] },
  });
  const comments = Array.isArray(written['commentsCreated']) ? written['commentsCreated'] : [];
  return comments.map(({ to, names }: { to?: string; names: string[] }) => ({
    ...(to && { to }),
    ...(names.length > 0 && { branches: names }),
  }));
}

export const cherrypickerDifferences: readonly DeclaredRule<CherrypickerCase>[] = [
  {
    name: 'a command of blanks alone asks for nothing',
    reason: 'plugins-review.md C.28: the process panics there; ignore such a line',
    applies: ({ effects }) => effects.crash === true,
    expected: () => ({}),
  },
];

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}
