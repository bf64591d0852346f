/**
 * Memory of everything that `npm start` brings up, idle: the proportional set sizes of npm, the CLI, the Temporal server,
 * worker, Deck with the gateway and the sample code host, so that they add up.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../workers/free-port.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { startChild } from './harness/child.ts';
import { root } from './harness/paths.ts';
import { processTree, pss } from './harness/pss.ts';
import type { Scope } from './harness/scope.ts';
import { atMost, plain } from './harness/table.ts';
import { waitFor } from './harness/wait-for.ts';

const everySeconds = 30;
const most = 600;
const upSeconds = 180;
const downSeconds = 30;

interface Sample {
  name: string;
  pid: number;
  megabytes: number;
}

export const memory: Benchmark = {
  name: 'memory',
  title: 'memory: everything that `npm start` brings up, idle (proportional set size)',
  async run({ idleSeconds, say }, scope) {
    const pid = await startSystem(scope);
    const curve: Record<string, number>[] = [];
    let samples: Sample[] = [];
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    for (let due = 0; ; due = Math.min(due + everySeconds, idleSeconds)) {
      await delay(Math.max(0, due - seconds()) * 1000);
      samples = await sample(pid);
      const total = sum(samples);
      curve.push({ seconds: Math.round(seconds()), total });
      say(`after ${due} s: ${total.toFixed(0)} MB`);
      if (due >= idleSeconds) break;
    }
    return {
      curve,
      rows: [
        ...curve.slice(0, -1).map((point) => plain(`total after ${point['seconds']} s`, point['total'] ?? 0, 'MB')),
        ...samples.map(({ name, megabytes }) => plain(`  ${name}`, megabytes, 'MB')),
        atMost(`total after ${idleSeconds} s`, sum(samples), most, 'MB'),
      ],
    };
  },
};

/** Runs `npm start` as a person does; resolves with npm's pid when the system is ready. */
async function startSystem(scope: Scope): Promise<number> {
  const dataDir = scope.folder();
  const logFile = join(scope.folder(), 'npm-start.log');
  const ports = ['--port', '--temporal-port', '--temporal-ui-port', '--gateway-port', '--forge-port'];
  const args = ['start', '--', '--data-dir', dataDir];
  for (const flag of ports) args.push(flag, String(await freePort()));
  const npm = startChild(scope, { command: 'npm', args, cwd: root, logFile });
  scope.defer(() => stopTree(npm.pid));
  await waitFor('npm start', upSeconds, async () => {
    const log = readFileSync(logFile, 'utf8');
    if (npm.process.exitCode !== null) throw new Error(`npm start ended:\n${log}`);
    return log.includes('ready in');
  });
  return npm.pid;
}

async function sample(root: number): Promise<Sample[]> {
  const tree = await processTree(root);
  const samples = await Promise.all(
    tree.map(async ({ pid, command }) => ({ pid, name: nameOf(command), megabytes: (await pss(pid)) / 1024 / 1024 })),
  );
  return samples.filter(({ megabytes }) => megabytes > 0);
}

const sum = (samples: readonly Sample[]) => samples.reduce((total, { megabytes }) => total + megabytes, 0);

/** What a process is, by its command line. */
function nameOf(command: string): string {
  const known: [RegExp, string][] = [
    [/^npm /, 'npm'],
    [/^\S*sh -c /, 'shell'],
    [/workers\/embedded\.js/, 'worker'],
    [/workers\/deck(-and-gateway)?\.js/, 'Deck and gateway'],
    [/workers\/forge\.js/, 'sample code host'],
    [/server start-dev/, 'Temporal server'],
    [/scripts\/start\.mjs/, 'bowsprit up'],
  ];
  return known.find(([pattern]) => pattern.test(command))?.[1] ?? command.slice(0, 40);
}

/** Ends the system as Ctrl-C does, and whatever should be left of it by pid. */
async function stopTree(npm: number): Promise<void> {
  const tree = await processTree(npm);
  const up = tree.findLast(({ command }) => nameOf(command) === 'bowsprit up');
  if (up) signal(up.pid, 'SIGINT');
  await waitFor('the end of npm start', downSeconds, async () => {
    const left = await Promise.all(tree.map(({ pid }) => pss(pid)));
    return left.every((size) => size === 0);
  }).catch(() => tree.forEach(({ pid }) => signal(pid, 'SIGKILL')));
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}
