/** Hands an event to the handler that a plugin has for it, if any. */
import type { Effect } from '../domain/effects.ts';
import type { PushEvent, ReviewHostEvent } from '../domain/review/events.ts';
import type { ItemContext, Plugin, RepoContext } from './api.ts';

/** Events about a change or an issue. */
export type ItemEvent = Exclude<ReviewHostEvent, PushEvent>;

const nothing: readonly Effect[] = [];

/** What the plugin wants done. Rejects with what its reads reject with. */
export async function handleItemEvent(
  plugin: Plugin,
  event: ItemEvent,
  context: ItemContext,
): Promise<readonly Effect[]> {
  switch (event.kind) {
    case 'comment':
      return plugin.onComment?.(event, context) ?? nothing;
    case 'pull':
      return plugin.onPull?.(event, context) ?? nothing;
    case 'issue':
      return plugin.onIssue?.(event, context) ?? nothing;
    case 'review':
      return plugin.onReview?.(event, context) ?? nothing;
    case 'status':
      return plugin.onStatus?.(event, context) ?? nothing;
    default:
      return event satisfies never;
  }
}

export async function handlePush(plugin: Plugin, event: PushEvent, context: RepoContext): Promise<readonly Effect[]> {
  return plugin.onPush?.(event, context) ?? nothing;
}
