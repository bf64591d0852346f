/** Issues that we open ourselves. */
import type { NewIssue, Refusal } from '../../domain/review/host.ts';
import type { RepoName } from '../../domain/review/item.ts';
import { markerOf } from '../../domain/review/marker.ts';
import { isRefusal } from '../host-failures.ts';
import type { GitHubClient } from './connection.ts';
import { bodyWithMarker } from './marked-body.ts';

/** The host's clock may be behind ours. */
const clockSlackMs = 60 * 60_000;

/** @param account that our issues are from */
export async function openIssue(
  client: GitHubClient,
  repo: RepoName,
  { title, body, since }: NewIssue,
  key: string,
  account: string,
): Promise<{ number: number } | Refusal> {
  const at = { owner: repo.org, repo: repo.repo };
  try {
    const pages = client.paginate.iterator('GET /repos/{owner}/{repo}/issues', {
      ...at,
      creator: account,
      // People may have closed it by now.
      state: 'all',
      since: new Date(since - clockSlackMs).toISOString(),
      per_page: 100,
    });
    for await (const { data } of pages) {
      // Hosts that do not know a filter answer with all, and others may write our marker.
      const found = data.find((issue) => issue.user?.login === account && issue.body?.includes(markerOf(key)));
      if (found) return { number: found.number };
    }
    const { data } = await client.request('POST /repos/{owner}/{repo}/issues', {
      ...at,
      title,
      body: bodyWithMarker(body, key),
    });
    return { number: data.number };
  } catch (error) {
    // A repository may be without issues: 410.
    if (isRefusal(error, 403, 404, 410, 422)) return { refused: [], reason: error.answer };
    throw error;
  }
}
