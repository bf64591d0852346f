/** `/close`, `/reopen` and `/lifecycle`, in the order reopen, close, labels (spec plugins-review.md C.11). */
import { addLabel, comment, removeLabel, type Effect } from '../../domain/effects.ts';
import type { CommentEvent } from '../../domain/review/events.ts';
import { hasLabel } from '../../domain/review/item.ts';
import { compileRegex } from '../../rules/regex.ts';
import { reply } from '../../rules/replies.ts';
import type { ItemContext, Plugin } from '../api.ts';
import { lifecycleHelp, stages } from './help.ts';

const reopenCommand = compileRegex(String.raw`(?mi)^/reopen\s*$`);
const closeCommand = compileRegex(String.raw`(?mi)^/close\s*$`);
const notPlannedCommand = compileRegex(String.raw`(?mi)^/close not-planned\s*$`);
const labelCommand = compileRegex(String.raw`(?mi)^/(remove-)?lifecycle (active|frozen|stale|rotten)\s*$`);

export const lifecycle: Plugin = {
  name: 'lifecycle',
  help: lifecycleHelp,

  async onComment(event, context) {
    if (event.action !== 'created') return [];
    return [...(await reopen(event, context)), ...(await close(event, context)), ...(await relabel(event, context))];
  },
};

async function reopen(event: CommentEvent, { item, host }: ItemContext): Promise<Effect[]> {
  if (item.state !== 'closed' || !reopenCommand.test(event.body)) return [];
  const { isPull, author } = item;
  const thing = isPull ? 'pull request' : 'issue';
  if (event.author !== author && !(await host.isCollaborator(event.author))) {
    return [comment(reply(event, `This ${thing} can be reopened by its author or a collaborator only.`))];
  }
  return [
    {
      kind: 'setState',
      state: 'open',
      whenDone: reply(event, `Reopened this ${thing}.`),
      whenRefused: reply(event, `This ${thing} cannot be reopened: {reason}`),
    },
  ];
}

async function close(event: CommentEvent, { item, host }: ItemContext): Promise<Effect[]> {
  const notPlanned = notPlannedCommand.test(event.body);
  if (item.state !== 'open' || (!notPlanned && !closeCommand.test(event.body))) return [];
  const { isPull, author } = item;
  const thing = isPull ? 'pull request' : 'issue';
  if (event.author !== author && !(await isCollaborator(event.author, host)) && !(await isInactive(host))) {
    const hint = 'Anybody may close it once it is stale.';
    return [comment(reply(event, `This ${thing} can be closed by its author or a collaborator only. ${hint}`))];
  }
  if (isPull && notPlanned) return [comment(reply(event, 'Pull requests cannot be closed as not planned.'))];
  return [
    {
      kind: 'setState',
      state: 'closed',
      ...(!isPull && { reason: notPlanned ? 'not_planned' : 'completed' }),
      whenDone: reply(event, notPlanned ? `Closed this ${thing} as not planned.` : `Closed this ${thing}.`),
    },
  ];
}

/** Whoever cannot be looked up is none. */
async function isCollaborator(login: string, host: ItemContext['host']): Promise<boolean> {
  return await host.isCollaborator(login).catch(() => false);
}

/** What cannot be looked up is active. */
async function isInactive(host: ItemContext['host']): Promise<boolean> {
  const labels = await host.labels().catch(() => []);
  return hasLabel(labels, 'lifecycle/stale') || hasLabel(labels, 'lifecycle/rotten');
}

async function relabel(event: CommentEvent, { item, host }: ItemContext): Promise<Effect[]> {
  const matches = labelCommand.matches(event.body);
  if (matches.length === 0) return [];
  let labels = [...(await host.labels())];
  const effects: Effect[] = [];
  let isRefused = false;
  const remove = (label: string) => {
    effects.push(removeLabel(label));
    labels = labels.filter((each) => each.toLowerCase() !== label.toLowerCase());
  };
  for (const { groups } of matches) {
    const [isRemoval, stage = ''] = groups;
    // As typed: Prow does not fold the case here, and neither may labels that people have by now.
    const label = `lifecycle/${stage}`;
    if (isRemoval) {
      if (hasLabel(labels, label)) remove(label);
    } else if (stage.toLowerCase() === 'frozen' && item.isPull) {
      isRefused = true;
    } else if (!hasLabel(labels, label)) {
      const others = stages.map((each) => `lifecycle/${each}`).filter((each) => hasLabel(labels, each));
      others.forEach(remove);
      effects.push(addLabel(label));
      labels.push(label);
    }
  }
  if (isRefused) effects.push(comment(reply(event, 'Pull requests cannot be frozen; that is for issues.')));
  return effects;
}
