/**
 * Last step of `.ci/run`: adds up jest's results and the other steps. Prints what failed and, as the last line,
 * `N passed, N failed`; the exit code is 1 when anything failed.
 *
 * Called as `node scripts/ci-summary.mjs <jest.json> <steps>`; `steps` has a line `<exit code> <name>` for each step.
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
const unforgiven = /chromium/i;

/**
 * @param {JestResults | undefined} jest undefined when jest wrote no results
 * @param {{ code: number, name: string }[]} steps in order
 * @returns {{ passed: number, failed: number, lines: string[] }}
 */
export function summarise(jest, steps) {
  const lines = [];
  const skipped = (jest?.testResults ?? [])
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status, fullName }) => status === 'pending' && unforgiven.test(fullName));
  let passed = jest?.numPassedTests ?? 0;
  let failed = (jest?.numFailedTests ?? 0) + (jest?.numRuntimeErrorTestSuites ?? 0) + skipped.length;
  for (const { fullName } of skipped) lines.push(`skipped, but must run here: ${fullName}`);
  const testsFailed = failed > 0;
  for (const { code, name } of steps) {
    // The tests are counted one by one; the step itself only counts when it failed without a failed test.
    const counted = name === 'tests';
    if (code === 0 && !counted) passed += 1;
    if (code !== 0 && !(counted && testsFailed)) failed += 1;
    if (code !== 0) lines.push(`failed: ${name} (exit code ${code})`);
  }
  if (!jest && failed === 0) failed = 1;
  if (!jest) lines.push('failed: jest wrote no results');
  return { passed, failed, lines };
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [, , jestPath = '', stepsPath = ''] = process.argv;
  const jest = existsSync(jestPath) ? JSON.parse(readFileSync(jestPath, 'utf8')) : undefined;
  const steps = readFileSync(stepsPath, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [code = '', ...words] = line.split(' ');
      return { code: Number(code), name: words.join(' ') };
    });
  const { passed, failed, lines } = summarise(jest, steps);
  for (const line of lines) console.log(line);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
