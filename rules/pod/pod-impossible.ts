/**
 * A ProwJob that no pod can be made of. `type` is one of `domain/errors.ts`; the class has the same name as that because the
 * name is what Temporal keeps of an error.
 */
import type { FailureType } from '../../domain/errors.ts';

export class PodImpossible extends Error {
  readonly type = 'SpecInvalid' satisfies FailureType;

  constructor(job: string, problem: string, options?: ErrorOptions) {
    super(`No pod can be made for job ${job}: ${problem}`, options);
    this.name = 'SpecInvalid';
  }
}
