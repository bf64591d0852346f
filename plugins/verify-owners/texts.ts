/** What the plugin says. */
import { inlineCode } from '../../rules/inline-code.ts';
import { simpleReply } from '../../rules/replies.ts';

/** Begins the list of people, by which it is found again. */
const listTitle = 'People who are not trusted here would become owners.';

export function isUntrustedList(body: string): boolean {
  return body.startsWith(listTitle);
}

export interface UntrustedFacts {
  org: string;
  joinUrl: string;
  /** `a member of org or ...` */
  waysToTrust: string;
  /** Logins with the files that add them. */
  people: ReadonlyMap<string, readonly string[]>;
}

export function untrustedList({ org, joinUrl, waysToTrust, people }: UntrustedFacts): string {
  const lines = [...people].map(
    ([login, paths]) => `- ${inlineCode(login)} is not ${waysToTrust} (${paths.map(inlineCode).join(', ')})`,
  );
  return simpleReply(
    `${listTitle} Owners need to be ${waysToTrust}; the members of ${org} are listed [here](${joinUrl}), where one can ask ` +
      `to join. Once that is so, or they are taken out again, say \`/verify-owners\`.\n\n${lines.join('\n')}`,
  );
}

export function invalidFiles(count: number): string {
  return count === 1
    ? '1 OWNERS file that this pull request changes is invalid.'
    : `${count} OWNERS files that this pull request changes are invalid.`;
}

export function invalidAliases(path: string, reason: string): string {
  return simpleReply(`The file ${inlineCode(path)} of this pull request is invalid: ${inlineCode(reason)}`);
}

export function emptyAliases(path: string, aliases: readonly string[]): string {
  return simpleReply(
    `These aliases of ${inlineCode(path)} stand for nobody: ${aliases.map(inlineCode).join(', ')}. OWNERS files that use them ` +
      'get no owner from them.',
  );
}
