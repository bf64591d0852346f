import { describe, expect, test } from '@jest/globals';
import { parsePlugins } from '../config/load-plugins.ts';
import type { ActorTarget } from '../domain/review/actor-target.ts';
import { loadEnvelope, type ChangeEventEnvelope } from '../domain/review/envelope.ts';
import type { Item } from '../domain/review/item.ts';
import { HostUnavailable } from '../providers/host-failures.ts';
import { createFakeHost } from '../test/fakes/code-host.ts';
import { createMemoryBlobs } from '../test/fakes/memory-blobs.ts';
import { createSpreadActivities } from './spread-to-changes.ts';

const sha = 'c'.repeat(40);
const pluginsYaml = 'plugins: {acme: {plugins: [blunderbuss]}}\nblunderbuss: {wait_for_status: {context: tide}}';

const item = (number: number, change: Partial<Item> = {}, head = sha): Item => ({
  isPull: true,
  number,
  title: 'Add frobnicator',
  body: '',
  author: 'ann',
  authorType: 'User',
  state: 'open',
  url: `https://host.test/acme/app/pull/${number}`,
  assignees: [],
  pull: {
    draft: false,
    merged: false,
    requestedReviewers: [],
    base: { ref: 'main', sha: 'b'.repeat(40) },
    head: { ref: 'topic', sha: head },
  },
  ...change,
});

const envelope: ChangeEventEnvelope = {
  v: 1,
  id: 'forge:d1',
  delivery: 'd1',
  receivedAt: '2026-11-24T12:00:00Z',
  host: 'forge',
  repo: { org: 'acme', repo: 'app' },
  source: { event: 'status' },
  events: [{ kind: 'status', sender: 'bot', sha, context: 'tide', state: 'pending', description: 'Not mergeable.' }],
  payload: { key: 'bucket/d1-payload.json', bytes: 1, sha256: '', headers: {} },
};

interface Given {
  items?: Item[];
  plugins?: string;
  given?: ChangeEventEnvelope;
  fail?: Error;
}

async function spread({ items = [item(5)], plugins = pluginsYaml, given = envelope, fail }: Given = {}) {
  const told: [ActorTarget, readonly ChangeEventEnvelope[]][] = [];
  const blobs = createMemoryBlobs();
  const asked: string[] = [];
  const { spreadToChanges } = createSpreadActivities({
    host: () => ({
      ...createFakeHost(),
      async openChangesOf(_repo, wanted) {
        asked.push(wanted);
        if (fail) throw fail;
        return items.map(({ number }) => number);
      },
      item: async ({ number }) => items.find((one) => one.number === number && one.title !== 'gone'),
    }),
    blobs,
    eventsFolder: 'events/webhooks',
    plugins: () => parsePlugins('plugins.yaml', plugins),
    signals: { changeEventsReceived: async (target, envelopes) => void told.push([target, envelopes]) },
  });
  const numbers = await spreadToChanges({ envelope: given, sha });
  return { numbers, told, asked, blobs };
}

const target = (number: number) => ({ kind: 'change', host: 'forge', org: 'acme', repo: 'app', number });

describe('a status', () => {
  test('is handed to each open change with that head, as an event of its own', async () => {
    const { numbers, told } = await spread({ items: [item(7), item(5)] });

    expect(numbers).toEqual([5, 7]);
    expect(told.toSorted(([, [a]], [, [b]]) => ((a?.id ?? '') < (b?.id ?? '') ? -1 : 1))).toEqual(
      [5, 7].map((number) => [
        target(number),
        [
          {
            v: 1,
            id: `forge:d1-${number}`,
            delivery: `d1-${number}`,
            receivedAt: envelope.receivedAt,
            host: 'forge',
            repo: envelope.repo,
            source: { event: 'status' },
            events: envelope.events,
            item: item(number),
          },
        ],
      ]),
    );
  });

  test.each([
    ['closed meanwhile', item(5, { state: 'closed' })],
    ['pushed to meanwhile', item(5, {}, 'd'.repeat(40))],
    ['gone', item(5, { title: 'gone' })],
  ])('is not for a change that is %s', async (_name, one) => {
    const { numbers, told } = await spread({ items: [one, item(6)] });

    expect(numbers).toEqual([6]);
    expect(told).toHaveLength(1);
  });

  test.each([
    ['no plugin looks at statuses', 'plugins: {acme: {plugins: [hold]}}'],
    ['the one that does waits for another', pluginsYaml.replace('tide', 'other')],
    ['it is on elsewhere', pluginsYaml.replace('acme', 'other')],
  ])('costs nothing where %s', async (_name, plugins) => {
    const { numbers, asked } = await spread({ plugins });

    expect(numbers).toEqual([]);
    expect(asked).toEqual([]);
  });

  test('with a long change travels by its place in storage', async () => {
    const long = item(5, { body: 'x'.repeat(5000) });

    const { told, blobs } = await spread({ items: [long] });

    const [, [sent] = []] = told[0] ?? [];
    if (!sent) throw new Error('nothing was sent');
    expect(JSON.stringify(sent).length).toBeLessThan(2048);
    expect(await loadEnvelope(blobs, sent)).toMatchObject({ id: 'forge:d1-5', item: long, events: envelope.events });
  });

  test('waits for a host that is away', async () => {
    await expect(spread({ fail: new HostUnavailable('list', '502') })).rejects.toMatchObject({
      type: 'HostUnavailable',
      nonRetryable: false,
    });
  });
});
