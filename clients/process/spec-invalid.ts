/**
 * A ProwJob that this executor can never run. The name is the failure type of `domain/errors.ts`: it is what Temporal keeps.
 */
export class SpecInvalidError extends Error {
  readonly type = 'SpecInvalid';

  constructor(job: string, problem: string) {
    super(`Job ${job} cannot run with the process executor: ${problem}`);
    this.name = 'SpecInvalid';
  }
}
