import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import type { LogRequest } from './pods-api.ts';
import type { BuildCluster } from './build-cluster.ts';
import { createPodLogs } from './pod-logs.ts';

interface Line {
  /** Milliseconds of the log's hour. */
  at: number;
  text: string;
}

const stamp = (at: number) => `${new Date(Date.UTC(2026, 10, 23, 12) + at).toISOString().slice(0, -1)}000000Z`;

/** A kubelet with one log: whole seconds of `sinceTime` count, and only what is in `lines` is still there. */
function kubelet(lines: Line[]) {
  const asked: LogRequest[] = [];
  let sent = 0;
  const log = async (_name: string, request: LogRequest) => {
    asked.push(request);
    const since = request.sinceTime ? Date.parse(request.sinceTime) - Date.UTC(2026, 10, 23, 12) : 0;
    const text = lines.filter(({ at }) => at >= since).map(({ at, text: words }) => `${stamp(at)} ${words}\n`);
    sent += text.join('').length;
    return Readable.from(text.map((line) => Buffer.from(line))) as IncomingMessage;
  };
  return { cluster: { api: { log } } as unknown as BuildCluster, asked, sent: () => sent };
}

const run = { name: 'a', buildId: '1', container: 'test' };
const textOf = (part: { content: Uint8Array } | undefined) => Buffer.from(part?.content ?? []).toString();
const every = (count: number, ms: number): Line[] =>
  Array.from({ length: count }, (_, n) => ({ at: n * ms, text: `line ${n}` }));

describe('logs of running pods', () => {
  test('pieces of any size make the whole log', async () => {
    const { cluster } = kubelet(every(100, 77));
    const whole = every(100, 77)
      .map(({ text }) => `${text}\n`)
      .join('');

    for (const limit of [1, 7, 64, 10_000]) {
      const logs = createPodLogs(cluster);
      let text = '';
      for (let offset = 0; ;) {
        const part = await logs.read(run, { offset, limit });
        text += textOf(part);
        offset = part?.next ?? 0;
        if (part?.atEnd) break;
      }
      logs.close();
      expect(text).toBe(whole);
    }
  });

  test('a reader who goes on keeps the stream; one who comes back for more begins at the second where it was', async () => {
    const lines = every(1_000, 100);
    const { cluster, asked, sent } = kubelet(lines);
    const logs = createPodLogs(cluster);
    const first = await logs.read(run, { offset: 0, limit: 100 });
    const second = await logs.read(run, { offset: first?.next ?? 0, limit: 1_000_000 });
    expect(asked).toHaveLength(1);
    const before = sent();

    lines.push({ at: 100_100, text: 'late' });
    const third = await logs.read(run, { offset: second?.next ?? 0, limit: 1_000 });

    expect(textOf(third)).toBe('late\n');
    expect(asked.at(-1)?.sinceTime).toBe('2026-11-23T12:01:39Z');
    expect(sent() - before).toBeLessThan(600);
    logs.close();
  });

  test('what was rotated away meanwhile does not keep a reader from the rest', async () => {
    const lines = every(100, 1_000);
    const { cluster } = kubelet(lines);
    const logs = createPodLogs(cluster);
    const first = await logs.read(run, { offset: 0, limit: 1_000_000 });
    lines.splice(0, lines.length, { at: 200_000, text: 'new file' });

    const second = await logs.read(run, { offset: first?.next ?? 0, limit: 1_000 });

    expect(textOf(second)).toBe('new file\n');
    logs.close();
  });

  test('an offset behind the end gives nothing, and asks to come again', async () => {
    const logs = createPodLogs(kubelet(every(3, 1_000)).cluster);

    expect(await logs.read(run, { offset: 1_000, limit: 10 })).toEqual({
      content: new Uint8Array(),
      next: 1_000,
      atEnd: true,
    });
    logs.close();
  });
});
