/** Messages of the workflow `redeliver`. Input and result are in `domain/review/redelivery-pass.ts`. */
import { defineQuery } from '@temporalio/workflow';
import type { RedeliverResult } from '../domain/review/redelivery-pass.ts';
import { queries } from '../domain/wire.ts';

/** What the pass has done so far. */
export const state = defineQuery<RedeliverResult>(queries.state);
