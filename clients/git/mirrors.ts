/**
 * Mirrors of repositories, one for each, made when they are first needed and brought up to date on demand. One process at a time
 * uses the folder (architecture.md 3.3: one disk for each worker of the queue `git`).
 */
import { join } from 'node:path';
import type { GitAccess } from '../../domain/review/host.ts';
import type { RepoName } from '../../domain/review/item.ts';
import { gitEnvironment } from './git-environment.ts';
import { GitFailure, MirrorBroken } from './git-failure.ts';
import { Mirror, type MirrorSettings } from './mirror.ts';
import { runGit } from './run-git.ts';

export interface MirrorTarget extends RepoName {
  /** Name of the host in the configuration. */
  host: string;
  access: () => Promise<GitAccess>;
}

export interface Mirrors {
  /**
   * Hands the mirror to `work`. A mirror that turns out to be damaged is made anew, and `work` begins once more. Rejects with
   * what `work` rejects with; GitFailure instead of MirrorBroken.
   */
  use<T>(target: MirrorTarget, work: (mirror: Mirror) => Promise<T>): Promise<T>;
  /** Ends all git processes. */
  close(): Promise<void>;
}

export interface MirrorsOptions {
  /** Made if it is missing. */
  folder: string;
  /** Our own environment: `PATH`, proxies and certificates of it reach git. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Whether addresses may be `file:`. Default false. */
  allowFile?: boolean;
  /** What one mirror may take on the disk. Default 20 GiB. */
  maxBytes?: number;
  /** Milliseconds for one fetch. Default one hour: the first one of a large repository. */
  fetchTimeoutMs?: number;
  /** Milliseconds for other commands. Default five minutes. */
  commandTimeoutMs?: number;
  /** By how much other machines' clocks may be ahead of ours (ms). Default one second; more only costs fetches. */
  clockMarginMs?: number;
  /** Every fetch adds a pack; when there are more, they are put together. Default 50. */
  packs?: number;
  /** Default: the clock (ms). */
  now?: () => number;
}

export function createMirrors(options: MirrorsOptions): Mirrors {
  const settings: MirrorSettings = {
    inherited: options.environment,
    allowFile: options.allowFile ?? false,
    maxBytes: options.maxBytes ?? 20 * 2 ** 30,
    fetchTimeoutMs: options.fetchTimeoutMs ?? 60 * 60_000,
    commandTimeoutMs: options.commandTimeoutMs ?? 5 * 60_000,
    clockMarginMs: options.clockMarginMs ?? 1000,
    packs: options.packs ?? 50,
    now: options.now ?? Date.now,
  };
  const mirrors = new Map<string, Mirror>();
  let checked: Promise<void> | undefined;

  function mirrorOf({ host, org, repo, access }: MirrorTarget): Mirror {
    const folder = join(options.folder, fileName(host), fileName(org), `${fileName(repo)}.git`);
    let mirror = mirrors.get(folder);
    if (!mirror) mirrors.set(folder, (mirror = new Mirror(folder, `${org}/${repo}`, access, settings, false)));
    mirror.reachBy(access);
    return mirror;
  }

  return {
    async use(target, work) {
      const check = (checked ??= checkVersion(settings));
      // It may be installed meanwhile.
      check.catch(() => (checked = undefined));
      await check;
      const mirror = mirrorOf(target);
      try {
        return await work(mirror);
      } catch (error) {
        if (!(error instanceof MirrorBroken)) throw error;
        const { folder, name } = mirror;
        // Others may have found out before, and are with the new one already.
        if (mirrors.get(folder) === mirror) {
          const discarded = mirror.discard();
          mirrors.set(folder, new Mirror(folder, name, target.access, settings, error.needsAll));
          await discarded;
        }
      }
      try {
        return await work(mirrorOf(target));
      } catch (error) {
        if (!(error instanceof MirrorBroken)) throw error;
        throw new GitFailure('HostUnavailable', `read ${target.org}/${target.repo}`, error.message, { cause: error });
      }
    },
    async close() {
      await Promise.all([...mirrors.values()].map((mirror) => mirror.close()));
    },
  };
}

/** Trees are merged without a work tree since git 2.38. */
async function checkVersion({ inherited, commandTimeoutMs }: MirrorSettings): Promise<void> {
  const { out } = await runGit({
    args: ['--version'],
    directory: '/',
    environment: gitEnvironment({ inherited }),
    signal: new AbortController().signal,
    timeoutMs: commandTimeoutMs,
    action: 'find out which git this is',
  });
  const text = out.toString().trim();
  const [, major = '0', minor = '0'] = /^git version (\d+)\.(\d+)/.exec(text) ?? [];
  if (Number(major) * 1000 + Number(minor) < 2038) throw new Error(`git 2.38 or later is needed; this is ${text}.`);
}

/** A name as one part of a path, whatever it is made of. */
function fileName(name: string): string {
  return encodeURIComponent(name).replaceAll('*', '%2A').replace(/^\./, '%2E') || '%';
}
