/** Evaluates a case of `regexes.jsonl` (golden data, plugins/README.md): every match of a command expression in a text. */
import { compileRegex } from '../../../rules/regex.ts';
import type { Evaluation } from '../decode.ts';

export interface RegexCase {
  regex: string;
  body: string;
  matches: { match: string; groups: (string | null)[]; byteOffset: number }[];
}

export function evaluateRegexCase({ regex, body, matches: golden }: RegexCase): Evaluation {
  const ours = compileRegex(regex)
    .matches(body)
    .map(({ text, index, groups }) => ({
      match: text,
      groups: groups.map((group) => group ?? null),
      byteOffset: Buffer.byteLength(body.slice(0, index)),
    }));
  const plain = golden.map(({ match, groups, byteOffset }) => ({ match, groups: groups ?? [], byteOffset }));
  return { ours, golden: plain, equal: JSON.stringify(ours) === JSON.stringify(plain) };
}
