import { expect, test } from '@jest/globals';
import { createInLine } from './in-line.ts';

interface Piece {
  work: Promise<string>;
  resolve: (value: string) => void;
  reject: (error: Error) => void;
}

function piece(): Piece {
  let [resolve, reject]: [Piece['resolve'], Piece['reject']] = [() => undefined, () => undefined];
  const work = new Promise<string>((fulfil, refuse) => ([resolve, reject] = [fulfil, refuse]));
  return { work, resolve, reject };
}

const settled = async () => await new Promise((resolve) => setImmediate(resolve));

test('what is ready early waits for what began before it', async () => {
  const inLine = createInLine();
  const done: string[] = [];
  const [a, b, c] = [piece(), piece(), piece()];
  for (const { work } of [a, b, c]) void inLine('k', work).then((value) => done.push(value));

  c.resolve('c');
  b.resolve('b');
  await settled();
  expect(done).toEqual([]);

  a.resolve('a');
  await settled();
  expect(done).toEqual(['a', 'b', 'c']);
});

test('a failure is told to its own, in its turn, and holds up nothing', async () => {
  const inLine = createInLine();
  const [a, b] = [piece(), piece()];
  const results = Promise.allSettled([inLine('k', a.work), inLine('k', b.work)]);

  b.reject(new Error('b'));
  await settled();
  a.reject(new Error('a'));

  expect(await results).toMatchObject([{ reason: { message: 'a' } }, { reason: { message: 'b' } }]);
  expect(await inLine('k', Promise.resolve('c'))).toBe('c');
});

test('other keys do not wait', async () => {
  const inLine = createInLine();
  void inLine('k', piece().work);

  expect(await inLine('other', Promise.resolve('x'))).toBe('x');
});
