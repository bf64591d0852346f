/** The sample code host of a running system, as its people use it: over HTTP, each with a token of his own. */
import { readFileSync } from 'node:fs';
import { sampleHostFiles, sampleHostUrl } from '../../config/sample-host.ts';
import { eventually } from './eventually.ts';

export interface Status {
  context: string;
  state: string;
  description: string;
  target_url: string;
}

export interface Comment {
  id: number;
  body: string;
  user: { login: string };
}

export interface SampleHost {
  /** Asks the API as somebody; rejects where the answer is no success. */
  ask<T>(as: string, method: string, path: string, body?: object): Promise<T>;
  /** The owner's controls. */
  control<T>(method: string, path: string, body?: object): Promise<T>;
  /** A further person, with a token. */
  addPerson(login: string): Promise<void>;
  comment(as: string, number: number, body: string): Promise<Comment>;
  comments(number: number): Promise<Comment[]>;
  labels(number: number): Promise<string[]>;
  headOf(number: number): Promise<string>;
  /** Oldest first. */
  statuses(sha: string): Promise<Status[]>;
  /** Waits until the change has these labels and none of the others. */
  whenLabelled(number: number, labels: { with?: readonly string[]; without?: readonly string[] }): Promise<void>;
  /** Waits until the newest status of the context is one of these. */
  whenStatus(sha: string, context: string, ...states: string[]): Promise<Status>;
}

/** A machine on which several suites run at once is slow; whoever waits longer waits in vain. */
const patience = { timeoutMs: 60_000, intervalMs: 100 };

export function sampleHost(dataDir: string, port: number): SampleHost {
  const files = sampleHostFiles(dataDir);
  const url = sampleHostUrl(port);
  const repo = '/repos/demo/hello';
  const added = new Map<string, string>();

  async function send<T>(method: string, address: string, headers: Record<string, string>, body?: object): Promise<T> {
    const answer = await fetch(address, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${address} answered ${answer.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  const host: SampleHost = {
    async ask(as, method, path, body) {
      const token = added.get(as) ?? readFileSync(files.token(as), 'utf8').trim();
      return await send(method, `${url}/api/v3${path}`, { authorization: `Bearer ${token}` }, body);
    },
    control: async (method, path, body) => await send(method, `${url}/_forge/${path}`, {}, body),
    async addPerson(login) {
      added.set(login, (await host.control<{ token: string }>('POST', 'users', { login })).token);
    },
    comment: async (as, number, body) => await host.ask(as, 'POST', `${repo}/issues/${number}/comments`, { body }),
    comments: async (number) => await host.ask('alice', 'GET', `${repo}/issues/${number}/comments?per_page=100`),
    async labels(number) {
      const labels = await host.ask<{ name: string }[]>('alice', 'GET', `${repo}/issues/${number}/labels`);
      return labels.map(({ name }) => name);
    },
    async headOf(number) {
      const pull = await host.ask<{ head: { sha: string } }>('alice', 'GET', `${repo}/pulls/${number}`);
      return pull.head.sha;
    },
    async statuses(sha) {
      const newestFirst = await host.ask<Status[]>('alice', 'GET', `${repo}/commits/${sha}/statuses?per_page=100`);
      return newestFirst.toReversed();
    },
    async whenLabelled(number, { with: wanted = [], without = [] }) {
      let labels: string[] = [];
      const isSo = async () => {
        labels = await host.labels(number);
        return wanted.every((one) => labels.includes(one)) && !without.some((one) => labels.includes(one));
      };
      await eventually(isSo, `#${number} has ${wanted.join(', ')} and not ${without.join(', ')}`, patience).catch(
        (error: unknown) => {
          throw new Error(`#${number} has the labels ${labels.join(', ')}.`, { cause: error });
        },
      );
    },
    async whenStatus(sha, context, ...states) {
      let newest: Status | undefined;
      const isSo = async () => {
        newest = (await host.statuses(sha)).findLast((status) => status.context === context);
        return newest !== undefined && states.includes(newest.state);
      };
      await eventually(isSo, `${context} is ${states.join(' or ')}`, patience).catch((error: unknown) => {
        throw new Error(`${context} is ${newest?.state ?? 'unknown'}: ${newest?.description}`, { cause: error });
      });
      if (!newest) throw new Error(`${context} has no status.`);
      return newest;
    },
  };
  return host;
}
