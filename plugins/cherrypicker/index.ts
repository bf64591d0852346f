/** `/cherrypick`: applies a merged pull to other branches (spec plugins-review.md C.28). An external plugin in Prow. */
import { comment, type CherryPick, type Effect } from '../../domain/effects.ts';
import type { CherrypickerOptions } from '../../domain/plugin-config.ts';
import type { CommentEvent, PullEvent } from '../../domain/review/events.ts';
import { cherryPicksIn } from '../../rules/cherry-picks.ts';
import { inlineCode } from '../../rules/inline-code.ts';
import { reply, simpleReply } from '../../rules/replies.ts';
import type { ItemContext, Plugin } from '../api.ts';

export const cherrypicker: Plugin = {
  name: 'cherrypicker',
  help: ({ config: { cherrypicker: options } }) => ({
    description: 'Opens pull requests that apply a merged pull request to other branches.',
    config: { '': optionsInWords(options) },
    snippet,
    commands: [
      {
        usage: '/cherrypick <branch> [further branches]',
        featured: true,
        description:
          'Applies the pull request to the branch once it is merged; further branches follow from the pull request for the first.',
        whoCanUse: options.allow_all ? 'Anybody.' : 'Members of the organisation.',
        examples: ['/cherrypick release-1.30', '/cherry-pick release-1.30 release-1.29'],
      },
    ],
  }),

  async onComment(event, context) {
    if (event.action !== 'created' || event.where !== 'conversation' || !context.item.isPull) return [];
    const picks = cherryPicksIn(event.body);
    return picks.size > 0 ? await onRequest(event, picks, context) : [];
  },

  async onPull(event, context) {
    if (event.action === 'labeled') return await onLabel(event, context);
    return event.action === 'closed' && context.item.pull?.merged ? await onMerge(context) : [];
  },
};

const snippet = `cherrypicker:
  allow_all: true
  use_prow_assignments: false
  create_issue_on_conflict: true
  labels: [cherry-pick]
  label_prefix: pick-to/
`;

/** One sentence for each. */
function optionsInWords(options: CherrypickerOptions): string {
  const { labels, label_prefix: prefix } = options;
  return [
    `Labels that begin with ${prefix} ask for a pick as well.`,
    ...(options.allow_all ? ['Whoever asks need not be a member of the organisation.'] : []),
    ...(options.use_prow_assignments ? [] : ['New pull requests are assigned to nobody.']),
    ...(options.create_issue_on_conflict ? ['There is an issue for each branch that the change conflicts with.'] : []),
    ...(labels.length > 0 ? [`New pull requests get ${labels.join(', ')}.`] : []),
  ].join(' ');
}

type Picks = Map<string, string[]>;

async function onRequest(event: CommentEvent, picks: Picks, context: ItemContext): Promise<Effect[]> {
  const { item, org, config } = context;
  const base = item.pull?.base.ref ?? '';
  const namesBase = picks.delete(base);
  const own = `${branch(base)} is the branch that this pull request is for.`;
  const answer = (message: string) => [comment(reply(event, message))];
  if (picks.size === 0) return answer(`${own} There is nothing to pick.`);
  const isMerged = item.pull?.merged ?? false;
  if (item.state === 'closed' && !isMerged)
    return answer('Only pull requests that are merged can be picked to other branches.');
  if (!(await mayAsk(event.author, context))) return answer(membersOnly(org));
  if (!isMerged) {
    const targets = [...picks.keys()].sort().map(branch).join(', ');
    return answer(`Once this is merged, it will be picked to ${targets}.${namesBase ? ` ${own}` : ''}`);
  }
  return [...(namesBase ? answer(own) : []), pick(event.author, picks, config.cherrypicker)];
}

/** Whoever opened the pull is the one that asks. */
async function onLabel({ label = '' }: PullEvent, context: ItemContext): Promise<Effect[]> {
  const { item, org, config } = context;
  const { label_prefix: prefix } = config.cherrypicker;
  if (!label.startsWith(prefix)) return [];
  const target = label.slice(prefix.length);
  const base = item.pull?.base.ref ?? '';
  const tell = (message: string) => [comment(simpleReply(message))];
  if (!(await mayAsk(item.author, context))) return tell(membersOnly(org));
  if (target === base) return tell(`${branch(base)} is the branch that this pull request is for.`);
  if (!item.pull?.merged) {
    const message = `Once this is merged, it will be picked to ${branch(target)}.`;
    return [comment(`@${item.author}: ${simpleReply(message)}`)];
  }
  return [pick(item.author, new Map([[target, []]]), config.cherrypicker)];
}

/** All that was asked for while the pull was open, each target once. */
async function onMerge(context: ItemContext): Promise<Effect[]> {
  const { item, host, config } = context;
  const { label_prefix: prefix } = config.cherrypicker;
  const base = item.pull?.base.ref ?? '';
  const requests: { requester: string; picks: Picks }[] = [{ requester: item.author, picks: cherryPicksIn(item.body) }];
  for (const { author, body } of await host.comments())
    requests.push({ requester: author, picks: cherryPicksIn(body) });
  for (const label of await host.labels()) {
    if (!label.startsWith(prefix)) continue;
    requests.push({ requester: item.author, picks: new Map([[label.slice(prefix.length), []]]) });
  }
  const taken = new Set<string>();
  const effects: Effect[] = [];
  for (const { requester, picks } of requests) {
    // Whoever is not a member by now is passed over without a word.
    if (picks.size === 0 || !(await mayAsk(requester, context))) continue;
    for (const target of picks.keys()) {
      if (taken.has(target) || target === base) picks.delete(target);
      taken.add(target);
    }
    if (picks.size > 0) effects.push(pick(requester, picks, config.cherrypicker));
  }
  if (taken.has(base)) {
    effects.unshift(comment(simpleReply(`${branch(base)} is the branch that this pull request was for.`)));
  }
  return effects;
}

async function mayAsk(login: string, { config, host, org }: ItemContext): Promise<boolean> {
  return config.cherrypicker.allow_all || (await host.isMember(org, login));
}

/** It is carried out later and elsewhere: so it says what is not as usual. */
function pick(requester: string, picks: Picks, options: CherrypickerOptions): CherryPick {
  const sorted = [...picks].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    kind: 'cherryPick',
    requester,
    picks: sorted.map(([target, chain]) => ({ target, chain })),
    ...(options.labels.length > 0 && { labels: options.labels }),
    ...(!options.use_prow_assignments && { assign: false }),
    ...(options.create_issue_on_conflict && { issueOnConflict: true }),
  };
}

function membersOnly(org: string): string {
  return `Cherry picks are for members of ${org}. If you are one, make your membership public, so that I can see it.`;
}

function branch(name: string): string {
  return inlineCode(name);
}
