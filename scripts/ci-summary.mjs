/**
 * Last step of `.ci/run`: adds up jest's results and the other steps. Prints what failed and, as the last line,
 * `N passed, N failed`; the exit code is 1 when anything failed.
 *
 * Called as `node scripts/ci-summary.mjs <steps> <step>=<jest.json> ...`; `steps` has a line `<exit code> <name>` for each step,
 * and the steps that ran jest have their results named.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} JestResults the parts of jest's `--json` that are read
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numRuntimeErrorTestSuites files that could not even be loaded
 * @property {{ assertionResults: { status: string, fullName: string }[] }[]} testResults
 */

/** Skips that CI does not forgive: it has what they need. */
const unforgiven = /chromium|own cluster only|server not installed/i;

/**
 * @param {Record<string, JestResults | undefined>} results of the steps that ran jest; undefined when it wrote none
 * @param {{ code: number, name: string }[]} steps in order
 * @returns {{ passed: number, failed: number, lines: string[] }}
 */
export function summarise(results, steps) {
  const lines = [];
  let passed = 0;
  let failed = 0;
  for (const [name, jest] of Object.entries(results)) {
    const tests = countTests(jest);
    lines.push(...tests.lines);
    if (!jest) lines.push(`failed: jest wrote no results of ${name}`);
    passed += tests.passed;
    // The tests are counted one by one; the step itself only counts when it failed without a failed test.
    const code = steps.find((step) => step.name === name)?.code ?? 1;
    failed += tests.failed > 0 ? tests.failed : code !== 0 || !jest ? 1 : 0;
  }
  for (const { code, name } of steps) {
    if (code !== 0) lines.push(`failed: ${name} (exit code ${code})`);
    if (name in results) continue;
    if (code === 0) passed += 1;
    else failed += 1;
  }
  return { passed, failed, lines };
}

/** @param {JestResults | undefined} jest */
function countTests(jest) {
  const skipped = (jest?.testResults ?? [])
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status, fullName }) => status === 'pending' && unforgiven.test(fullName));
  return {
    passed: jest?.numPassedTests ?? 0,
    failed: (jest?.numFailedTests ?? 0) + (jest?.numRuntimeErrorTestSuites ?? 0) + skipped.length,
    lines: skipped.map(({ fullName }) => `skipped, but must run here: ${fullName}`),
  };
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [, , stepsPath = '', ...named] = process.argv;
  const results = Object.fromEntries(
    named.map((text) => {
      const [name = '', path = ''] = text.split('=', 2);
      return [name, existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined];
    }),
  );
  const steps = readFileSync(stepsPath, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [code = '', ...words] = line.split(' ');
      return { code: Number(code), name: words.join(' ') };
    });
  const { passed, failed, lines } = summarise(results, steps);
  for (const line of lines) console.log(line);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
