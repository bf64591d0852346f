/**
 * A ProwJob that this executor can never run. `type` is one of `domain/errors.ts`; the class has the same
 * name because that is what Temporal keeps of an error.
 */
import type { FailureType } from '../../domain/errors.ts';

export class SpecInvalid extends Error {
  readonly type = 'SpecInvalid' satisfies FailureType;

  constructor(job: string, problem: string) {
    super(`Job ${job} cannot run with the process executor: ${problem}`);
    this.name = 'SpecInvalid';
  }
}
