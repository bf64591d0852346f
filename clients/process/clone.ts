/**
 * Clones refs as Prow's clonerefs does (spec jobs.md 5.11), with the git of the machine and its credentials.
 *
 * Runs inside the supervisor. Refs are untrusted text: they never become options, and clones stay below the source root.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pull, Refs } from '../../domain/job-config.ts';

interface CommandRecord {
  command: string;
  output: string;
  error?: string;
}

/** Prow's record of one clone, as `clone-records.json` holds it. */
export interface CloneRecord {
  refs: Refs;
  commands: CommandRecord[];
  failed?: boolean;
  final_sha?: string;
  /** Nanoseconds. */
  duration: number;
}

export interface CloneOptions {
  /** Clones go to `<gopath>/src/<path>`. */
  gopath: string;
  logPath: string;
  recordsPath: string;
  fetchRetries: number;
  signal: AbortSignal;
}

/** Git may use these transports and no helper programs that a clone URI names. */
const environment = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
  GIT_CONFIG_NOSYSTEM: '1',
};
const retryBaseMs = 100;
const retryMaxMs = 30_000;
/** Output of one command is kept in the record up to this length; the log has all of it. */
const maxOutput = 64 * 1024;

/** The folder of a clone below the source root: path alias, else repo link without scheme, else `github.com/org/repo`. */
export function clonePath(gopath: string, refs: Refs): string {
  const source = refs.path_alias || refs.repo_link?.replace(/^[a-z]+:\/\//, '') || `github.com/${refs.org}/${refs.repo}`;
  const root = join(gopath, 'src');
  const path = normalize(join(root, source));
  if (!path.startsWith(`${root}/`)) throw new Error(`The path ${JSON.stringify(source)} leads out of the source folder.`);
  return path;
}

/** All records, whether or not a clone failed. */
export async function cloneAll(refs: readonly Refs[], options: CloneOptions): Promise<CloneRecord[]> {
  const log = createWriteStream(options.logPath);
  try {
    const records = await Promise.all(refs.map((each) => cloneOne(each, options, log)));
    await writeFile(options.recordsPath, JSON.stringify(records));
    return records;
  } finally {
    await new Promise((resolve) => log.end(resolve));
  }
}

async function cloneOne(refs: Refs, options: CloneOptions, log: WriteStream): Promise<CloneRecord> {
  const started = process.hrtime.bigint();
  const commands: CommandRecord[] = [];
  let failed = false;
  let finalSha = '';
  try {
    const dir = clonePath(options.gopath, refs);
    await mkdir(dir, { recursive: true });
    const git = (args: string[], extra?: GitExtra) => runGit(args, dir, options, commands, log, extra);
    await prepare(git, refs);
    await checkOutBase(git, refs);
    await mergePulls(git, refs);
    if (!refs.skip_submodules) await git(['submodule', 'update', '--init', '--recursive'], { retry: true });
    finalSha = (await git(['rev-parse', 'HEAD'])).trim();
  } catch (error) {
    failed = true;
    if (!(error instanceof GitError)) {
      const message = error instanceof Error ? error.message : String(error);
      commands.push({ command: 'clone', output: '', error: message });
      log.write(`${message}\n`);
    }
  }
  const duration = Number(process.hrtime.bigint() - started);
  return { refs, commands, ...(failed && { failed }), ...(finalSha && { final_sha: finalSha }), duration };
}

type Git = (args: string[], extra?: GitExtra) => Promise<string>;

async function prepare(git: Git, refs: Refs): Promise<void> {
  await git(['init', '--quiet']);
  await git(['config', 'user.name', 'ci-robot']);
  await git(['config', 'user.email', 'ci-robot@k8s.io']);
  if (refs.sparse_checkout_files?.length) {
    await git(['sparse-checkout', 'init', '--cone']);
    await git(['sparse-checkout', 'set', '--', ...refs.sparse_checkout_files]);
  }
}

async function checkOutBase(git: Git, refs: Refs): Promise<void> {
  const remote = remoteOf(refs);
  const sparse = (refs.sparse_checkout_files?.length ?? 0) > 0;
  const filter = refs.blobless_fetch || sparse ? ['--filter=blob:none'] : [];
  const depth = refs.clone_depth ? [`--depth=${refs.clone_depth}`] : [];
  if (!refs.skip_fetch_head && !sparse) {
    await git(['fetch', ...filter, ...depth, '--tags', '--prune', '--', remote], { retry: true });
  }
  const base = plainRef(refs.base_sha || refs.base_ref || 'HEAD');
  await git(['fetch', ...filter, ...depth, '--', remote, base], { retry: true });
  const branch = plainRef(refs.base_ref || 'main');
  await git(['checkout', '--quiet', 'FETCH_HEAD']);
  await git(['branch', '--force', branch, 'FETCH_HEAD']);
  await git(['checkout', '--quiet', branch]);
}

/** Author and committer dates follow the base commit's, so that the merge commit is the same wherever it is made. */
async function mergePulls(git: Git, refs: Refs): Promise<void> {
  const pulls = refs.pulls ?? [];
  if (pulls.length === 0) return;
  let seconds = Number((await git(['show', '-s', '--format=format:%ct', 'HEAD'])).trim());
  for (const pull of pulls) {
    seconds += 1;
    await git(['fetch', ...(refs.blobless_fetch ? ['--filter=blob:none'] : []), '--', remoteOf(refs), pullRef(pull)], {
      retry: true,
    });
    const commit = pull.sha ? plainRef(pull.sha) : 'FETCH_HEAD';
    const date = `${seconds} +0000`;
    await git(['merge', '--no-ff', '--no-stat', '-m', 'merge', commit], {
      env: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    });
  }
}

function pullRef(pull: Pull): string {
  return plainRef(pull.ref || pull.sha || `pull/${pull.number}/head`);
}

function remoteOf(refs: Refs): string {
  return refs.clone_uri || (refs.repo_link ? `${refs.repo_link}.git` : `https://github.com/${refs.org}/${refs.repo}.git`);
}

function plainRef(ref: string): string {
  if (ref.startsWith('-')) throw new Error(`${JSON.stringify(ref)} is not a git ref.`);
  return ref;
}

interface GitExtra {
  retry?: boolean;
  env?: Record<string, string>;
}

class GitError extends Error {}

/** Runs git; its output goes to the log as it comes. Rejects with GitError when git fails (after the retries). */
async function runGit(
  args: string[],
  cwd: string,
  options: CloneOptions,
  commands: CommandRecord[],
  log: WriteStream,
  extra: GitExtra = {},
): Promise<string> {
  const command = `git ${args.map(withoutCredentials).join(' ')}`;
  const attempts = extra.retry ? options.fetchRetries + 1 : 1;
  for (let attempt = 1; ; attempt++) {
    log.write(`# ${command}\n`);
    const { code, output } = await execute(args, cwd, extra.env ?? {}, options.signal, log);
    const record: CommandRecord = { command, output: output.slice(0, maxOutput) };
    if (code === 0) {
      commands.push(record);
      return output;
    }
    commands.push({ ...record, error: `exit status ${code}` });
    log.write(`# exit status ${code}\n`);
    if (attempt >= attempts || options.signal.aborted) throw new GitError(`${command}: exit status ${code}`);
    await delay(Math.min(retryMaxMs, retryBaseMs * 2 ** (attempt - 1)), undefined, { signal: options.signal }).catch(
      () => undefined,
    );
  }
}

/** A clone URI may carry a user's token: it stays out of logs and records. */
function withoutCredentials(arg: string): string {
  return arg.replace(/^([a-z+]+:\/\/)[^/@]+@/i, '$1');
}

async function execute(
  args: string[],
  cwd: string,
  env: Record<string, string>,
  signal: AbortSignal,
  log: WriteStream,
): Promise<{ code: number; output: string }> {
  return await new Promise((resolve) => {
    const child = spawn('git', args, {
      cwd,
      env: { ...process.env, ...environment, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGTERM',
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      const text = chunk.toString('utf8').replaceAll(/([a-z+]+:\/\/)[^/@\s]+@/gi, '$1');
      if (output.length < maxOutput) output += text;
      log.write(text);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 130, output }));
  });
}
