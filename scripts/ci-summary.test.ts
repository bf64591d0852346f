import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';

const script = fileURLToPath(new URL('ci-summary.mjs', import.meta.url));
const ciRun = fileURLToPath(new URL('../.ci/run', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bowsprit-ci-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const allPassed = '0 tests\n0 lint\n0 types\n';
const jest = (given: { passed?: number; failed?: number; broken?: number; skipped?: string[] }) => ({
  numPassedTests: given.passed ?? 0,
  numFailedTests: given.failed ?? 0,
  numRuntimeErrorTestSuites: given.broken ?? 0,
  testResults: [
    { assertionResults: (given.skipped ?? []).map((fullName) => ({ status: 'pending', fullName })) },
    { assertionResults: [{ status: 'passed', fullName: 'opens a page in Chromium' }] },
  ],
});

interface Row {
  name: string;
  results?: object;
  steps: string;
  last: string;
  code: number;
}
const rows: Row[] = [
  { name: 'all passed', results: jest({ passed: 40 }), steps: allPassed, last: '42 passed, 0 failed', code: 0 },
  {
    name: 'failed tests are counted once, not again as a step',
    results: jest({ passed: 40, failed: 2 }),
    steps: '1 tests\n0 lint\n0 types\n',
    last: '42 passed, 2 failed',
    code: 1,
  },
  {
    name: 'a file that cannot be loaded is a failure',
    results: jest({ passed: 40, broken: 1 }),
    steps: '1 tests\n0 lint\n',
    last: '41 passed, 1 failed',
    code: 1,
  },
  {
    name: 'a failed step is a failure',
    results: jest({ passed: 40 }),
    steps: '0 tests\n1 lint\n0 types\n',
    last: '41 passed, 1 failed',
    code: 1,
  },
  {
    name: 'a test command that fails with all tests passed is a failure',
    results: jest({ passed: 40 }),
    steps: '1 tests\n0 lint\n',
    last: '41 passed, 1 failed',
    code: 1,
  },
  {
    name: 'a skip for lack of Chromium is a failure',
    results: jest({ passed: 40, skipped: ['Deck in a browser (skipped: no Chromium)'] }),
    steps: '0 tests\n0 lint\n',
    last: '41 passed, 1 failed',
    code: 1,
  },
  {
    name: 'other skips are forgiven',
    results: jest({ passed: 40, skipped: ['golden files (skipped: ../shared is absent)'] }),
    steps: '0 tests\n0 lint\n',
    last: '41 passed, 0 failed',
    code: 0,
  },
  { name: 'no results are a failure', steps: '0 tests\n0 lint\n', last: '1 passed, 1 failed', code: 1 },
  { name: 'a set-up that fails is a failure', steps: '1 tests\n1 lint\n', last: '0 passed, 2 failed', code: 1 },
];

test.each(rows)('$name: $last', ({ results, steps, last, code }) => {
  const resultsPath = join(folder, 'jest.json');
  const stepsPath = join(folder, 'steps');
  rmSync(resultsPath, { force: true });
  if (results) writeFileSync(resultsPath, JSON.stringify(results));
  writeFileSync(stepsPath, steps);

  const { stdout, status } = spawnSync(process.execPath, [script, stepsPath, `tests=${resultsPath}`], {
    encoding: 'utf8',
  });

  expect(stdout.trimEnd().split('\n').at(-1)).toBe(last);
  expect(status).toBe(code);
});

test.each([
  { cluster: jest({ passed: 5 }), code: 0, last: '46 passed, 0 failed' },
  { cluster: jest({ passed: 4, failed: 1 }), code: 1, last: '45 passed, 1 failed' },
  {
    cluster: jest({ passed: 5, skipped: ['lets pods reach this machine (own cluster only)'] }),
    code: 0,
    last: '46 passed, 1 failed',
  },
  { cluster: undefined, code: 1, last: '41 passed, 1 failed' },
])('several steps of jest are added up: $last', ({ cluster, code, last }) => {
  const named = { tests: jest({ passed: 40 }), 'cluster-tests': cluster };
  const stepsPath = join(folder, 'steps');
  writeFileSync(stepsPath, `0 tests\n${code} cluster-tests\n0 lint\n`);
  const results = Object.entries(named).map(([name, content]) => {
    const path = join(folder, `${name}.json`);
    rmSync(path, { force: true });
    if (content) writeFileSync(path, JSON.stringify(content));
    return `${name}=${path}`;
  });

  const { stdout } = spawnSync(process.execPath, [script, stepsPath, ...results], { encoding: 'utf8' });

  expect(stdout.trimEnd().split('\n').at(-1)).toBe(last);
});

test('.ci/run is a script that bash can parse', () => {
  expect(() => execFileSync('bash', ['-n', ciRun])).not.toThrow();
});
