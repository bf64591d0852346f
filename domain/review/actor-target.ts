/**
 * Which durable actor an event of a code host goes to (architecture.md 3.1, integrations.md 1.6). It is the argument that the
 * actor is started with too, where none is running: the names alone, for it looks everything else up.
 */
import { ids, maxIdLength } from '../wire.ts';
import type { ChangeEventEnvelope } from './envelope.ts';
import type { RepoName } from './item.ts';

export interface ChangeTarget extends RepoName {
  kind: 'change';
  /** Name of the host in our configuration. */
  host: string;
  number: number;
}

export interface RepoTarget extends RepoName {
  kind: 'repo';
  host: string;
}

export type ActorTarget = ChangeTarget | RepoTarget;

export function actorId(target: ActorTarget): string {
  return target.kind === 'change' ? ids.change(target.host, target, target.number) : ids.repo(target.host, target);
}

/** The other way round; undefined for other workflows, and for names too long for an id. */
export function targetOfActor(workflowId: string): ActorTarget | undefined {
  const [kind = '', host = '', repository = '', number] = workflowId.split(':');
  const cut = repository.lastIndexOf('!');
  if (cut <= 0 || workflowId.length >= maxIdLength) return undefined;
  const names = { host, org: repository.slice(0, cut).replaceAll('!', '/'), repo: repository.slice(cut + 1) };
  const target: ActorTarget =
    kind === 'change' ? { kind, ...names, number: Number(number) } : { kind: 'repo', ...names };
  return actorId(target) === workflowId ? target : undefined;
}

/** How the gateway reaches actors; `clients/temporal` implements it. */
export interface ActorSignals {
  /**
   * Hands deliveries to an actor, in order, and starts it where it is not running. Resolves when Temporal has them for good;
   * rejects when it is not known to have them.
   */
  changeEventsReceived(target: ActorTarget, envelopes: readonly ChangeEventEnvelope[]): Promise<void>;
}
