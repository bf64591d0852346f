/** The pull that picks another one to a branch (spec plugins-review.md C.28). Other software reads its first line. */

/** Name of the branch that it comes from. */
export function cherryPickBranch(number: number, target: string): string {
  return `cherry-pick-${number}-to-${target}`;
}

/** The target in front, in the place of the branch that the original was for. */
export function cherryPickTitle(title: string, base: string, target: string): string {
  return `[${target}] ${title.replace(`[${base}] `, () => '')}`;
}

export interface CherryPickDescription {
  /** Of the original. */
  number: number;
  requester: string;
  /** Content of the release note block of the original, as written. */
  note?: string;
  /** Branches that are to follow. */
  chain: readonly string[];
  /** Labels of the original. */
  labels: readonly string[];
}

const kindPrefix = 'kind/';
const fence = '```';

export function cherryPickBody({ number, requester, note, chain, labels }: CherryPickDescription): string {
  const kinds = labels
    .filter((label) => label.startsWith(kindPrefix))
    .map((label) => `/kind ${label.slice(kindPrefix.length)}`)
    .sort();
  return [
    `This is an automated cherry-pick of #${number}`,
    `/assign ${requester}`,
    ...(note === undefined ? [] : [`${fence}release-note\n${harmless(note)}\n${fence}`]),
    ...(chain.length > 0 ? [`/cherrypick ${chain.join(' ')}`] : []),
    ...(kinds.length > 0 ? [kinds.join('\n')] : []),
  ].join('\n\n');
}

/**
 * The note was written by the author of the original, and the pull is ours: what looks like a command must not be obeyed as one
 * of ours. Quoted lines never are.
 */
function harmless(note: string): string {
  return note
    .replace(/^[ \t]*\r?\n/, '')
    .trimEnd()
    .split(/\r\n|[\r\n\u2028\u2029]/)
    .map((line) => (/^\s*\//.test(line) ? `> ${line}` : line))
    .join('\n');
}
