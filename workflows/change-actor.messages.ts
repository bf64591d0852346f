/**
 * Messages of the workflow `changeActor`, one per change or issue. Names are wire format (`domain/wire.ts`).
 *
 * It is started by the first event, with its `ChangeTarget` as the only argument; it gives its state to its next run itself.
 */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { JobChanged } from '../domain/prowjob-input.ts';
import type { ActorState } from '../domain/review/actor-state.ts';
import type { ChangeEventEnvelope } from '../domain/review/envelope.ts';
import type { Explanation } from '../domain/review/explanation.ts';
import { queries, signals } from '../domain/wire.ts';

export type { ActorState, Explanation };

/** Deliveries of the code host, in order of arrival. One that was there before is passed over. */
export const changeEventReceived = defineSignal<[readonly ChangeEventEnvelope[]]>(signals.changeEventReceived);
/** A ProwJob of the change has changed; `change` makes one known that the actor has not started itself. */
export const jobChanged = defineSignal<[JobChanged]>(signals.jobChanged);
export const state = defineQuery<ActorState>(queries.state);
export const explain = defineQuery<Explanation>(queries.explain);
