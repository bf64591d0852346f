/** Comments to bare actors: as many signals and activities as those to real ones, as fast as they are taken. */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { inBatches, timeOf } from '../harness/batches.ts';
import { signalFloorActor } from './start.ts';

export interface FloorComments {
  actors: number;
  /** For each actor. */
  comments: number;
  /** Of one comment, with the echoes that it brings. */
  cost: { activities: number; signals: number };
}

/** Comments per second, from the first signal until all actors have handled theirs. */
export async function floorOfComments(client: Client, { actors, comments, cost }: FloorComments): Promise<number> {
  const echoes = Math.max(0, Math.round(cost.signals) - 1);
  const activities = Math.max(1, Math.round(cost.activities) - echoes);
  const run = randomUUID();
  const idOf = (index: number) => `floor-actor-${run}-${index % actors}`;
  const seconds = await timeOf(async () => {
    await inBatches(actors * comments, async (index) =>
      signalFloorActor(client, idOf(index), comments * (1 + echoes), { activities, echoes }),
    );
    await inBatches(actors, async (index) => client.workflow.getHandle(idOf(index)).result());
  });
  return (actors * comments) / seconds;
}
