import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeLooseObject } from './loose-object.ts';
import { git } from './run.ts';

let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'loose-object-'));
  await git(dir, ['init', '--quiet', '--bare', '.']);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test.each<[string, Buffer]>([
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('ü\r\n')],
  ['any bytes', Buffer.from([0, 255, 10, 0])],
  ['much', Buffer.alloc(3_000_000, 'long ')],
])('%s is what git would have written', async (_name, content) => {
  const [sha] = await Promise.all([
    writeLooseObject(dir, 'blob', content),
    writeLooseObject(dir, 'blob', content),
    writeLooseObject(dir, 'blob', content),
  ]);

  expect(sha).toBe((await git(dir, ['hash-object', '--stdin'], { input: content })).text.trim());
  expect((await git(dir, ['cat-file', 'blob', sha])).out.equals(content)).toBe(true);
  expect(await writeLooseObject(dir, 'blob', content)).toBe(sha);
  expect((await git(dir, ['fsck', '--full', '--strict'])).text).not.toMatch(/error|garbage/);
});

test('where there is no repository it fails', async () => {
  await expect(writeLooseObject(join(dir, 'config'), 'blob', Buffer.from('x'))).rejects.toMatchObject({
    code: 'ENOTDIR',
  });
});
