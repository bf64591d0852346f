/** The answer to a `/test` that names no job: what is wrong with it, and which commands there are (C.7, step 6). */
import { codeList, inlineCode } from '../../rules/inline-code.ts';
import { compileRegex } from '../../rules/regex.ts';
import type { AvailableCommands, HelpNote } from '../../rules/selection/help.ts';

/** Each is how the answer begins. */
export const helpNotes: Readonly<Record<Exclude<HelpNote, 'list'>, string>> = {
  'test-without-target': '`/test` needs the name of at least one job, or `all`.',
  'retest-with-target': '`/retest` takes no names: it runs whatever has failed.',
  'target-not-found': 'None of the jobs that `/test` names can run here.',
  'no-test-all-jobs': '`/test all` has nothing to run here.',
};
export const requiredHeading = 'Commands that start required jobs:';
export const optionalHeading = 'Commands that start optional jobs:';
export const noPresubmits = 'There are no presubmits for';

export function helpMessage(
  note: HelpNote,
  { testAll, required, optional }: AvailableCommands,
  { org, repo, branch }: { org: string; repo: string; branch: string },
): string {
  const commands = required.length + optional.length;
  if (commands + testAll.length === 0) return `${noPresubmits} ${inlineCode(`${org}/${repo}@${branch}`)}.`;
  const all =
    testAll.length === commands
      ? ['`/test all` runs all of them.']
      : testAll.length > 0
        ? [`\`/test all\` runs these jobs:\n\n${codeList(testAll)}`]
        : [];
  return [
    ...(note === 'list' ? [] : [helpNotes[note]]),
    ...(required.length > 0 ? [`${requiredHeading}\n\n${codeList(required)}`] : []),
    ...(optional.length > 0 ? [`${optionalHeading}\n\n${codeList(optional)}`] : []),
    ...all,
  ].join('\n\n');
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const ours = [...Object.values(helpNotes), requiredHeading, optionalHeading].map(escaped);
/** By what answers of Prow are known: they may still be there when its repositories are taken over (0.6). */
const prows = [
  'The `/(?:re)?test` command (?:needs|does not)',
  String.raw`The specified target\(s\) for `,
  'No jobs can be run with',
  'The following .*available to trigger (?:required|optional) jobs',
];
/** At the start of a line or behind the name of who is answered; never in a quotation. */
const earlier = compileRegex(String.raw`(?m)^(?:@\S+: )?(?:${[...ours, ...prows].join('|')})`);

/** Whether a comment of ours is such an answer. */
export function isHelpReply(body: string): boolean {
  return earlier.test(body);
}
