/**
 * What a reconcile has to do so that the schedules on the server are those of the configuration (temporal.md 3.2). Pure.
 */

export interface Planned<T> {
  create: T[];
  update: T[];
  /** Jobs that are no longer configured. */
  delete: string[];
  unchanged: number;
  /** Deletions that were held back, with the reason in words; the configuration looks broken rather than changed. */
  heldBack?: { jobs: string[]; reason: string };
}

/** A configuration that drops more than this share of what runs is taken for a mistake. */
const maxDeleteShare = 0.25;
/** Small installations may drop a few jobs at once. */
const alwaysDeletable = 5;

/**
 * @param desired what the configuration wants, with a hash over all that matters
 * @param existing hash per job on the server; undefined = there, but not known what it was made of
 */
export function planSchedules<T extends { job: string; hash: string }>(
  desired: readonly T[],
  existing: ReadonlyMap<string, string | undefined>,
  options: { allowDeletes?: boolean } = {},
): Planned<T> {
  const wanted = new Set(desired.map(({ job }) => job));
  const gone = [...existing.keys()].filter((job) => !wanted.has(job)).toSorted();
  const planned: Planned<T> = {
    create: desired.filter(({ job }) => !existing.has(job)),
    update: desired.filter(({ job, hash }) => existing.has(job) && existing.get(job) !== hash),
    delete: gone,
    unchanged: 0,
  };
  planned.unchanged = desired.length - planned.create.length - planned.update.length;
  const reason = options.allowDeletes ? undefined : reasonToHoldBack(gone.length, desired.length, existing.size);
  if (reason) {
    planned.delete = [];
    planned.heldBack = { jobs: gone, reason };
  }
  return planned;
}

function reasonToHoldBack(gone: number, desired: number, existing: number): string | undefined {
  if (gone === 0) return undefined;
  if (desired === 0) return 'the configuration has no periodics at all';
  if (gone > alwaysDeletable && gone > existing * maxDeleteShare) {
    return `${gone} of ${existing} periodics would lose their schedule, more than a quarter`;
  }
  return undefined;
}
