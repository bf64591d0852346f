/** The fixed names of the world of a case. */
import type { CaseItem } from './case.ts';

export const org = 'o';
export const repo = 'r';
export const botLogin = 'k8s-ci-robot';

const hex = (digit: string) => digit.repeat(40);

export const ids = {
  /** The comment that an event brings. */
  comment: 9000,
  headSha: hex('c'),
  baseSha: hex('b'),
  pushedSha: hex('d'),
  noSha: hex('0'),
};

const repoUrl = `https://github.com/${org}/${repo}`;

export const urls = {
  repo: repoUrl,
  compare: `${repoUrl}/compare/${ids.baseSha}...${ids.pushedSha}`,
  item: ({ isPR, number }: CaseItem) => `${repoUrl}/${isPR ? 'pull' : 'issues'}/${number}`,
  comment: (item: CaseItem) => `${urls.item(item)}#issuecomment-${ids.comment}`,
};
