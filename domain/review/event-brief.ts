/** What of an event its actor remembers and shows: one line for people, and the item without its texts. Made of hostile texts. */
import { commandsIn } from './commands-in.ts';
import type { ChangeEventEnvelope } from './envelope.ts';
import type { CommentEvent, PullEvent, PushEvent, ReviewHostEvent } from './events.ts';
import type { Item } from './item.ts';
import { printableLine } from './printable-line.ts';
import type { Announced, EventBrief, ItemBrief } from './resolved-event.ts';

export const maxStoryLength = 120;
const maxTitleLength = 120;
const maxNameLength = 60;
/** Labels of an item that are remembered; GitHub allows a hundred, of fifty characters. */
const maxLabels = 100;

/** The envelope must be whole. */
export function briefOf(envelope: ChangeEventEnvelope): EventBrief {
  const { item, labels, events } = envelope;
  const brief = item && itemBrief(item, labels);
  const brings = brief && announcedBy(events, brief);
  return {
    story: printableLine(storyOf(envelope), maxStoryLength),
    kinds: [...new Set(events.map(({ kind }) => kind))],
    isPull: item?.isPull ?? false,
    ...(brief && { item: brief }),
    ...(brings && { brings }),
  };
}

/** Fields that an action of a change is about. */
const aboutAll = ['state', 'draft', 'headSha', 'baseRef'] as const satisfies (keyof Announced)[];
const about: Readonly<Record<string, readonly (keyof Announced)[]>> = {
  opened: aboutAll,
  reopened: aboutAll,
  closed: ['state'],
  synchronize: ['headSha'],
  ready_for_review: ['draft'],
  converted_to_draft: ['draft'],
};

function announcedBy(events: readonly ReviewHostEvent[], item: ItemBrief): Announced | undefined {
  const pulls = events.filter((event) => event.kind === 'pull');
  const fields = pulls.flatMap(({ action, changes }) =>
    action === 'edited' && changes?.baseRef !== undefined
      ? ['baseRef' as const]
      : Object.hasOwn(about, action)
        ? (about[action] ?? [])
        : [],
  );
  if (fields.length === 0) return undefined;
  return Object.fromEntries(fields.flatMap((field) => (item[field] === undefined ? [] : [[field, item[field]]])));
}

/** What it tells by itself, when it lies in storage and cannot be had. */
export function storyOfSource({ source: { event, action } }: Pick<ChangeEventEnvelope, 'source'>): string {
  return printableLine([event, action].filter(Boolean).join(' ').replaceAll('_', ' '), maxStoryLength);
}

export function itemBrief(item: Item, labels: readonly string[] | undefined): ItemBrief {
  const { author, pull, state, title, url } = item;
  return {
    title: printableLine(title, maxTitleLength),
    author: name(author),
    state,
    ...(pull && {
      merged: pull.merged,
      draft: pull.draft,
      headSha: name(pull.head.sha),
      baseRef: printableLine(pull.base.ref, maxTitleLength),
    }),
    url: printableLine(url, 300),
    ...(labels && { labels: labels.slice(0, maxLabels).map(name) }),
  };
}

/** A description is new with its item: then it is the item that the story is about. */
function storyOf(envelope: ChangeEventEnvelope): string {
  const main = envelope.events.find(({ kind }) => kind !== 'comment') ?? envelope.events[0];
  if (!main) return storyOfSource(envelope);
  const commands = envelope.events.flatMap((event) => (isSaid(event) ? commandsIn(event.body) : []));
  const said = commands.map((command) => printableLine(command, maxNameLength)).join(', ');
  switch (main.kind) {
    case 'comment':
      return `${said || (main.action === 'created' ? 'comment' : `comment ${main.action}`)} by ${name(main.author)}`;
    case 'pull':
    case 'issue':
      return [itemStory(main), said].filter(Boolean).join(', ');
    case 'review':
      return `${said || `review: ${name(main.state).replaceAll('_', ' ')}`} by ${name(main.author)}`;
    case 'status':
      return `status ${name(main.context)}: ${name(main.state)}`;
    default:
      return pushStory(main);
  }
}

function isSaid(event: ReviewHostEvent): event is CommentEvent {
  return event.kind === 'comment' && event.action === 'created';
}

function itemStory({ action, label, sender }: Pick<PullEvent, 'action' | 'label' | 'sender'>): string {
  const what = action === 'synchronize' ? 'new commits' : name(action).replaceAll('_', ' ');
  return `${label === undefined ? what : `${what} ${name(label)}`} by ${name(sender)}`;
}

function pushStory({ ref, created, deleted, forced, sender }: PushEvent): string {
  const branch = name(ref.replace(/^refs\/(?:heads|tags)\//, ''));
  const kind = ref.startsWith('refs/tags/') ? 'tag ' : '';
  if (deleted) return `${kind}${branch} deleted by ${name(sender)}`;
  if (created) return `${kind}${branch} created by ${name(sender)}`;
  return `${forced ? 'forced push' : 'push'} to ${kind}${branch} by ${name(sender)}`;
}

function name(text: string): string {
  return printableLine(text, maxNameLength);
}
