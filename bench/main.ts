/**
 * `npm run bench`: measures the system on this machine, each figure beside its target, and where a figure depends on the
 * machine, beside what Temporal alone reaches on it in the same run. `npm run bench -- NAME...` runs some.
 *
 * Exit code 1: a target was missed or a benchmark could not be carried out.
 */
import { writeFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { actors } from './actors.ts';
import { burst } from './burst.ts';
import { events } from './events.ts';
import { firstStart } from './first-start.ts';
import { SkippedError, type Benchmark, type BenchOptions, type BenchResult } from './harness/benchmark.ts';
import { root } from './harness/paths.ts';
import { createScope, type Scope } from './harness/scope.ts';
import { printRows, type Row } from './harness/table.ts';
import { kubernetes } from './kubernetes.ts';
import { lateness } from './lateness.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { owners } from './owners.ts';
import { pullRequest } from './pull-request.ts';
import { throughput } from './throughput.ts';
import { webhooks } from './webhooks.ts';

const benchmarks: readonly Benchmark[] = [
  load,
  owners,
  events,
  throughput,
  lateness,
  firstStart,
  burst,
  memory,
  kubernetes,
  pullRequest,
  webhooks,
  actors,
];

interface Flags {
  json?: string;
  idle?: number;
  quick: boolean;
  burst?: number;
  config: string;
}

interface Report extends BenchResult {
  name: string;
  title: string;
  startedAt: string;
  seconds: number;
  error?: string;
}

let scope: Scope | undefined;
let isEnding = false;

/** Ends early: everything that runs is stopped first. */
function end(code: number): void {
  if (isEnding) return;
  isEnding = true;
  void Promise.resolve(scope?.close()).finally(() => process.exit(code));
}

process.on('SIGINT', () => end(130));
process.on('SIGTERM', () => end(143));
process.on('SIGHUP', () => end(129));
// A client that is closed while it waits for its next attempt throws from a timer: no reason to leave servers behind.
process.on('uncaughtException', (error) => {
  if (!isEnding) process.stderr.write(`${error.stack}\n`);
  end(1);
});

await new Command('npm run bench --')
  .description(
    'Measures the system on this machine. Everything it starts has its own ports and folders, and is removed.',
  )
  .addArgument(new Argument('[name...]', 'benchmarks to run; default all').choices(benchmarks.map(({ name }) => name)))
  .option('--json <file>', 'also write the results to this file')
  .option('--idle <seconds>', 'how long `memory` watches the idle system; default 300', wholeNumber)
  .option('--quick', 'small loads: shows on a busy machine that the benchmarks work; the figures mean little', false)
  .option('--burst <count>', 'ProwJobs of `burst`; default 10000', wholeNumber)
  .option(
    '--config <folder>',
    'real configuration for `load` and `first-start`: prow/config.yaml and jobs/ in it',
    join(root, '..', 'shared', 'data', 'test-infra', 'config'),
  )
  .action(async (names: string[], flags: Flags) => {
    const temporalCli = process.env['TEMPORAL_CLI_PATH'];
    if (!temporalCli) throw new Error('Run it with `npm run bench`, which finds the Temporal CLI.');
    const chosen = benchmarks.filter(({ name }) => names.length === 0 || names.includes(name));
    const reports: Report[] = [];
    for (const benchmark of chosen) {
      const report = await runOne(benchmark, {
        temporalCli,
        config: flags.config,
        idleSeconds: flags.idle ?? (flags.quick ? 30 : 300),
        burst: flags.burst ?? (flags.quick ? 200 : 10_000),
        quick: flags.quick,
        say: (line) => process.stderr.write(`  ${benchmark.name}: ${line}\n`),
      });
      reports.push(report);
      printRows(report.title, report.rows);
      if (flags.json)
        writeFileSync(flags.json, `${JSON.stringify({ machine: machine(), benchmarks: reports }, null, 2)}\n`);
    }
    const missed = reports.flatMap(({ rows }) => rows).filter(({ ok }) => ok === false).length;
    console.log(missed === 0 ? '\nAll targets met.' : `\n${missed} missed.`);
    process.exit(missed === 0 ? 0 : 1);
  })
  .parseAsync();

async function runOne(benchmark: Benchmark, options: BenchOptions): Promise<Report> {
  const startedAt = new Date();
  const { name, title } = benchmark;
  const ended = (result: BenchResult) => ({
    name,
    title,
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / 1000,
    ...result,
  });
  scope = createScope();
  try {
    return ended(await benchmark.run(options, scope));
  } catch (error) {
    if (isEnding) return await new Promise<never>(() => undefined);
    if (error instanceof SkippedError) return ended({ rows: [{ what: 'skipped', value: error.message }] });
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    const message = error instanceof Error ? error.message : String(error);
    const row: Row = { what: 'failed', value: message.split('\n')[0] ?? '', ok: false };
    return { ...ended({ rows: [row] }), error: message };
  } finally {
    await scope.close();
  }
}

function machine() {
  const [cpu] = cpus();
  return {
    node: process.version,
    platform: `${platform()} ${arch()}`,
    cpu: cpu?.model,
    cpus: cpus().length,
    memoryBytes: totalmem(),
  };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('a whole number is needed');
  return value;
}
