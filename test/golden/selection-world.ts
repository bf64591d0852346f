/** The world of a case of `selection.json`, as the plugins' golden data has worlds: the same people, jobs, files and comments. */
import { dump } from 'js-yaml';
import { parsePlugins } from '../../config/load-plugins.ts';
import type { LoadedConfig } from '../../domain/main-config.ts';
import type { ReviewHostEvent } from '../../domain/review/events.ts';
import { helpMessage } from '../../plugins/trigger/help-reply.ts';
import type { CaseEvent, PluginCase } from './plugins/case.ts';
import { eventsOf } from './plugins/events.ts';
import { botLogin, org, repo } from './plugins/identifiers.ts';
import { createWorld, type World } from './plugins/world.ts';
import type { CommonEvent, SelectionCase } from './selection.ts';

type Given = SelectionCase['case'];
type Event = Given['event'];

/** The help that the bot has given before. */
export const earlierHelp = {
  id: 1,
  author: botLogin,
  type: 'User' as const,
  body: helpMessage(
    'target-not-found',
    { testAll: [], required: ['/test a'], optional: [] },
    { org, repo, branch: 'main' },
  ),
};

export function selectionWorld(given: Given, jobs: LoadedConfig): { world: World; events: ReviewHostEvent[] } {
  const plugins = { [`${org}/${repo}`]: { plugins: ['trigger'] } };
  const triggers = [{ repos: [`${org}/${repo}`], ...given.trigger }];
  const asCase = pluginCase(given);
  const world = createWorld(asCase, parsePlugins('plugins.yaml', dump({ plugins, triggers })), jobs);
  return { world, events: given.event.type === 'push' ? [pushOf(asCase, given.event)] : triggerEvents(asCase) };
}

/** A new pull is a text as well; it is empty here, so that only its own event is left. */
function triggerEvents(asCase: PluginCase): ReviewHostEvent[] {
  return eventsOf(asCase).filter((event) => event.kind !== 'comment' || event.where !== 'description');
}

function pluginCase(given: Given): PluginCase {
  const { event } = given;
  const about: CommonEvent = event.type === 'push' ? {} : event;
  const isComment = event.type === 'comment';
  return {
    plugin: 'trigger',
    name: given.id,
    state: {
      // The data was made as an App, whose comments come from `k8s-ci-robot[bot]`.
      isApp: true,
      item: {
        isPR: !(isComment && event.notPR),
        number: 5,
        title: 'A change',
        body: '',
        author: about.prAuthor ?? 'member',
        state: isComment && event.state === 'closed' ? 'closed' : 'open',
        base: given.base ?? '',
        draft: about.draft ?? false,
        mergeable: about.mergeable ?? null,
        files: (given.files ?? []).map((path) => ({ path, status: 'modified', additions: 1, deletions: 0 })),
      },
      labels: about.prLabels ?? [],
      members: { [org]: ['member', 'member2'], trustedorg: ['friend'] },
      collaborators: ['collab'],
      comments: [earlierHelp],
      statuses: Object.entries(given.contexts ?? {}).map(([context, state]) => ({ context, state })),
      // A job is over when it is complete, whatever its state.
      activeJobs: (given.existing ?? []).map(({ name, job, type, pull, complete, state }) => ({
        id: name,
        job,
        type,
        pull,
        state: complete ? state : 'pending',
      })),
    },
    event: caseEvent(event),
    effects: {},
  };
}

function caseEvent(event: Event): CaseEvent {
  switch (event.type) {
    case 'comment': {
      const { body, commenter = 'member', commentAction = 'created' } = event;
      return { type: 'issue_comment', action: commentAction, author: commenter, body };
    }
    case 'pull_request': {
      const { action, label, sender = 'member', changesBaseRefFrom: ref, changesBaseShaFrom: sha } = event;
      const base = { ...(ref && { ref: { from: ref } }), ...(sha && { sha: { from: sha } }) };
      const title = event.changesTitleFrom;
      return {
        type: 'pull_request',
        action,
        sender,
        ...(label && { label }),
        changes: { base, ...(title && { title: { from: title } }) },
      };
    }
    case 'push':
      return { type: 'push', ref: event.ref, sender: 'member' };
    default:
      return event satisfies never;
  }
}

function pushOf(asCase: PluginCase, { after = 'cafe', deleted = false, commits = [] }: Event & { type: 'push' }) {
  const [event] = eventsOf(asCase);
  if (event?.kind !== 'push') throw new Error('A push becomes a push event.');
  const listed = (key: 'added' | 'removed' | 'modified') => commits.flatMap((commit) => commit[key] ?? []);
  const files = { added: listed('added'), removed: listed('removed'), modified: listed('modified') };
  return { ...event, after, deleted, files };
}
