/**
 * Which events are resolved before plugins see them (architecture.md 2.2): those that the host has to complete, and those for
 * which plugins usually read files of the repository. The actor and the resolver go by the same rules.
 *
 * To guess too little is no mistake: what a plugin asks for all the same comes back as `missing`, and is resolved then.
 */
import { commandsIn } from './commands-in.ts';
import type { ChangeEventEnvelope } from './envelope.ts';
import type { PullEvent, ReviewHostEvent } from './events.ts';

/** Whether the actor has the event resolved first. An envelope that is stored as a whole cannot be judged by what travels. */
export function needsResolving(envelope: ChangeEventEnvelope): boolean {
  return envelope.stored !== undefined || lacksItem(envelope) || callsForFiles(envelope);
}

/** Whether OWNERS or jobs of the repository usually matter to such an event. The envelope must be whole. */
export function callsForFiles({ item, events }: ChangeEventEnvelope): boolean {
  return (!item || item.isPull) && events.some(doesCall);
}

/** Statuses and pushes are about none. */
function lacksItem({ item, events }: ChangeEventEnvelope): boolean {
  return !item && events.some(({ kind }) => kind !== 'status' && kind !== 'push');
}

/**
 * Commands that are about a label, a person or a title: who obeys them reads no files and no branches, unless the configuration
 * makes them mean more.
 */
const plainCommands: ReadonlySet<string> = new Set(
  [
    ['hold', 'unhold', 'lgtm', 'lifecycle', 'close', 'reopen', 'retitle', 'milestone', 'status'],
    ['assign', 'unassign', 'cc', 'uncc'],
    ['area', 'committee', 'kind', 'label', 'language', 'priority', 'sig', 'triage', 'wg'],
  ].flatMap((names) => names.flatMap((name) => [name, `remove-${name}`])),
);

function doesCommandCall(command: string): boolean {
  const [, name = ''] = /^\/([a-z-]+)(?!\S)/i.exec(command) ?? [];
  return !plainCommands.has(name.toLowerCase());
}

/** What changes the commits to be tested, or begins a review. */
const startingActions: ReadonlySet<string> = new Set(['opened', 'reopened', 'synchronize', 'ready_for_review']);

function doesCall(event: ReviewHostEvent): boolean {
  switch (event.kind) {
    case 'comment':
      return event.action !== 'deleted' && commandsIn(event.body).some(doesCommandCall);
    case 'pull':
      return startingActions.has(event.action) || hasNewBase(event);
    case 'review':
      return true;
    case 'push':
      return !event.deleted;
    default:
      return false;
  }
}

function hasNewBase({ changes }: PullEvent): boolean {
  return changes?.baseRef !== undefined;
}
