/** Which change a person means: `org/repo#12`, or the address of its page. Throws CliError. */
import type { ItemName } from '../../domain/review/host.ts';
import { CliError } from '../cli-error.ts';

/** Names of code hosts: no blanks, no `#` and nothing that ends a path. */
const name = String.raw`[^\s/#?]+`;
const short = new RegExp(`^(${name}(?:/${name})*)/(${name})#(\\d{1,10})$`);
/** What stands between the repository and the number on the pages of hosts. */
const page = new RegExp(
  `^/(${name}(?:/${name})*)/(?!-/)(${name})/(?:-/)?(?:pull|pulls|issues|merge_requests)/(\\d{1,10})(?:/|$)`,
);

export function parseChangeName(text: string): ItemName {
  const isAddress = /^https?:\/\//i.test(text);
  const [, org, repo, number] = (isAddress ? page.exec(pathOf(text)) : short.exec(text)) ?? [];
  if (org === undefined || repo === undefined) {
    throw new CliError(
      `${JSON.stringify(text)} names no change: expected org/repo#12 or the address of its page, https://HOST/org/repo/pull/12.`,
    );
  }
  return { org, repo, number: Number(number) };
}

function pathOf(address: string): string {
  return URL.canParse(address) ? new URL(address).pathname : '';
}
