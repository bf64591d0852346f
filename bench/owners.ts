/**
 * OWNERS of a repository of Kubernetes' size, as an event's plugins read them: through the mirror and blob storage the first
 * time, from memory once they are cached. A local repository is read, so that no network is measured.
 */
import { performance } from 'node:perf_hooks';
import { createGitReads } from '../activities/git-reads.ts';
import { createOwnersCache } from '../activities/owners-cache.ts';
import { readFacts } from '../activities/read-facts.ts';
import { createLocalBlobStore } from '../clients/blobs/local.ts';
import { createMirrors } from '../clients/git/mirrors.ts';
import type { GitFacts } from '../domain/review/git-facts.ts';
import { defaultOwnersRules } from '../rules/owners/repo-owners.ts';
import { timeOf } from './harness/batches.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { median } from './harness/statistics.ts';
import { atMost, plain } from './harness/table.ts';
import { kubernetesSize, makeRepository } from './owners/repository.ts';

/** Milliseconds (issue: once cached). */
const most = 100;
const runs = 50;
/** Files of one change. */
const changed = 50;
const signal = new AbortController().signal;

export const owners: Benchmark = {
  name: 'owners',
  title: 'owners: OWNERS of a repository with 30,000 files',
  async run({ quick, say }, scope) {
    const size = quick ? { ...kubernetesSize, folders: 300 } : kubernetesSize;
    const repository = makeRepository(scope.folder(), size);
    say(`made ${size.folders * size.filesPerFolder} files`);
    const blobs = createLocalBlobStore(scope.folder());
    const mirrors = createMirrors({ folder: scope.folder(), environment: process.env, allowFile: true });
    scope.defer(async () => await mirrors.close());
    const resolve = async (): Promise<GitFacts> =>
      await readFacts(
        {
          target: { host: 'bench', org: 'big', repo: 'large', access: async () => ({ url: repository.url }) },
          baseRef: 'main',
          since: Date.now(),
          wants: [{ kind: 'owners' }],
          ownersRules: defaultOwnersRules,
          signal,
        },
        { mirrors, blobs, folder: 'bucket/git' },
      );
    const cache = createOwnersCache();
    // Half of them are collaborators, so that the limit has something to do.
    const collaborators = new Set([...repository.people].filter((_name, index) => index % 2 === 0));
    const files = repository.files.slice(0, changed);
    const answer = async (facts: GitFacts): Promise<number> => {
      const reads = createGitReads({
        facts,
        blobs,
        cache,
        onMissing: (want) => {
          throw new Error(`${want.kind} has not been read.`);
        },
        ownersRules: defaultOwnersRules,
        collaborators: async () => collaborators,
      });
      const found = await reads.owners();
      let people = found.allApprovers().size + found.allReviewers().size;
      for (const file of files) {
        people += found.approvers(file).length + found.leafReviewers(file).size + found.labels(file).size;
        people += found.requiredReviewers(file).size + found.approversDir(file).length;
      }
      return people;
    };

    let facts = await timed('mirror made, OWNERS read and stored', resolve);
    const first = await timed('first answer: fetched from storage and parsed', async () => await answer(facts.result));
    const again: number[] = [];
    const cached: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      again.push((await timeOf(resolve)) * 1000);
      cached.push((await timeOf(async () => await answer(facts.result))) * 1000);
    }
    const before = facts;
    repository.moveOn();
    const moved = await timed('the base branch has moved: fetched, read and stored', resolve);
    facts = moved;
    const after = await timed('first answer after that', async () => await answer(facts.result));
    return {
      rows: [
        plain('OWNERS files', repository.ownersFiles, ''),
        plain('stored', (before.result.read[0]?.at.bytes ?? 0) / 1024, 'KiB'),
        plain('answers are of so many people', first.result, ''),
        ...[before, first, moved, after].map(({ what, ms }) => plain(what, ms, 'ms')),
        plain(`next event: base branch asked for, median of ${runs}`, median(again), 'ms'),
        atMost(`cached: OWNERS for a change of ${files.length} files, median of ${runs}`, median(cached), most, 'ms'),
        atMost('cached, slowest', Math.max(...cached), most, 'ms'),
      ],
    };
  },
};

async function timed<T>(what: string, work: () => Promise<T>): Promise<{ what: string; ms: number; result: T }> {
  const started = performance.now();
  const result = await work();
  return { what, ms: performance.now() - started, result };
}
