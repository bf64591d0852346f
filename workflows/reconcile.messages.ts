/** Messages of the workflow `reconcile`. Input and result are in `domain/review/reconcile-pass.ts`. */
import { defineQuery } from '@temporalio/workflow';
import type { ReconcileResult } from '../domain/review/reconcile-pass.ts';
import { queries } from '../domain/wire.ts';

/** What the pass has done so far. */
export const state = defineQuery<ReconcileResult>(queries.state);
