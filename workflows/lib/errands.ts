/**
 * What an actor has done beside its events because it may take long: forwards to external plugins, cherry-picks, the end of runs
 * that a newer one has made pointless. They are kept as data, so that a run that continues as new begins them again; each can be
 * repeated. Forwards to one plugin keep their order, and nobody else waits for them.
 */
import type { ActorState, Errand } from '../../domain/review/actor-state.ts';
import { errandWords } from '../../domain/review/explanation.ts';
import { activityProblem } from './activity-problem.ts';
import type { ActorActivities } from './actor-activities.ts';
import type { Chronicle } from './chronicle.ts';
import { createLane, type Lane } from './lane.ts';
import { summaryLine } from './summary.ts';

export interface Errands {
  /** Begins at once, or when those before it in its line are done. */
  add(errand: Errand): void;
  /** Begins what an earlier run has left. */
  kick(): void;
  isBusy(): boolean;
}

export interface ErrandsOptions {
  state: Pick<ActorState, 'errands'>;
  acts: Pick<ActorActivities, 'forwardEvent' | 'cherryPick' | 'abortChangeJobs'>;
  chronicle: Chronicle;
  /** Told when a line of errands is done. */
  idle: () => void;
}

/** An external plugin that is away for a day must not fill the state. */
const maxErrands = 100;

export function createErrands({ state, acts, chronicle, idle }: ErrandsOptions): Errands {
  const lanes = new Map<string, Lane>();

  const laneOf = (name: string): Lane => {
    const known = lanes.get(name);
    if (known) return known;
    const next = () => {
      const errand = state.errands.find((each) => laneName(each) === name);
      return errand && (() => finish(errand));
    };
    const lane = createLane(next, idle);
    lanes.set(name, lane);
    return lane;
  };

  const finish = async (errand: Errand) => {
    try {
      await carryOut(errand);
    } catch (error) {
      const { message } = activityProblem(error);
      chronicle.failed({ story: storyOf(errand), what: errandWords(errand), reason: message });
    }
    state.errands = state.errands.filter((each) => each !== errand);
  };

  const carryOut = async (errand: Errand): Promise<void> => {
    const summary = summaryLine(errandWords(errand));
    switch (errand.kind) {
      case 'forward': {
        const { envelope, plugin } = errand;
        const { status } = await acts.forwardEvent.executeWithOptions({ summary }, [{ envelope, plugin }]);
        if (status >= 200 && status < 300) return;
        const reason = `it has answered with ${status}`;
        return chronicle.failed({ story: errand.story, what: errandWords(errand), reason });
      }
      case 'cherryPick': {
        const { envelope, effect, key } = errand;
        const { outcomes } = await acts.cherryPick.executeWithOptions({ summary }, [{ envelope, effect, key }]);
        return chronicle.tell(errandWords(errand), outcomes);
      }
      default: {
        const { jobs, description } = errand;
        await acts.abortChangeJobs.executeWithOptions({ summary }, [{ jobs, description }]);
      }
    }
  };

  return {
    add(errand) {
      if (state.errands.length >= maxErrands) {
        const reason = `${maxErrands} errands are under way already`;
        return chronicle.failed({ story: storyOf(errand), what: errandWords(errand), reason });
      }
      state.errands.push(errand);
      laneOf(laneName(errand)).kick();
    },
    kick() {
      for (const name of new Set(state.errands.map(laneName))) laneOf(name).kick();
    },
    isBusy: () => [...lanes.values()].some((lane) => lane.isBusy()),
  };
}

function laneName(errand: Errand): string {
  return errand.kind === 'forward' ? `forward ${errand.plugin}` : errand.kind;
}

function storyOf(errand: Errand): string {
  return 'story' in errand ? errand.story : errand.description;
}
