/**
 * What one pull request costs at the code host: calls of its API from opened to merged, counted by the host, step by step. Git is
 * left out. The system is the real one: gateway, worker with all roles, presubmits that run as processes.
 */
import type { CallLine } from '../forge/server/calls.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { startReviewSystem, type ReviewSystem } from './harness/review-system.ts';
import { atMost, plain, type Row } from './harness/table.ts';
import { waitFor } from './harness/wait-for.ts';
import { pullRequestLife } from './review/pull-request-life.ts';

/** Prow, with the same plugins, steps and counting: 159, of them 33 writes. */
const mostCalls = 50;

/** They are pending long enough for people to see it: a status each for the beginning and the end. */
const jobs = ['unit', 'lint'];
const presubmits = jobs.map((name) => ({
  name,
  always_run: true,
  spec: { containers: [{ image: 'alpine', command: ['sleep', '3'] }] },
}));

export const pullRequest: Benchmark = {
  name: 'pull-request',
  title: 'pull-request: API calls in the life of one pull request, git left out',
  async run({ temporalCli, say }, scope) {
    const system = await startReviewSystem(scope, {
      temporalCli,
      presubmits,
      settings: { executor: 'process', trustPullRequests: true },
    });
    const first = await live(system, say, true);
    const second = await live(system, say, false);
    return {
      rows: [
        ...first.map(({ name, calls }) => rowOf(name, calls)),
        atMost('in all, with nothing remembered before', allOf(first).length, mostCalls, 'calls'),
        rowOf('  of these', allOf(first)),
        ...operationsOf(allOf(first)),
        plain('the next pull request, with what is remembered', allOf(second).length, 'calls'),
        rowOf('  of these', allOf(second)),
      ],
    };
  },
};

interface StepCalls {
  name: string;
  calls: CallLine[];
}

async function live(
  { codeHost, relay }: ReviewSystem,
  say: (line: string) => void,
  isListed: boolean,
): Promise<StepCalls[]> {
  const steps: StepCalls[] = [];
  for (const { name, run } of pullRequestLife(codeHost, jobs)) {
    await codeHost.forgetCalls();
    await run();
    await whenQuiet();
    const calls = await codeHost.botCalls();
    steps.push({ name, calls });
    say(`${name}: ${calls.length} calls`);
    if (isListed) for (const { method, path, status } of calls) say(`  ${method} ${path} ${status}`);
  }
  return steps;

  /** Nothing was asked for and nothing was told for a while: longer than reports are gathered and labels are waited for. */
  async function whenQuiet(): Promise<void> {
    let before = '';
    const seen = async () => `${(await codeHost.botCalls()).length} ${relay.seen()}`;
    await waitFor(
      'silence',
      60,
      async () => {
        const now = await seen();
        const isQuiet = now === before && relay.pending() === 0;
        before = now;
        return isQuiet;
      },
      3000,
    );
  }
}

function allOf(steps: readonly StepCalls[]): CallLine[] {
  return steps.flatMap(({ calls }) => calls);
}

function isWrite({ method, operation }: CallLine): boolean {
  return method !== 'GET' && !operation.startsWith('graphql/');
}

function rowOf(what: string, calls: readonly CallLine[]): Row {
  const writes = calls.filter(isWrite).length;
  const free = calls.filter(({ status }) => status === 304).length;
  const kinds = `${calls.length - writes} reads, ${writes} writes, ${free} not modified`;
  return { what, value: `${calls.length} calls`, figure: calls.length, target: `(${kinds})` };
}

/** Most frequent first. */
function operationsOf(calls: readonly CallLine[]): Row[] {
  const counts = new Map<string, number>();
  for (const { operation } of calls) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([operation, count]) => plain(`    ${operation}`, count, 'calls'));
}
