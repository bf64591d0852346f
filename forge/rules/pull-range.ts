import type { PullRequest } from '../model/entities.ts';
import { repoOf, type World } from '../model/world.ts';

/** The commits that a pull request is about: from where its branch left the base up to its head. */
export async function pullRange(world: World, pull: PullRequest): Promise<{ base: string; head: string }> {
  const repository = world.repositories.of(repoOf(world, pull));
  const { headSha, baseSha, baseRef, mergedAt } = pull.pull;
  const tip = mergedAt === null ? await repository.tip(`refs/heads/${baseRef}`) : undefined;
  const base = (await repository.mergeBase(tip ?? baseSha, headSha)) ?? baseSha;
  // A base that was moved back, or that took in the head by itself: what it was then says what the change is.
  return { base: base === headSha ? ((await repository.mergeBase(baseSha, headSha)) ?? baseSha) : base, head: headSha };
}
