/**
 * Carries out what plugins want on the host, one effect after the other (architecture.md 2.2, 3.2).
 *
 * At least once: after a crash the activity begins where its heartbeat says, and every effect carries its key. An effect that
 * the host refuses for good is recorded and does not hold up the next one; a host that is away rejects the whole.
 */
import { Context } from '@temporalio/activity';
import { comment } from '../domain/effects.ts';
import type { ApplyOptions, CodeHost, HostEffect, ItemName, Refusal } from '../domain/review/host.ts';
import type { KeyedEffect } from '../domain/settle-effects.ts';
import { printableMarkdown } from '../rules/printable-markdown.ts';
import { beating } from './beating.ts';
import { finalRefusal } from './host-failure.ts';

export interface ApplyRequest {
  /** Name of the host in the configuration. */
  host: string;
  item: ItemName;
  /** Of the host's kinds only. */
  effects: readonly (KeyedEffect & { effect: HostEffect })[];
  /**
   * They were certainly never tried before, for an earlier try of their event neither: then a first attempt needs not look for what
   * is there already, which costs a request for each comment. Default false.
   */
  firstTry?: boolean;
}

export interface AppliedEffect {
  key: string;
  /** `refused`: the host does not take it, now or ever. */
  outcome: 'done' | 'refused';
  /** Why it was refused, or what of it. */
  reason?: string;
}

export interface ApplyActivities {
  applyEffects: (request: ApplyRequest) => Promise<AppliedEffect[]>;
}

export interface ApplyDeps {
  host: (name: string) => CodeHost;
}

export function createApplyActivities({ host }: ApplyDeps): ApplyActivities {
  return {
    async applyEffects({ host: name, item, effects, firstTry = false }) {
      const context = Context.current();
      const target = host(name);
      // What an earlier attempt has told before it was lost.
      const known: unknown = context.info.heartbeatDetails;
      const done: AppliedEffect[] = Array.isArray(known) ? known : [];
      const { attempt } = context.info;
      const options: ApplyOptions =
        attempt > 1 ? { firstAttempt: false, inDoubtSince: performance.now() } : { firstAttempt: firstTry };
      return await beating(async (beat) => {
        beat(done);
        const add = (...applied: AppliedEffect[]) => {
          done.push(...applied);
          // A write of the server, which what has nothing after it does not need.
          if (done.length < effects.length) context.heartbeat(done);
        };
        for (const group of inGroups(effects.slice(done.length))) {
          if (await addTogether(target, item, group))
            add(...group.map(({ key }) => ({ key, outcome: 'done' as const })));
          else for (const keyed of group) add(await applyOne(target, item, keyed, options));
        }
        return done;
      });
    },
  };
}

type Effects = ApplyRequest['effects'];

/** Labels of one item that follow each other are a group: nothing that people see comes between them. All else is by itself. */
function inGroups(effects: Effects): Effects[] {
  const groups: Effects[number][][] = [];
  for (const keyed of effects) {
    const last = groups.at(-1);
    if (last?.every(({ effect }) => areLabelsOfOne(effect, keyed.effect))) last.push(keyed);
    else groups.push([keyed]);
  }
  return groups;
}

function areLabelsOfOne(one: HostEffect, other: HostEffect): boolean {
  return one.kind === 'addLabel' && other.kind === 'addLabel' && one.number === other.number;
}

/** Whether the host has taken all of a group of labels. One that it refuses makes it refuse all: then each is tried by itself. */
async function addTogether(host: CodeHost, item: ItemName, group: Effects): Promise<boolean> {
  if (!host.addLabels || group.length < 2) return false;
  const labels = group.flatMap(({ effect }) => (effect.kind === 'addLabel' ? [effect] : []));
  try {
    await host.addLabels(
      { ...item, number: labels[0]?.number ?? item.number },
      labels.map(({ label }) => label),
    );
    return true;
  } catch (error) {
    finalRefusal(error);
    return false;
  }
}

async function applyOne(
  host: CodeHost,
  item: ItemName,
  { key, effect }: KeyedEffect & { effect: HostEffect },
  options: ApplyOptions,
): Promise<AppliedEffect> {
  let refusal: Refusal | undefined;
  try {
    refusal = await host.apply(item, effect, key, options);
    const answer = answerTo(effect, refusal);
    if (answer !== undefined) await host.apply(item, comment(answer), `${key}/answer`, options);
  } catch (error) {
    return { key, outcome: 'refused', reason: finalRefusal(error).message };
  }
  if (!refusal) return { key, outcome: 'done' };
  return { key, outcome: 'refused', reason: [...refusal.refused, refusal.reason].join(': ') };
}

/** What people are told, once the host has taken an effect or refused it. */
function answerTo(effect: HostEffect, refusal: Refusal | undefined): string | undefined {
  if (!refusal) return effect.kind === 'setState' ? effect.whenDone : undefined;
  const text = 'whenRefused' in effect ? effect.whenRefused : undefined;
  return text
    ?.replaceAll('{refused}', () => refusal.refused.map(printableMarkdown).join(', '))
    .replaceAll('{reason}', () => printableMarkdown(refusal.reason));
}
