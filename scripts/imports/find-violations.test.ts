import { describe, expect, test } from '@jest/globals';
import { readSources } from '../check-imports.ts';
import { findViolations } from './find-violations.ts';
import { importTable, registries } from './import-table.ts';

const violationsOf = (files: Record<string, string>) =>
  findViolations({ files: new Map(Object.entries(files)), table: importTable, registries });

describe('forbidden imports', () => {
  const refused: [name: string, path: string, source: string][] = [
    ['domain imports a package', 'domain/a.ts', "import { z } from 'zod';"],
    ['domain runs a module of Node', 'domain/a.ts', "import { join } from 'node:path';"],
    ['domain imports rules', 'domain/a.ts', "import { b } from '../rules/b.ts';"],
    ['domain re-exports rules', 'domain/a.ts', "export * from '../rules/b.ts';"],
    ['a workflow runs activity code', 'workflows/lib/a.ts', "import { b } from '../../activities/b.ts';"],
    ['a workflow imports rules', 'workflows/lib/a.ts', "import type { b } from '../../rules/b.ts';"],
    ['a workflow imports the client', 'workflows/lib/a.ts', "import type { Client } from '@temporalio/client';"],
    ['a workflow loads later', 'workflows/lib/a.ts', "export const b = () => import('../../config/b.ts');"],
    ['rules read files', 'rules/a.ts', "import { readFileSync } from 'node:fs';"],
    ['a plugin knows another', 'plugins/a/index.ts', "import { b } from '../b/index.ts';"],
    ['a command runs workflow code', 'cli/a.ts', "import { prowJob } from '../workflows/prow-job.ts';"],
    ['a command imports a worker', 'cli/a.ts', "import type { b } from '../workers/b.ts';"],
    ['a client reads configuration', 'clients/a.ts', "import type { b } from '../config/b.ts';"],
    ['an inline type names a forbidden folder', 'domain/a.ts', "export type B = import('../config/b.ts').B;"],
    ['a folder is only a prefix of an allowed one', 'rules/a.ts', "import { b } from '../domain-extra/b.ts';"],
    ['code that runs uses a helper of tests', 'rules/a.ts', "import { b } from './test-b.ts';"],
    ['a package is only a prefix of an allowed one', 'rules/a.ts', "import { b } from 're2js-fast';"],
  ];

  test.each(refused)('%s', (_name, path, source) => {
    const violations = violationsOf({ [path]: source, 'plugins/registry.ts': "import './a/index.ts';" });

    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(`${path} imports `);
  });

  const allowed: [name: string, path: string, source: string][] = [
    ['a type of Node in domain', 'domain/a.ts', "import type { Readable } from 'node:stream';"],
    ['inline types only count as types', 'workflows/lib/a.ts', "import { type B } from '../../activities/b.ts';"],
    ['messages of a workflow in a command', 'cli/a.ts', "import { state } from '../workflows/prow-job.messages.ts';"],
    ['a subpath of an allowed package', 'workflows/lib/a.ts', "import { b } from '@temporalio/common/lib/b';"],
    ['a comment that looks like an import', 'domain/a.ts', "// import { z } from 'zod';\nexport const a = 1;"],
    ['anything in a unit test', 'domain/a.test.ts', "import { z } from 'zod'; import '../workers/b.ts';"],
    ['anything in a helper of tests', 'rules/test-a.ts', "import { z } from 'zod'; import '../workers/b.ts';"],
    ['anything in a worker', 'workers/a.ts', "import { z } from 'zod'; import '../activities/b.ts';"],
  ];

  test.each(allowed)('%s is allowed', (_name, path, source) => {
    expect(violationsOf({ [path]: source })).toEqual([]);
  });
});

describe('cycles', () => {
  test('files that need each other are told with the whole way', () => {
    const violations = violationsOf({
      'domain/a.ts': "import { b } from './b.ts';",
      'domain/b.ts': "import { c } from './c.ts';",
      'domain/c.ts': "import { b } from './b.ts';",
    });

    expect(violations).toEqual(['Import cycle: domain/b.ts -> domain/c.ts -> domain/b.ts.']);
  });

  test('a cycle of types is none', () => {
    const violations = violationsOf({
      'domain/a.ts': "import { b } from './b.ts';",
      'domain/b.ts': "import type { A } from './a.ts';",
    });

    expect(violations).toEqual([]);
  });
});

test('a workflow that the bundle forgot is told', () => {
  const violations = violationsOf({
    'workflows/index.ts': "export { prowJob } from './prow-job.ts';",
    'workflows/prow-job.ts': 'export const prowJob = 1;',
    'workflows/prow-job.messages.ts': 'export const state = 1;',
    'workflows/limiter.ts': 'export const limiter = 1;',
  });

  expect(violations).toEqual(['workflows/limiter.ts is missing in workflows/index.ts.']);
});

test('the project keeps its own import rules', () => {
  const files = readSources();

  expect(files.size).toBeGreaterThan(100);
  expect(findViolations({ files, table: importTable, registries })).toEqual([]);
});
