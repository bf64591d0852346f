/** What plugins read of one item, each asked at most once (domain/review/host.ts; spec plugins-review.md 0.7, 0.9). */
import type { HostReads, ItemName } from '../../domain/review/host.ts';
import { hasLabel, normalLogin, type ChangedFile, type IssueComment, type Review } from '../../domain/review/item.ts';
import type { TtlCache } from '../../domain/ttl-cache.ts';
import { absent, HostRefusal, HostUnavailable, isRefusal } from '../host-failures.ts';
import { askGraph, type Connection, type GitHubClient } from './connection.ts';
import { readConversation, type Conversation } from './conversation.ts';
import { accountTypeOf, loginOf, objectOf, textAt, type Json } from './payload.ts';

export interface ReadsDeps {
  connection: Connection;
  /** Shared by all items. */
  remembered: TtlCache;
  /** Waits; milliseconds. */
  sleep: (ms: number) => Promise<void>;
}

/** Pauses while GitHub finds out whether a pull merges. */
const mergeablePauses = [3000, 6000];

export const busyQuery =
  'query busy($login: String!) { user(login: $login) { status { indicatesLimitedAvailability } } }';

/** Pauses (ms) while GitHub does not show yet what it has told us of. */
const newItemPauses = [2000, 4000];

/** What is remembered of who is a collaborator: normalised logins; undefined where they may not be listed. */
type CollaboratorList = ReadonlySet<string> | undefined;
const collaboratorList = 'collaborators';
const repoLabelList = 'labels of the repository';

export function createReads({ connection, remembered, sleep }: ReadsDeps, name: ItemName): HostReads {
  const { org, repo, number } = name;
  const at = { owner: org, repo };
  const item = { ...at, issue_number: number };
  const pull = { ...at, pull_number: number };
  const page = { per_page: 100 };
  const memory = new Map<string, Promise<unknown>>();

  function once<T>(key: string, read: (client: GitHubClient) => Promise<T>): Promise<T> {
    const known = memory.get(key) as Promise<T> | undefined;
    if (known) return known;
    const value = connection.of(org).then(read);
    memory.set(key, value);
    // What failed may be asked again.
    value.catch(() => memory.delete(key));
    return value;
  }

  /** Of the item itself: an event has told of it, so where it is not there, it is not there yet (integrations.md 6.4). */
  function ofItem<T>(key: string, read: (client: GitHubClient) => Promise<T>): Promise<T> {
    return once(key, async (client) => {
      for (const pause of newItemPauses) {
        try {
          return await read(client);
        } catch (error) {
          if (!isRefusal(error, 404)) throw error;
          await sleep(pause);
        }
      }
      return await read(client);
    });
  }

  /** Lists of the conversation that were asked for: those of one plugin come together. */
  const asked = new Set<keyof Conversation>();

  function said<Kind extends keyof Conversation>(
    kind: Kind,
    read: (client: GitHubClient) => Promise<Conversation[Kind]>,
  ): Promise<Conversation[Kind]> {
    return ofItem(kind, async (client) => {
      asked.add(kind);
      await new Promise((resolve) => setImmediate(resolve));
      // Alone, a list is better asked for as such: it is free where it has not changed.
      const together = asked.size > 1 ? await once('conversation', (one) => readConversation(one, name)) : undefined;
      return together?.[kind] ?? (await read(client));
    });
  }

  const longerKey = (key: string) => `${org}/${repo} ${key}`;

  /** Also between items, for a while. */
  function longer<T>(key: string, read: (client: GitHubClient) => Promise<T>): Promise<T> {
    return once(key, (client) => remembered.get(longerKey(key), () => read(client)));
  }

  async function readLabels(client: GitHubClient, issue: number): Promise<readonly string[]> {
    const labels = await client.paginate('GET /repos/{owner}/{repo}/issues/{issue_number}/labels', {
      ...at,
      issue_number: issue,
      ...page,
    });
    return labels.map((label) => label.name);
  }

  const membersOfTeam = (team: { id: number; slug: string }) =>
    longer(`team ${team.id}`, async (client) => {
      const members = await client.paginate('GET /orgs/{org}/teams/{team_slug}/members', {
        org,
        team_slug: team.slug,
        ...page,
      });
      return members.map(({ login }) => login);
    });

  const teams = () =>
    longer('teams', async (client) => {
      const all = await client.paginate('GET /orgs/{org}/teams', { org, ...page });
      return all.map(({ id, slug, name: title }) => ({ id, slug, title }));
    });

  async function teamWith(what: string, matches: (team: { id: number; title: string }) => boolean) {
    const found = (await teams()).find(matches);
    if (!found) throw new HostRefusal('HostNotFound', `find a team of ${org}`, 404, `There is no team ${what}.`);
    return await membersOfTeam(found);
  }

  async function countOf(client: GitHubClient, q: string): Promise<number> {
    const { data } = await client.request('GET /search/issues', { q, per_page: 1 });
    return data.total_count;
  }

  return {
    labels: () => ofItem('labels', (client) => readLabels(client, number)),
    labelsOf: (issue) => once(`labels ${issue}`, (client) => readLabels(client, issue).catch(absent)),
    async repoLabels(wanted) {
      let isNew = false;
      const read = async (client: GitHubClient) => {
        isNew = true;
        return (await client.paginate('GET /repos/{owner}/{repo}/labels', { ...at, ...page })).map(
          ({ name: label }) => label,
        );
      };
      const known = await longer(repoLabelList, read);
      if (isNew || wanted.every((label) => hasLabel(known, label))) return known;
      // It may just have been made.
      return await once('labels anew', (client) => remembered.renew(longerKey(repoLabelList), () => read(client)));
    },
    changedFiles: () =>
      ofItem('files', async (client) =>
        (await client.paginate('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', { ...pull, ...page })).map(
          (file): ChangedFile => ({
            path: file.filename,
            ...(file.previous_filename !== undefined && { previous: file.previous_filename }),
            status: file.status,
            additions: file.additions,
            deletions: file.deletions,
            ...(file.patch !== undefined && { patch: file.patch }),
          }),
        ),
      ),
    comments: () =>
      said('comments', async (client) =>
        (await client.paginate('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...item, ...page })).map(
          commentOf,
        ),
      ),
    inlineComments: () =>
      said('inlineComments', async (client) =>
        (await client.paginate('GET /repos/{owner}/{repo}/pulls/{pull_number}/comments', { ...pull, ...page })).map(
          commentOf,
        ),
      ),
    reviews: () =>
      said('reviews', async (client) =>
        (await client.paginate('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', { ...pull, ...page })).map(
          (review): Review => ({
            id: Number(review.id),
            ...authorOf(review),
            state: review.state.toUpperCase() as Review['state'],
            body: review.body,
            url: review.html_url,
            submittedAt: review.submitted_at ?? '',
          }),
        ),
      ),
    commits: () =>
      ofItem('commits', async (client) =>
        (await client.paginate('GET /repos/{owner}/{repo}/pulls/{pull_number}/commits', { ...pull, ...page })).map(
          (commit) => {
            const author = loginOf(objectOf(commit) ?? {}, 'author');
            return {
              sha: commit.sha,
              message: commit.commit.message,
              ...(author && { author }),
              parents: commit.parents.length,
            };
          },
        ),
      ),
    labelEvents: () =>
      ofItem('label events', async (client) =>
        (await client.paginate('GET /repos/{owner}/{repo}/issues/{issue_number}/events', { ...item, ...page })).flatMap(
          (event) => {
            const given = event as unknown as Json;
            if (textAt(given, 'event') !== 'labeled') return [];
            const actor = loginOf(given, 'actor');
            return [{ label: textAt(objectOf(given['label']) ?? {}, 'name'), ...(actor && { actor }) }];
          },
        ),
      ),
    isMergeable: () =>
      ofItem('mergeable', async (client) => {
        let head: string | undefined;
        for (const pause of [0, ...mergeablePauses]) {
          if (pause > 0) await sleep(pause);
          const { data } = await client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', pull);
          if (data.merged) throw new HostUnavailable(`see whether ${org}/${repo}#${number} merges`, 'it was merged');
          head ??= data.head.sha;
          if (head !== data.head.sha) {
            throw new HostUnavailable(`see whether ${org}/${repo}#${number} merges`, 'its head has changed meanwhile');
          }
          if (data.mergeable !== null) return data.mergeable;
        }
        throw new HostUnavailable(`see whether ${org}/${repo}#${number} merges`, 'the host has not found out yet');
      }),
    treeOf: (sha) =>
      longer(`tree ${sha}`, async (client) => {
        const { data } = await client.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
          ...at,
          commit_sha: sha,
        });
        return data.tree.sha;
      }),
    isMember: async (other, login) => {
      if (other === login) return true;
      const client = await connection.of(other);
      return await remembered.get(`member ${other} ${normalLogin(login)}`, () =>
        exists(client.request('GET /orgs/{org}/members/{username}', { org: other, username: login })),
      );
    },
    async isCollaborator(login) {
      if (org === login) return true;
      // Who is on the list is one; who is not may have come since it was read.
      const listed = await remembered.peek<CollaboratorList>(longerKey(collaboratorList))?.catch(() => undefined);
      if (listed?.has(normalLogin(login))) return true;
      return await longer(`collaborator ${normalLogin(login)}`, (client) =>
        exists(client.request('GET /repos/{owner}/{repo}/collaborators/{username}', { ...at, username: login })),
      );
    },
    collaborators: () =>
      longer<CollaboratorList>(collaboratorList, async (client) => {
        try {
          const all = await client.paginate('GET /repos/{owner}/{repo}/collaborators', { ...at, ...page });
          return new Set(all.map(({ login }) => normalLogin(login)));
        } catch (error) {
          if (isRefusal(error, 403, 404)) return undefined;
          throw error;
        }
      }),
    permission: (login) =>
      longer(`permission ${normalLogin(login)}`, async (client) => {
        const answer = await client
          .request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', { ...at, username: login })
          .catch(absent);
        const given = answer?.data.permission;
        return given === 'admin' || given === 'write' || given === 'read' ? given : 'none';
      }),
    teamMembers: (slug) =>
      longer(`team ${slug}`, async (client) => {
        const members = await client.paginate('GET /orgs/{org}/teams/{team_slug}/members', {
          org,
          team_slug: slug,
          ...page,
        });
        return members.map(({ login }) => login);
      }),
    teamMembersById: (id) => teamWith(`with id ${id}`, (team) => team.id === id),
    teamMembersByName: (title) => teamWith(title, (team) => team.title === title),
    milestones: () =>
      once('milestones', async (client) => {
        const all = await client.paginate('GET /repos/{owner}/{repo}/milestones', { ...at, ...page });
        return new Map(all.map((one) => [one.title, one.number]));
      }),
    statuses: (sha) =>
      once(`statuses ${sha}`, async (client) =>
        (await client.paginate('GET /repos/{owner}/{repo}/commits/{ref}/statuses', { ...at, ref: sha, ...page })).map(
          (status) => ({
            context: status.context,
            state: status.state as 'success',
            description: status.description ?? '',
            ...(status.target_url && { targetUrl: status.target_url }),
          }),
        ),
      ),
    checkRuns: (sha) =>
      once(`check runs ${sha}`, async (client) =>
        (await client.paginate('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', { ...at, ref: sha, ...page })).map(
          (run) => ({
            name: run.name,
            completed: run.status === 'completed',
            ...(run.conclusion && { conclusion: run.conclusion }),
          }),
        ),
      ),
    requiredContexts: (branch) =>
      once(`required ${branch}`, async (client) => {
        const answer = await client
          .request('GET /repos/{owner}/{repo}/branches/{branch}/protection', { ...at, branch })
          .catch(absent);
        return answer?.data.required_status_checks?.contexts ?? [];
      }),
    mergedPulls: (author) =>
      longer(`merged ${author}`, (client) => countOf(client, `is:pr is:merged author:${author} org:${org}`)),
    pullsOf: (author) =>
      once(`pulls ${author}`, (client) => countOf(client, `is:pr author:${author} repo:${org}/${repo}`)),
    isBusy: (login) =>
      longer(`busy ${login}`, async (client) => {
        type Answer = { user: { status: { indicatesLimitedAvailability: boolean } | null } | null };
        const answer = await askGraph<Answer>(client, busyQuery, { login }).catch(absent);
        return answer?.user?.status?.indicatesLimitedAvailability === true;
      }),
  };
}

/** Whether there is something: 204, against 404. */
async function exists(request: Promise<unknown>): Promise<boolean> {
  return (await request.then(() => true).catch(absent)) ?? false;
}

function authorOf(json: unknown): Pick<IssueComment, 'author' | 'authorType'> {
  const given = objectOf(json) ?? {};
  return { author: loginOf(given), authorType: accountTypeOf(given) };
}

interface RestComment {
  id: number | bigint;
  body?: string;
  html_url: string;
  created_at: string;
  updated_at: string;
}

function commentOf(comment: RestComment): IssueComment {
  return {
    id: Number(comment.id),
    ...authorOf(comment),
    body: comment.body ?? '',
    url: comment.html_url,
    createdAt: comment.created_at,
    updatedAt: comment.updated_at,
  };
}
