/**
 * Brings the sources of a job onto the disk with git, step by step as Prow's clonerefs does (spec jobs.md 5.11): all refs in
 * parallel, pulls merged with dates that depend on the base alone, so that the same refs always give the same commit.
 */
import { mkdirSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pull, Refs } from '../../domain/job-config.ts';
import { clonePath } from '../../rules/refs-to-clone.ts';
import { cloneUri } from './clone-places.ts';
import { cloneLogOf, type CloneCommand, type CloneRecord } from './clone-records.ts';
import type { Ending, Endings } from './endings.ts';
import { type GitCommand, runGit, runGitFetch } from './git.ts';
import type { CloneSpec, RunExit, RunFiles, RunSpec } from './run-files.ts';

interface Workshop {
  directory: string;
  environment: Record<string, string>;
  retriesMs: readonly number[];
  signal: AbortSignal;
}

type Step = GitCommand & { fetch?: boolean };

/** Writes records and log of the clone; answers how the run ends if it failed. */
export async function cloneRefs(
  files: RunFiles,
  spec: RunSpec,
  { refs, retriesMs, timeoutMs }: CloneSpec,
  log: number,
  endings: Endings,
): Promise<Omit<RunExit, 'finishedAt'> | undefined> {
  const stop = new AbortController();
  let ending: Ending | undefined;
  void endings.first.then((first) => {
    ending = first;
    stop.abort();
  });
  let late = false;
  void sleep(Math.min(timeoutMs, 2 ** 31 - 1), undefined, { ref: false }).then(() => {
    late = true;
    stop.abort();
  });

  const records = await Promise.all(
    refs.map((one) =>
      cloneOne(one, {
        directory: join(files.gopath, clonePath(one)),
        environment: spec.cloneEnvironment,
        retriesMs,
        signal: stop.signal,
      }),
    ),
  );
  const text = cloneLogOf(records);
  replaceFile(files.cloneLog, text);
  replaceFile(files.cloneRecords, JSON.stringify(records));
  const failed = records.filter((record) => record.failed);
  if (failed.length === 0) return undefined;

  writeSync(log, text);
  if (ending) return { ...ending, exitCode: 130 };
  if (late) return { reason: 'clone-timeout', exitCode: 1, message: `Cloning took longer than ${timeoutMs / 1000} s.` };
  const names = failed.map(({ refs: { org, repo } }) => `${org}/${repo}`).join(', ');
  return { reason: 'clone-failed', exitCode: 1, message: `Cloning failed: ${names}.` };
}

async function cloneOne(refs: Refs, workshop: Workshop): Promise<CloneRecord> {
  const began = performance.now();
  const commands: CloneCommand[] = [];
  const finish = (rest: Partial<CloneRecord>): CloneRecord => ({
    refs,
    commands,
    ...rest,
    duration: Math.round((performance.now() - began) * 1e6),
  });

  async function run(steps: readonly Step[]): Promise<boolean> {
    for (const step of steps) {
      const { environment, retriesMs, signal } = workshop;
      const result = await (step.fetch
        ? runGitFetch(step, environment, signal, retriesMs)
        : runGit(step, environment, signal));
      commands.push(result);
      if (result.error !== undefined) return false;
    }
    return true;
  }

  /** For questions that are no step of the clone; empty when git does not answer. */
  async function ask(...args: string[]): Promise<string> {
    const { directory, environment, signal } = workshop;
    const answer = await runGit({ directory, args }, environment, signal);
    return answer.error === undefined ? (answer.output ?? '').trim() : '';
  }

  try {
    mkdirSync(workshop.directory, { recursive: true });
  } catch (error) {
    commands.push({ command: `mkdir -p ${workshop.directory}`, error: String(error) });
    return finish({ failed: true });
  }
  if (!(await run(baseSteps(refs, workshop.directory)))) return finish({ failed: true });
  const baseTime = Number(await ask('show', '-s', '--format=format:%ct', 'HEAD')) || Math.floor(Date.now() / 1000);
  if (!(await run(pullSteps(refs, workshop.directory, baseTime)))) return finish({ failed: true });
  const sha = await ask('rev-parse', 'HEAD');
  return finish(sha ? { final_sha: sha } : {});
}

/** Ends on the branch `base_ref`, at `base_sha` if there is one. */
function baseSteps(refs: Refs, directory: string): Step[] {
  const { base_ref: branch = '', base_sha: sha, sparse_checkout_files: sparse = [] } = refs;
  const isSparse = sparse.length > 0;
  const uri = cloneUri(refs);
  const depth = refs.clone_depth && refs.clone_depth > 0 ? ['--depth', String(refs.clone_depth)] : [];
  const narrow = [...depth, ...filter(refs)];
  const target = sha || 'FETCH_HEAD';
  const git = (...args: string[]): Step => ({ directory, args });
  const fetch = (...args: string[]): Step => ({ directory, args: ['fetch', ...args], fetch: true });
  return [
    git('init'),
    git('config', 'user.name', 'ci-robot'),
    git('config', 'user.email', 'ci-robot@k8s.io'),
    ...(isSparse ? [git('sparse-checkout', 'init')] : []),
    ...(refs.skip_fetch_head || isSparse ? [] : [fetch(...narrow, uri, '--tags', '--prune')]),
    fetch(...narrow, ...(isSparse ? ['--no-tags'] : []), uri, sha || branch || 'HEAD'),
    ...(isSparse ? [git('sparse-checkout', 'set', ...sparse)] : []),
    git('checkout', target),
    // A branch cannot be moved while it is checked out, hence the detour over the commit.
    ...(branch ? [git('branch', '--force', branch, target), git('checkout', branch)] : []),
  ];
}

function pullSteps(refs: Refs, directory: string, baseTime: number): Step[] {
  const uri = cloneUri(refs);
  const merges = (refs.pulls ?? []).flatMap((pull, index): Step[] => {
    const date = String(baseTime + 1 + index);
    return [
      { directory, args: ['fetch', ...filter(refs), uri, refOf(pull)], fetch: true },
      {
        directory,
        args: ['merge', '--no-ff', pull.sha || 'FETCH_HEAD'],
        environment: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
      },
    ];
  });
  return refs.skip_submodules
    ? merges
    : [...merges, { directory, args: ['submodule', 'update', '--init', '--recursive'] }];
}

function filter(refs: Refs): string[] {
  return refs.blobless_fetch || (refs.sparse_checkout_files ?? []).length > 0 ? ['--filter=blob:none'] : [];
}

function refOf({ ref, sha, number }: Pull): string {
  return ref || sha || `pull/${number}/head`;
}

/** Readers see all of it or nothing. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.tmp`, text, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}
