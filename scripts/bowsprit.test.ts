import { accessSync, constants, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

test('npx can run the programs that package.json names', () => {
  const root = new URL('../', import.meta.url);
  const { bin } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { bin: Record<string, string> };

  const programs = Object.values(bin).map((path) => fileURLToPath(new URL(path, root)));

  expect(programs.length).toBeGreaterThan(0);
  // Where npx has linked one before, it does not make it executable again.
  for (const program of programs) expect(() => accessSync(program, constants.X_OK)).not.toThrow();
});
