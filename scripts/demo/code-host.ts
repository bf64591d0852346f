/** The sample code host as its people use it: over HTTP, each with a token of his own. */
import { readFileSync } from 'node:fs';
import { sampleHostFiles, sampleHostUrl } from '../../config/sample-host.ts';
import { DemoError } from './demo-error.ts';

export interface Comment {
  author: string;
  body: string;
}

export interface Status {
  context: string;
  state: string;
  url: string;
}

export interface Change {
  number: number;
  head: string;
  /** Its page. */
  url: string;
}

export interface CodeHost {
  /** A person nobody knows here yet. */
  addPerson(login: string): Promise<void>;
  /** A change from a fork of its author. */
  openChange(author: string, change: NewChange): Promise<Change>;
  comment(as: string, number: number, body: string): Promise<void>;
  labels(number: number): Promise<string[]>;
  comments(number: number): Promise<Comment[]>;
  /** Oldest first. */
  statuses(sha: string): Promise<Status[]>;
}

export interface NewChange {
  branch: string;
  title: string;
  body: string;
  files: Readonly<Record<string, string>>;
}

export const sampleRepo = 'demo/hello';

export function createCodeHost(dataDir: string, port: number): CodeHost {
  const tokens = new Map<string, string>();
  const url = sampleHostUrl(port);
  const tokenOf = (login: string) =>
    tokens.get(login) ?? readFileSync(sampleHostFiles(dataDir).token(login), 'utf8').trim();
  const ask = async <T>(as: string, method: string, path: string, body?: object): Promise<T> =>
    await send<T>(method, `${url}/api/v3${path}`, body, { authorization: `Bearer ${tokenOf(as)}` });
  const control = async <T>(path: string, body: object): Promise<T> =>
    await send<T>('POST', `${url}/_forge/${path}`, body);
  const repo = `/repos/${sampleRepo}`;

  return {
    async addPerson(login) {
      tokens.set(login, (await control<{ token: string }>('users', { login })).token);
    },

    async openChange(author, { branch, title, body, files }) {
      const fork = await ask<{ full_name: string }>(author, 'POST', `${repo}/forks`);
      await control('commits', { repo: fork.full_name, branch, files, message: title, author });
      const opened = await ask<{ number: number; html_url: string; head: { sha: string } }>(
        author,
        'POST',
        `${repo}/pulls`,
        { title, body, head: `${author}:${branch}`, base: 'main' },
      );
      return { number: opened.number, head: opened.head.sha, url: opened.html_url };
    },

    async comment(as, number, body) {
      await ask(as, 'POST', `${repo}/issues/${number}/comments`, { body });
    },

    async labels(number) {
      const labels = await ask<{ name: string }[]>('alice', 'GET', `${repo}/issues/${number}/labels`);
      return labels.map(({ name }) => name).toSorted();
    },

    async comments(number) {
      const path = `${repo}/issues/${number}/comments?per_page=100`;
      const comments = await ask<{ body: string; user: { login: string } }[]>('alice', 'GET', path);
      return comments.map(({ body, user }) => ({ author: user.login, body }));
    },

    async statuses(sha) {
      const path = `${repo}/commits/${sha}/statuses?per_page=100`;
      const newestFirst = await ask<{ context: string; state: string; target_url: string | null }[]>(
        'alice',
        'GET',
        path,
      );
      return newestFirst
        .map(({ context, state, target_url: target }) => ({ context, state, url: target ?? '' }))
        .toReversed();
    },
  };
}

async function send<T>(
  method: string,
  address: string,
  body: object | undefined,
  headers: Record<string, string> = {},
): Promise<T> {
  const answer = await fetch(address, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new DemoError(`${method} ${address} answered ${answer.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
