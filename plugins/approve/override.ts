/** Whether people have decided by hand: the label `approved` counts when somebody else than us has put it there (C.1, 0.9). */
import { mayPass } from '../../domain/errors.ts';
import { isBot } from '../../rules/own-comments.ts';
import type { ItemContext } from '../api.ts';

export async function wasAddedByOthers(label: string, { host, bot }: ItemContext): Promise<boolean> {
  try {
    const last = (await host.labelEvents()).findLast((event) => event.label === label);
    return last?.actor !== undefined && !isBot(bot, last.actor);
  } catch (error) {
    if (mayPass(error)) throw error;
    return false;
  }
}
