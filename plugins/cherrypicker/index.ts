/** `/cherrypick`: applies a merged pull to other branches (spec plugins-review.md C.28). An external plugin in Prow. */
import { comment, type Effect } from '../../domain/effects.ts';
import type { CommentEvent, PullEvent } from '../../domain/review/events.ts';
import { cherryPicksIn } from '../../rules/cherry-picks.ts';
import { inlineCode } from '../../rules/inline-code.ts';
import { reply, simpleReply } from '../../rules/replies.ts';
import type { ItemContext, Plugin } from '../api.ts';

const labelPrefix = 'cherrypick/';

export const cherrypicker: Plugin = {
  name: 'cherrypicker',
  help: () => ({
    description: 'Opens pull requests that apply a merged pull request to other branches.',
    commands: [
      {
        usage: '/cherrypick <branch> [further branches]',
        featured: true,
        description:
          'Applies the pull request to the branch once it is merged; further branches follow from the pull request for the first.',
        whoCanUse: 'Members of the organisation.',
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

type Picks = Map<string, string[]>;

async function onRequest(event: CommentEvent, picks: Picks, context: ItemContext): Promise<Effect[]> {
  const { item, host, org } = context;
  const base = item.pull?.base.ref ?? '';
  const namesBase = picks.delete(base);
  const own = `${branch(base)} is the branch that this pull request is for.`;
  const answer = (message: string) => [comment(reply(event, message))];
  if (picks.size === 0) return answer(`${own} There is nothing to pick.`);
  const isMerged = item.pull?.merged ?? false;
  if (item.state === 'closed' && !isMerged)
    return answer('Only pull requests that are merged can be picked to other branches.');
  if (!(await host.isMember(org, event.author))) return answer(membersOnly(org));
  if (!isMerged) {
    const targets = [...picks.keys()].sort().map(branch).join(', ');
    return answer(`Once this is merged, it will be picked to ${targets}.${namesBase ? ` ${own}` : ''}`);
  }
  return [...(namesBase ? answer(own) : []), pick(event.author, picks)];
}

/** Whoever opened the pull is the one that asks. */
async function onLabel({ label = '' }: PullEvent, { item, host, org }: ItemContext): Promise<Effect[]> {
  if (!label.startsWith(labelPrefix)) return [];
  const target = label.slice(labelPrefix.length);
  const base = item.pull?.base.ref ?? '';
  const tell = (message: string) => [comment(simpleReply(message))];
  if (!(await host.isMember(org, item.author))) return tell(membersOnly(org));
  if (target === base) return tell(`${branch(base)} is the branch that this pull request is for.`);
  if (!item.pull?.merged) {
    const message = `Once this is merged, it will be picked to ${branch(target)}.`;
    return [comment(`@${item.author}: ${simpleReply(message)}`)];
  }
  return [pick(item.author, new Map([[target, []]]))];
}

/** All that was asked for while the pull was open, each target once. */
async function onMerge({ item, host, org }: ItemContext): Promise<Effect[]> {
  const base = item.pull?.base.ref ?? '';
  const requests: { requester: string; picks: Picks }[] = [{ requester: item.author, picks: cherryPicksIn(item.body) }];
  for (const { author, body } of await host.comments())
    requests.push({ requester: author, picks: cherryPicksIn(body) });
  for (const label of await host.labels()) {
    if (!label.startsWith(labelPrefix)) continue;
    requests.push({ requester: item.author, picks: new Map([[label.slice(labelPrefix.length), []]]) });
  }
  const taken = new Set<string>();
  const effects: Effect[] = [];
  for (const { requester, picks } of requests) {
    // Whoever is not a member by now is passed over without a word.
    if (picks.size === 0 || !(await host.isMember(org, requester))) continue;
    for (const target of picks.keys()) {
      if (taken.has(target) || target === base) picks.delete(target);
      taken.add(target);
    }
    if (picks.size > 0) effects.push(pick(requester, picks));
  }
  if (taken.has(base)) {
    effects.unshift(comment(simpleReply(`${branch(base)} is the branch that this pull request was for.`)));
  }
  return effects;
}

function pick(requester: string, picks: Picks): Effect {
  const sorted = [...picks].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { kind: 'cherryPick', requester, picks: sorted.map(([target, chain]) => ({ target, chain })) };
}

function membersOnly(org: string): string {
  return `Cherry picks are for members of ${org}. If you are one, make your membership public, so that I can see it.`;
}

function branch(name: string): string {
  return inlineCode(name);
}
