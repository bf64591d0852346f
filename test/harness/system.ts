/**
 * The whole embedded system as a user has it: the compiled product, started as real processes with `up`, on ports and in a
 * folder of its own. What tests ask it goes over its own doors: Deck's HTTP, the command line, the Temporal server.
 *
 * Needs what `npm test` builds (`dist/`) and the Temporal CLI.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deckReader } from './deck-reader.ts';
import { temporalCliPath } from './dev-server.ts';
import { eventually } from './eventually.ts';
import { httpAsk } from './http-ask.ts';
import { killQuietly, processesWithText, type FoundProcess } from './processes.ts';
import type { ProwJob } from '../../domain/prowjob.ts';

export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/** A machine on which several suites run at once is slow; whoever waits longer waits in vain. */
const patience = { timeoutMs: 60_000, intervalMs: 50 };

export interface SystemOptions {
  /** Job configuration; without it the shipped example runs. */
  jobs?: string;
  /** Added to `bowsprit up`. */
  args?: string[];
  /** Started by the script, set-up included, instead of the compiled program. */
  byScript?: boolean;
  /** The folder of the data; default a new one below `folder`. */
  dataDir?: string;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

type State = ProwJob['status']['state'];

export interface RunningSystem {
  /** For files of the test; removed at the end. */
  folder: string;
  dataDir: string;
  port: number;
  temporalPort: number;
  telemetryPort: number;
  gatewayPort: number;
  /** Of the sample code host, where the shipped example runs whole. */
  forgePort: number;
  /** What makes a command line of `bowsprit` or `temporal` talk to this system. */
  environment: NodeJS.ProcessEnv;
  jobsFile: string;
  /** Everything that `up` has printed, over all its starts. */
  output(): string;
  /** Resolves when it says that it is ready; rejects when it ends before. */
  start(): Promise<void>;
  /** The same without waiting. */
  launch(): ChildProcess;
  /** As Ctrl-C does, to the whole foreground group; resolves with the exit code. */
  interrupt(): Promise<number | null>;
  /** `up` itself, by a signal that it cannot catch. */
  killUp(): Promise<void>;
  /** All its processes, those of jobs included. */
  processes(): FoundProcess[];
  /** The one process whose arguments match. */
  processOf(pattern: RegExp): FoundProcess | undefined;
  /** Runs one command of the CLI to its end. */
  bowsprit(...args: string[]): Promise<Ended>;
  /** Deck's list, newest first, as a page shows it that stays open while it is asked for again and again. */
  prowJobs(job?: string): Promise<ProwJob[]>;
  /** Waits until the newest run of the job is in one of these states according to Deck. Of those of one second any may be that. */
  whenInState(job: string, ...states: State[]): Promise<ProwJob>;
  /** The same for one run, by the name of its ProwJob. */
  whenRunInState(name: string, ...states: State[]): Promise<ProwJob>;
  get(path: string): ReturnType<typeof httpAsk>;
  /** The text of one of its log files. */
  logFile(name: 'worker' | 'deck' | 'forge' | 'temporal'): string;
  /** Paths of what is stored of all runs of a job, by the end of their names. */
  stored(job: string, name: string): string[];
  /** Kills what is left and removes all files. */
  dispose(): Promise<void>;
}

export async function createSystem(options: SystemOptions = {}): Promise<RunningSystem> {
  const folder = mkdtempSync(join(tmpdir(), 'bowsprit-system-'));
  const dataDir = options.dataDir ?? join(folder, 'data');
  const jobsFile = join(folder, 'jobs.yaml');
  if (options.jobs !== undefined) writeFileSync(jobsFile, options.jobs);
  const [port, temporalPort, temporalUiPort, telemetryPort, gatewayPort, forgePort] = [
    await unusedPort(),
    await unusedPort(),
    await unusedPort(),
    await unusedPort(),
    await unusedPort(),
    await unusedPort(),
  ];
  const environment: NodeJS.ProcessEnv = {
    ...withoutSettings(process.env),
    TEMPORAL_CLI_PATH: temporalCliPath(),
    TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`,
    BOWSPRIT_TEMPORAL_PORT: String(temporalPort),
    BOWSPRIT_DATA_DIR: dataDir,
    PATH: `${dirname(temporalCliPath())}:${process.env['PATH']}`,
  };
  const program = join(projectRoot, options.byScript ? 'scripts/bowsprit.mjs' : 'dist/cli/main.js');
  const flags = {
    port,
    'temporal-port': temporalPort,
    'temporal-ui-port': temporalUiPort,
    'telemetry-port': telemetryPort,
    'gateway-port': gatewayPort,
    'forge-port': forgePort,
    'data-dir': dataDir,
    ...(options.jobs !== undefined && {
      'config-path': join(projectRoot, 'config/example/config.yaml'),
      'job-config-path': jobsFile,
    }),
  };
  const flagArgs = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const args = [program, 'up', ...flagArgs, ...(options.args ?? [])];
  let up: ChildProcess | undefined;
  let ending: Promise<number | null> = Promise.resolve(null);
  let told = '';
  const reader = deckReader(port);

  const launch = () => {
    const child = spawn(process.execPath, args, {
      cwd: projectRoot,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, as a terminal gives to what it runs in the foreground.
      detached: true,
    });
    const take = (chunk: Buffer) => (told += chunk.toString());
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    ending = new Promise((resolve) => child.once('close', resolve));
    up = child;
    return child;
  };

  async function whenSo(what: string, find: () => Promise<ProwJob | undefined>, states: State[]): Promise<ProwJob> {
    let found: ProwJob | undefined;
    const isSo = async () => {
      found = await find().catch(() => undefined);
      return found !== undefined && states.includes(found.status.state);
    };
    try {
      await eventually(isSo, `${what} is ${states.join(' or ')}`, patience);
    } catch (error) {
      throw new Error(`${what} is ${found?.status.state ?? 'unknown'}. The system said:\n${told}`, { cause: error });
    }
    if (!found) throw new Error(`${what} is unknown.`);
    return found;
  }

  const system: RunningSystem = {
    folder,
    dataDir,
    port,
    temporalPort,
    telemetryPort,
    gatewayPort,
    forgePort,
    environment,
    jobsFile,
    output: () => told,
    launch,

    async start() {
      const before = told.length;
      const child = launch();
      const isUp = () => told.includes('Ctrl-C stops everything.', before);
      await eventually(() => isUp() || child.exitCode !== null, 'the system is ready or ends', patience);
      if (!isUp()) throw new Error(`The system did not come up. It said:\n${told}`);
    },

    async interrupt() {
      reader.leave();
      if (up?.pid) process.kill(-up.pid, 'SIGINT');
      return await ending;
    },

    async killUp() {
      reader.leave();
      up?.kill('SIGKILL');
      await ending;
    },

    processes: () => processesWithText(dataDir),
    processOf: (pattern) => processesWithText(dataDir).find(({ command }) => pattern.test(command)),

    bowsprit: (...given) => ended(process.execPath, [join(projectRoot, 'dist/cli/main.js'), ...given], environment),

    async prowJobs(job) {
      reader.read();
      const { items } = (await httpAsk(port, '/prowjobs.js')).json<{ items: ProwJob[] }>();
      return items.filter(({ spec }) => job === undefined || spec.job === job);
    },

    whenInState: (job, ...states) => whenSo(job, async () => (await system.prowJobs(job))[0], states),
    whenRunInState(name, ...states) {
      const find = async () => (await system.prowJobs()).find(({ metadata }) => metadata.name === name);
      return whenSo(name, find, states);
    },

    get: (path) => httpAsk(port, path),
    logFile: (name) => readFileSync(join(dataDir, 'logs', `${name}.log`), 'utf8'),

    stored(job, name) {
      const root = join(dataDir, 'storage/example/logs', job);
      if (!existsSync(root)) return [];
      const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => join(root, path));
      return paths.filter((path) => path.endsWith(`/${name}`));
    },

    async dispose() {
      reader.leave();
      for (let round = 0; round < 20 && system.processes().length > 0; round += 1) {
        up?.kill('SIGKILL');
        for (const { pid } of system.processes()) killQuietly(pid);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  mkdirSync(dirname(dataDir), { recursive: true });
  return system;
}

/** Settings of whoever runs the tests are not those of the system under test. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isOurs = (name: string) => /^(BOWSPRIT_|TEMPORAL_)/.test(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isOurs(name)));
}

/** Runs a program to its end; whatever its exit code, no error. */
export async function ended(
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  cwd = projectRoot,
): Promise<Ended> {
  return await new Promise((resolve) => {
    const child = execFile(program, args, { env, cwd, maxBuffer: 512 * 1024 * 1024 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

/** Below the range from which systems take the ports of outgoing connections, so that none of those is in the way later. */
async function unusedPort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

/** A periodic that runs a shell script at once, and then not again for a day. */
export function shellJob(name: string, script: string, { interval = '24h' } = {}): string {
  return [
    `  - name: ${name}`,
    `    interval: ${interval}`,
    '    decorate: true',
    '    spec:',
    '      containers:',
    '        - image: alpine',
    `          command: ['/bin/sh', '-c', ${JSON.stringify(script)}]`,
    '',
  ].join('\n');
}

export const periodics = (...jobs: string[]): string => ['periodics:', ...jobs].join('\n');
