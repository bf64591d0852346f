/** The read model as this Deck's viewers may see it: every route asks here, and what may not be seen is not found. */
import { canSee } from '../../rules/visibility.ts';
import type { ReadItem } from '../read-model/read-model.ts';
import type { DeckDeps } from './deps.ts';
import { HttpError } from './http-error.ts';

export function createVisible({ readModel, config, settings }: DeckDeps) {
  const isVisible = ({ prowJob }: ReadItem) =>
    canSee(prowJob.spec, settings.viewer, config().main.deck.hidden_repos ?? []);
  return {
    isVisible,
    items: () => readModel.items().filter(isVisible),
    /** Throws 400 without a name, 404 for what does not exist or may not be seen. */
    named(name: string | undefined): ReadItem {
      if (!name) throw new HttpError(400, 'Say which: ?prowjob=NAME');
      const item = readModel.item(name);
      if (!item || !isVisible(item)) throw new HttpError(404, `No ProwJob named ${name} is known.`);
      return item;
    },
    run(job: string, buildId: string): ReadItem | undefined {
      const item = readModel.byRun(job, buildId);
      return item && isVisible(item) ? item : undefined;
    },
  };
}

export type Visible = ReturnType<typeof createVisible>;
