/**
 * `npm run golden -- DIR [--emit] [--data DIR]`: evaluates every golden file below DIR against our code.
 *
 * Prints identical, declared and different counts per file with the first differences; exit code 1 on any difference. With
 * `--emit` stdout has one JSON line per case with the value that our code computes, and the summary goes to stderr.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { goldenFiles, runFile, type FileResult } from './run.ts';

/** Differences shown per file. */
const shown = 3;
const maxText = 1_500;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { emit: { type: 'boolean', default: false }, data: { type: 'string' } },
});
const [folder] = positionals;
if (!folder || !existsSync(folder)) {
  console.error(
    'Usage: npm run golden -- DIR [--emit] [--data DIR]\nDIR holds golden files, such as ../shared/golden.',
  );
  process.exit(2);
}

const dataDir = resolve(values.data ?? fileURLToPath(new URL('../../../../shared/data/test-infra', import.meta.url)));
const say = values.emit ? console.error : console.log;
const files = goldenFiles(folder);
const results: FileResult[] = [];
for (const path of files) {
  const result = await runFile(folder, path, {
    dataDir,
    ...(values.emit && { emit: (line) => console.log(JSON.stringify(line)) }),
  });
  results.push(result);
  printResult(result);
}
if (files.length === 0) say('No golden files here.');

const sum = (key: 'identical' | 'declared' | 'different') => results.reduce((total, result) => total + result[key], 0);
const failures = results.filter(({ failure }) => failure).length;
say(
  `total: ${sum('identical')} identical, ${sum('declared')} declared, ${sum('different')} different, ${failures} files failed`,
);
process.exit(files.length === 0 || sum('different') > 0 || failures > 0 ? 1 : 0);

function printResult(result: FileResult): void {
  const { path, kind, cases, identical, declared, different, differences, failure, notYet } = result;
  if (notYet) return say(`${path}: not yet (${notYet}; ${cases} cases)`);
  say(`${path}: ${identical} identical, ${declared} declared, ${different} different  [${kind}]`);
  if (failure) say(`  FAILED: ${path} ${failure}`);
  for (const { id, ours, golden, rule } of differences.slice(0, shown)) {
    say(`  ${id}${rule ? ` (declared difference "${rule}" did not come out)` : ''}`);
    say(`    ours   ${text(ours)}`);
    say(`    golden ${text(golden)}`);
  }
  if (differences.length > shown) say(`  ... and ${differences.length - shown} more`);
}

function text(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > maxText ? `${json.slice(0, maxText)} ...` : json;
}
