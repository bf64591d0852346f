/**
 * People who say `/hold` and `/hold cancel` on pull requests in turns, and what comes of it: each comment puts a label on or takes it
 * off, once. The label's webhook says when.
 */
import { inBatches } from '../harness/batches.ts';
import { benchRepo, type BenchCodeHost } from '../harness/code-host.ts';
import { waitFor } from '../harness/wait-for.ts';
import type { WebhookRelay } from '../harness/webhook-relay.ts';

export interface HoldComments {
  /** Says the next one; resolves with the milliseconds from then to its label. Rejects where the code host does not take it. */
  say(number: number): Promise<number>;
  /** Comments whose label has not come yet. */
  open(): number;
  /** Asks the code host: comments without a label, and labels beyond one for each comment. */
  check(): Promise<{ lost: number; doubled: number; /** Numbers of pull requests where it is so. */ wrong: number[] }>;
}

const label = 'do-not-merge/hold';
const path = `/repos/${benchRepo.org}/${benchRepo.repo}`;

interface Waiting {
  saidAt: number;
  resolve: (ms: number) => void;
}

export function holdComments(codeHost: BenchCodeHost, relay: WebhookRelay): HoldComments {
  const said = new Map<number, number>();
  const waiting = new Map<number, Waiting[]>();
  let open = 0;
  relay.onWebhook(({ event, action, number, label: named, at }) => {
    if (event !== 'pull_request' || named !== label || (action !== 'labeled' && action !== 'unlabeled')) return;
    const first = waiting.get(number)?.shift();
    if (!first) return;
    open -= 1;
    first.resolve(at - first.saidAt);
  });

  return {
    async say(number) {
      const before = said.get(number) ?? 0;
      said.set(number, before + 1);
      open += 1;
      const saidAt = performance.now();
      const labelled = new Promise<number>((resolve) => {
        waiting.set(number, [...(waiting.get(number) ?? []), { saidAt, resolve }]);
      });
      const body = before % 2 === 0 ? '/hold' : '/hold cancel';
      await codeHost.ask('carol', 'POST', `${path}/issues/${number}/comments`, { body });
      return await labelled;
    },
    open: () => open,
    async check() {
      let lost = 0;
      let doubled = 0;
      const wrong: number[] = [];
      await inBatches(said.size, async (index) => {
        const [number = 0, comments = 0] = [...said][index] ?? [];
        const changes = await labelChanges(codeHost, number);
        lost += Math.max(0, comments - changes);
        doubled += Math.max(0, changes - comments);
        if (changes !== comments) wrong.push(number);
      });
      return { lost, doubled, wrong };
    },
  };
}

/** How often the label was put on or taken off. */
async function labelChanges(codeHost: BenchCodeHost, number: number): Promise<number> {
  let changes = 0;
  for (let page = 1; ; page += 1) {
    const events = await codeHost.ask<{ event: string; label?: { name: string } }[]>(
      'alice',
      'GET',
      `${path}/issues/${number}/events?per_page=100&page=${page}`,
    );
    changes += events.filter(({ event, label: named }) => event.endsWith('labeled') && named?.name === label).length;
    if (events.length < 100) return changes;
  }
}

/** Resolves when all labels are there, or no more come for so many seconds. */
export async function whenLabelled(comments: HoldComments, seconds: number): Promise<void> {
  let left = comments.open();
  let since = performance.now();
  await waitFor(
    'the end',
    3600,
    async () => {
      if (comments.open() < left) since = performance.now();
      left = comments.open();
      return left === 0 || performance.now() - since > seconds * 1000;
    },
    50,
  );
}
