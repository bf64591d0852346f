import { describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { HostEffect, Refusal } from '../domain/review/host.ts';
import { HostRefusal, HostUnavailable } from '../providers/host-failures.ts';
import { createFakeHost } from '../test/fakes/code-host.ts';
import { createApplyActivities, type AppliedEffect } from './apply-effects.ts';

const item = { org: 'o', repo: 'r', number: 5 };
const label = (name: string): HostEffect => ({ kind: 'addLabel', label: name });

async function apply(
  effects: HostEffect[],
  onApply?: (effect: HostEffect) => Refusal | undefined,
  { firstTry, ...info }: { heartbeatDetails?: AppliedEffect[]; attempt?: number; firstTry?: boolean } = {},
) {
  const host = createFakeHost({ ...(onApply && { onApply }) });
  const { applyEffects } = createApplyActivities({ host: () => host });
  const environment = new MockActivityEnvironment(info);
  const keyed = effects.map((effect, index) => ({ key: `d/p/${index}`, plugin: 'p', effect }));
  const run = () =>
    environment.run(applyEffects, { host: 'fake', item, effects: keyed, ...(firstTry !== undefined && { firstTry }) });
  return { host, run };
}

const applied = ({ host }: Awaited<ReturnType<typeof apply>>) =>
  host.applied.map(({ effect, key }) => [effect.kind, key]);

test('effects are carried out in order, each with its key', async () => {
  const test = await apply([label('a'), { kind: 'comment', body: 'x' }]);

  expect(await test.run()).toEqual([
    { key: 'd/p/0', outcome: 'done' },
    { key: 'd/p/1', outcome: 'done' },
  ]);
  expect(applied(test)).toEqual([
    ['addLabel', 'd/p/0'],
    ['comment', 'd/p/1'],
  ]);
});

test('each effect that others follow is told, the last one is not', async () => {
  const beats: number[] = [];
  for (const effects of [[label('a')], [label('a'), { kind: 'comment', body: 'x' } as const, label('b')]]) {
    const { applyEffects } = createApplyActivities({ host: () => createFakeHost() });
    const environment = new MockActivityEnvironment();
    environment.on('heartbeat', (done: AppliedEffect[]) => beats.push(done.length));
    const keyed = effects.map((effect, index) => ({ key: `d/p/${index}`, plugin: 'p', effect }));
    await environment.run(applyEffects, { host: 'fake', item, effects: keyed });
  }

  expect(beats).toEqual([1, 2]);
});

test('an attempt begins where the one before it was lost', async () => {
  const test = await apply([label('a'), label('b')], undefined, {
    heartbeatDetails: [{ key: 'd/p/0', outcome: 'done' }],
    attempt: 2,
  });

  expect(await test.run()).toHaveLength(2);
  expect(applied(test)).toEqual([['addLabel', 'd/p/1']]);
});

test.each([
  ['the first attempt of a first try', { firstTry: true, attempt: 1 }, true],
  ['another attempt', { firstTry: true, attempt: 2 }, false],
  ['another try of the event', { firstTry: false, attempt: 1 }, false],
  ['who knows', { attempt: 1 }, false],
])('only %s needs not look for what is there', async (_name, info, firstAttempt) => {
  const test = await apply([{ kind: 'comment', body: 'x' }], undefined, info);
  await test.run();

  expect(test.host.applied).toMatchObject([{ options: { firstAttempt } }]);
});

describe('labels that follow each other', () => {
  const other: HostEffect = { kind: 'addLabel', label: 'c', number: 6 };
  const list: HostEffect[] = [label('a'), label('b'), { kind: 'comment', body: 'x' }, label('c'), other, label('d')];

  async function together(answer: (labels: readonly string[]) => Promise<void>, attempt = 1) {
    const asked: (readonly string[])[] = [];
    const host = createFakeHost({
      addLabels: async (labels) => {
        asked.push(labels);
        await answer(labels);
      },
    });
    const { applyEffects } = createApplyActivities({ host: () => host });
    const effects = list.map((effect, index) => ({ key: `d/p/${index}`, plugin: 'p', effect }));
    const beats: AppliedEffect[][] = [];
    const environment = new MockActivityEnvironment({ attempt });
    environment.on('heartbeat', (done: AppliedEffect[]) => beats.push([...done]));
    const run = () => environment.run(applyEffects, { host: 'fake', item, effects, firstTry: true });
    return { host, asked, beats, run };
  }

  test('are one request, where nothing comes between them and they are for one item', async () => {
    const test = await together(async () => undefined);

    const done = await test.run();

    expect(done).toEqual(list.map((_effect, index) => ({ key: `d/p/${index}`, outcome: 'done' })));
    expect(test.asked).toEqual([['a', 'b']]);
    expect(test.host.applied.map(({ effect }) => effect.kind)).toEqual(['comment', 'addLabel', 'addLabel', 'addLabel']);
    expect(test.beats[0]).toHaveLength(2);
  });

  test('are tried one by one where the host refuses one of them', async () => {
    const test = await together(() => Promise.reject(new HostRefusal('HostValidation', 'POST', 422, 'too long')));

    expect(await test.run()).toHaveLength(list.length);
    expect(test.host.applied.map(({ key }) => key)).toEqual(list.map((_effect, index) => `d/p/${index}`));
  });

  test('are tried again together while the host is away', async () => {
    const test = await together(() => Promise.reject(new HostUnavailable('POST', 'away')));

    await expect(test.run()).rejects.toMatchObject({ type: 'HostUnavailable' });
    expect(test.host.applied).toEqual([]);
  });
});

describe('what the host refuses', () => {
  const assign: HostEffect = { kind: 'assign', logins: ['x', 'y'], whenRefused: 'Cannot assign {refused}: {reason}' };

  test('is told to people where the effect says so, and nobody is mentioned by it', async () => {
    const test = await apply([assign], ({ kind }) =>
      kind === 'assign' ? { refused: ['@x'], reason: '$& `no`' } : undefined,
    );

    expect(await test.run()).toEqual([{ key: 'd/p/0', outcome: 'refused', reason: '@x: $& `no`' }]);
    expect(test.host.applied.at(-1)).toMatchObject({
      effect: { kind: 'comment', body: "Cannot assign `@x`: `$& 'no'`" },
      key: 'd/p/0/answer',
    });
  });

  test('for good, does not hold up the next effect', async () => {
    const test = await apply([label('a'), label('b')], (effect) => {
      if ('label' in effect && effect.label === 'a') {
        throw new HostRefusal('HostValidation', 'label it', 422, 'no such label');
      }
      return undefined;
    });

    expect(await test.run()).toEqual([
      { key: 'd/p/0', outcome: 'refused', reason: 'Cannot label it: no such label' },
      { key: 'd/p/1', outcome: 'done' },
    ]);
  });

  test('because it is away, rejects the whole, to be tried again', async () => {
    const test = await apply([label('a')], () => {
      throw new HostUnavailable('label it', '502');
    });

    await expect(test.run()).rejects.toMatchObject({ type: 'HostUnavailable', nonRetryable: false });
  });
});

test('closing is confirmed once it is done', async () => {
  const close: HostEffect = { kind: 'setState', state: 'closed', whenDone: 'Closed.', whenRefused: 'No: {reason}' };

  const done = await apply([close]);
  await done.run();
  const refused = await apply([close], ({ kind }) =>
    kind === 'setState' ? { refused: [], reason: 'locked' } : undefined,
  );
  await refused.run();

  expect(done.host.applied.at(-1)?.effect).toEqual({ kind: 'comment', body: 'Closed.' });
  expect(refused.host.applied.at(-1)?.effect).toEqual({ kind: 'comment', body: 'No: `locked`' });
});
