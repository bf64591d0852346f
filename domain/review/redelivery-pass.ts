/** A pass of the workflow `redeliver`: what it starts with, what it asks of each host, what came of it. */

export interface RedeliverInput {
  v: 1;
  /** Names of the hosts. */
  hosts: readonly string[];
}

export interface RedeliverRequest {
  host: string;
  /** Beginning of the pass (ms). */
  nowMs: number;
  /** Of the last pass that looked at the host; absent for the first one. */
  last?: Pick<HostRedelivery, 'atMs' | 'sinceMs'>;
}

export interface HostRedelivery {
  /** When it was looked (ms). */
  atMs: number;
  /** Where the next look begins (ms). */
  sinceMs: number;
  /** Hooks of ours. */
  hooks: number;
  /** Deliveries that were asked for again. */
  again: number;
  /** Those that have failed and are left for a later pass. */
  waiting: number;
  /** Those that were given up since the last pass. */
  lost: number;
  /** Owners that do not let us see their hooks. */
  hidden: number;
}

export interface RedeliverResult {
  v: 1;
  hosts: Record<string, HostRedelivery>;
  /** Hosts that could not be asked, with the reason; their next look begins where this one would have. */
  failed: { host: string; reason: string }[];
}

/** On the queue of the host. */
export interface RedeliverActivities {
  /** Looks through the host's log of webhooks and asks for those again that were lost. Can be repeated. */
  redeliverLost: (request: RedeliverRequest) => Promise<HostRedelivery>;
}

/** For the Temporal UI. */
export function describeRedelivery({ hosts, failed }: RedeliverResult): string {
  const lines = Object.entries(hosts).map(([host, { again, waiting, lost, hooks }]) => {
    return `- \`${host}\`: ${hooks} hooks, ${again} asked for again, ${waiting} waiting, ${lost} lost`;
  });
  for (const { host, reason } of failed) lines.push(`- \`${host}\`: **not looked at**: ${reason.replaceAll('`', "'")}`);
  return lines.join('\n');
}
