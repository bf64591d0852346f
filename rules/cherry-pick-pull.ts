/**
 * The pull that picks another one to a branch, or the issue where that conflicts (spec plugins-review.md C.28). Other software
 * reads the first line of the pull.
 */

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
  /** Who is assigned by a command; nobody where it is absent. */
  assign?: string;
  /** Content of the release note block of the original, as written. */
  note?: string;
  /** Branches that are to follow. */
  chain: readonly string[];
  /** Labels of the original. */
  labels: readonly string[];
}

const kindPrefix = 'kind/';
const fence = '```';

export function cherryPickBody({ number, assign, note, chain, labels }: CherryPickDescription): string {
  const kinds = labels
    .filter((label) => label.startsWith(kindPrefix))
    .map((label) => `/kind ${label.slice(kindPrefix.length)}`)
    .sort();
  return [
    `This is an automated cherry-pick of #${number}`,
    ...(assign === undefined ? [] : [`/assign ${assign}`]),
    ...(note === undefined ? [] : [`${fence}release-note\n${harmless(note)}\n${fence}`]),
    ...(chain.length > 0 ? [`/cherrypick ${chain.join(' ')}`] : []),
    ...(kinds.length > 0 ? [kinds.join('\n')] : []),
  ].join('\n\n');
}

/** Of the issue about a pull that people have to pick; both texts as Markdown. */
export function cherryPickIssueBody(number: number, target: string, conflicts: string): string {
  return `#${number} conflicts with ${target} and has to be picked by hand:\n\n${conflicts}`;
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
