/** A pass of the workflow `reconcile`: what it starts with, what it asks, what came of it. Figures only: lists are in storage. */

export interface ReconcileInput {
  v: 1;
  /** Names of the hosts. */
  hosts: readonly string[];
}

export interface ReconcileRequest {
  host: string;
  /** Now (ms). */
  nowMs: number;
  /** A change that moved within so long (ms) is left alone: its webhook may be on its way. */
  graceMs: number;
  /** `org/repo`; default all that the configuration names. */
  repos?: readonly string[];
}

export interface ReconciledChanges {
  /** Repositories whose open changes were read. */
  repos: number;
  /** Open changes in them. */
  changes: number;
  /** Events that actors were told, by the host's action. */
  told: Record<string, number>;
  /** Repositories with changes that are too young to say, at most a hundred. */
  young: readonly string[];
  /** Repositories, and organisations, that could not be compared; at most twenty, with the reason. */
  failed: readonly { repo: string; reason: string }[];
}

/** On the queue of the host. */
export interface ReconcileActivities {
  /** Compares open changes with what their actors know, and tells them the rest. Can be repeated. */
  reconcileChanges: (request: ReconcileRequest) => Promise<ReconciledChanges>;
}

export interface ForcedEndingsRequest {
  /** Endings from then on (ms). */
  sinceMs: number;
}

/** On the queue `admin`. */
export interface ForcedEndingActivities {
  /**
   * Records ProwJobs as errors whose workflows were ended by force, and tells those who listen. Can be repeated. Answers with
   * their number.
   */
  recordForcedEndings: (request: ForcedEndingsRequest) => Promise<number>;
}

export interface ReconcileResult {
  v: 1;
  /** Beginning of the pass (ms). */
  atMs: number;
  hosts: Record<string, ReconciledChanges>;
  forcedEndings: number;
  /** Endings from then on are for the next pass (ms). */
  endingsSinceMs: number;
  /** Parts that could not be done, with the reason. */
  failed: { part: string; reason: string }[];
}

const maxListed = 20;

/** Two looks of the same pass as one. */
export function sumReconciled(first: ReconciledChanges, second: ReconciledChanges): ReconciledChanges {
  const told = { ...first.told };
  for (const [action, count] of Object.entries(second.told)) told[action] = (told[action] ?? 0) + count;
  const failed = [...first.failed, ...second.failed].slice(0, maxListed);
  return { ...first, told, young: second.young, failed };
}

/** For the Temporal UI. */
export function describeReconcile({ hosts, forcedEndings, failed }: ReconcileResult): string {
  const plain = (text: string) => text.replaceAll('`', "'").replaceAll(/\s+/g, ' ');
  const lines = Object.entries(hosts).flatMap(([host, { repos, changes, told, failed: missing }]) => {
    const events = Object.entries(told).map(([action, count]) => `${count} ${action}`);
    return [
      `- \`${host}\`: ${changes} open changes in ${repos} repositories; ${events.join(', ') || 'nothing'} was missed`,
      ...missing.map(({ repo, reason }) => `  - \`${plain(repo)}\`: **not compared**: ${plain(reason)}`),
    ];
  });
  if (forcedEndings > 0) lines.push(`- ${forcedEndings} ProwJobs were ended by force`);
  for (const { part, reason } of failed) lines.push(`- ${part}: **not done**: ${plain(reason)}`);
  return lines.join('\n');
}
