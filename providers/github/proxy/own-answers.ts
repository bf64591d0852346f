/** What the proxy itself answers, in GitHub's form, so that clients understand it as an answer of GitHub. */
import { waitHeader } from '../proxy-headers.ts';
import type { AnswerHeaders } from './headers.ts';

export interface OwnAnswer {
  status: number;
  headers: AnswerHeaders;
  body: Buffer;
}

export function refusal(
  status: number,
  message: string,
  more: { headers?: AnswerHeaders; help?: string } = {},
): OwnAnswer {
  const help = more.help === undefined ? {} : { documentation_url: more.help };
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...more.headers },
    body: Buffer.from(JSON.stringify({ message, ...help })),
  };
}

/** Clients know a secondary limit by these words and by the end of this address. */
export function waitRefusal(status: 403 | 429, waitMs: number): OwnAnswer {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return refusal(status, `The proxy keeps GitHub's limits for this account: secondary rate limit, wait ${seconds} s.`, {
    headers: { 'retry-after': String(seconds), [waitHeader]: String(Math.ceil(waitMs)) },
    help: 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits',
  });
}
