/** The events that a webhook of a case becomes: the specific one, and a `comment` where its action makes one (A.4). */
import type { ReviewHostEvent } from '../../../domain/review/events.ts';
import { ids, urls } from './identifiers.ts';
import type { PluginCase } from './case.ts';

const commentActions: Readonly<Record<string, 'created' | 'edited' | 'deleted'>> = {
  created: 'created',
  opened: 'created',
  submitted: 'created',
  edited: 'edited',
  deleted: 'deleted',
  dismissed: 'deleted',
};

export function eventsOf({ state: { item }, event }: PluginCase): ReviewHostEvent[] {
  const { type, action = '', label, sender: by, author: writer = item.author, authorType = 'User' } = event;
  const sender = by ?? event.author ?? item.author;
  const text = (where: 'description' | 'conversation' | 'review' | 'inline', body: string, author: string) => {
    const mapped = commentActions[action];
    if (!mapped) return [];
    const isItem = where === 'description';
    return [
      {
        kind: 'comment' as const,
        sender,
        action: mapped,
        body,
        author,
        authorType: isItem ? (item.authorType ?? 'User') : authorType,
        url: isItem ? urls.item(item) : urls.comment(item),
        where,
        ...((where === 'conversation' || where === 'inline') && { commentId: ids.comment }),
      },
    ];
  };
  switch (type) {
    case 'issue_comment':
      return text('conversation', event.body ?? '', writer);
    case 'pull_request_review_comment':
      return text('inline', event.body ?? '', writer);
    case 'issues':
      return [
        { kind: 'issue', sender, action, ...(label && { label }) },
        ...text('description', item.body, item.author),
      ];
    case 'pull_request':
      return [
        {
          kind: 'pull',
          sender,
          action,
          ...(label && { label }),
          ...(event.changes && { changes: changesOf(event.changes) }),
        },
        ...text('description', item.body, item.author),
      ];
    case 'pull_request_review': {
      const body = event.body ?? '';
      const reviewAction = action === 'dismissed' || action === 'edited' ? action : 'submitted';
      const state = (event.reviewState ?? 'commented').toLowerCase();
      const url = urls.comment(item);
      return [
        { kind: 'review', sender, action: reviewAction, state, body, author: writer, authorType, url },
        ...text('review', body, writer),
      ];
    }
    case 'status':
      return [
        {
          kind: 'status',
          sender,
          sha: event.sha ?? ids.headSha,
          context: event.context ?? '',
          state: event.state ?? '',
          description: event.description ?? '',
        },
      ];
    case 'push':
      return [
        {
          kind: 'push',
          sender,
          ref: event.ref ?? '',
          before: ids.baseSha,
          after: event.deleted ? ids.noSha : ids.pushedSha,
          created: false,
          deleted: event.deleted ?? false,
          forced: false,
          compareUrl: urls.compare,
          files: { added: [], removed: [], modified: event.pushFiles ?? [] },
          filesComplete: true,
        },
      ];
    default:
      throw new Error(`No event is known for the webhook ${type}.`);
  }
}

function changesOf(changes: NonNullable<PluginCase['event']['changes']>) {
  const { title, body, base } = changes;
  return {
    ...(title && { title: title.from }),
    ...(body && { body: body.from }),
    ...(base?.ref && { baseRef: base.ref.from }),
    ...(base?.sha && { baseSha: base.sha.from }),
  };
}
