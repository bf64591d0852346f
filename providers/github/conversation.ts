/**
 * What people have said about a pull, in one request: comments, inline comments and reviews through the graph, where several of
 * them are asked for together. Long conversations, and hosts without the graph, are read list by list.
 */
import type { AccountType, IssueComment, Review } from '../../domain/review/item.ts';
import { isRefusal } from '../host-failures.ts';
import { askGraph, type GitHubClient } from './connection.ts';

export interface Conversation {
  comments: readonly IssueComment[];
  inlineComments: readonly IssueComment[];
  reviews: readonly Review[];
}

export const conversationQuery = `
query conversation($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      comments(first: 100) { pageInfo { hasNextPage } nodes { ...said fullDatabaseId } }
      reviewThreads(first: 100) {
        pageInfo { hasNextPage }
        nodes { comments(first: 100) { pageInfo { hasNextPage } nodes { ...said fullDatabaseId } } }
      }
      reviews(first: 100) {
        pageInfo { hasNextPage }
        nodes { author { kind: __typename login } body url state submittedAt fullDatabaseId }
      }
    }
  }
}
fragment said on Comment { author { kind: __typename login } body createdAt updatedAt ... on IssueComment { url } ... on PullRequestReviewComment { url } }`;

interface Author {
  kind: string;
  login: string;
}

interface Said {
  fullDatabaseId: string | null;
  author: Author | null;
  body: string;
  url: string;
  createdAt: string;
  updatedAt: string;
}

interface Page<T> {
  pageInfo: { hasNextPage: boolean };
  nodes: readonly T[];
}

interface Answer {
  repository: {
    pullRequest: {
      comments: Page<Said>;
      reviewThreads: Page<{ comments: Page<Said> }>;
      reviews: Page<{
        fullDatabaseId: string | null;
        author: Author | null;
        body: string;
        url: string;
        state: Review['state'];
        submittedAt: string | null;
      }>;
    } | null;
  } | null;
}

/** Undefined where the lists have to be read one by one. Rejects like other requests when the host cannot be asked. */
export async function readConversation(
  client: GitHubClient,
  { org, repo, number }: { org: string; repo: string; number: number },
): Promise<Conversation | undefined> {
  let answer: Answer;
  try {
    answer = await askGraph<Answer>(client, conversationQuery, { owner: org, repo, number });
  } catch (error) {
    // No graph, one without these fields, or a pull that it does not show.
    if (isRefusal(error, 400, 404, 422)) return undefined;
    throw error;
  }
  const pull = answer.repository?.pullRequest;
  if (!pull) return undefined;
  const { comments, reviewThreads, reviews } = pull;
  const inline = reviewThreads.nodes.map((thread) => thread.comments);
  if ([comments, reviewThreads, reviews, ...inline].some(({ pageInfo }) => pageInfo.hasNextPage)) return undefined;
  return {
    comments: comments.nodes.map(commentOf),
    inlineComments: inline.flatMap(({ nodes }) => nodes.map(commentOf)).toSorted((a, b) => a.id - b.id),
    reviews: reviews.nodes.map((review) => ({
      id: Number(review.fullDatabaseId),
      ...authorOf(review.author),
      state: review.state,
      body: review.body,
      url: review.url,
      submittedAt: review.submittedAt ?? '',
    })),
  };
}

function commentOf(said: Said): IssueComment {
  const { body, url, createdAt, updatedAt } = said;
  return { id: Number(said.fullDatabaseId), ...authorOf(said.author), body, url, createdAt, updatedAt };
}

/** The graph leaves out the ending that Apps have everywhere else. */
function authorOf(author: Author | null): { author: string; authorType: AccountType } {
  if (!author) return { author: '', authorType: 'User' };
  if (author.kind !== 'Bot') return { author: author.login, authorType: 'User' };
  return { author: author.login.endsWith('[bot]') ? author.login : `${author.login}[bot]`, authorType: 'Bot' };
}
