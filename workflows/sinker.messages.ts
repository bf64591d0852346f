/** Messages of the workflow `sinker`. Input and result are in `domain/sinker/pass.ts`. */
import { defineQuery } from '@temporalio/workflow';
import type { SinkerResult } from '../domain/sinker/pass.ts';
import { queries } from '../domain/wire.ts';

/** What the pass has done so far. */
export const state = defineQuery<SinkerResult>(queries.state);
