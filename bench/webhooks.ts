/**
 * How fast a comment becomes a label, alone and under load, and whether any is lost or doubled. Comments are made on the code host,
 * whose webhooks go to the gateway; the label that the worker sets there comes back as a webhook again.
 *
 * The load's rate is a share of the floor: bare actors that are signalled the same way and call as many activities, on the same
 * server in the same run. Floor and load take turns, so that a disturbance of the machine meets both.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { floorOfComments } from './floor/comments.ts';
import { startFloorWorker } from './floor/start.ts';
import { inBatches } from './harness/batches.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { cpuSeconds } from './harness/cpu-time.ts';
import { startReviewSystem } from './harness/review-system.ts';
import { mean, median, percentile } from './harness/statistics.ts';
import { atLeast, atMost, plain, type Row } from './harness/table.ts';
import type { Answered } from './harness/webhook-relay.ts';
import { costOfComments, explained } from './review/comment-cost.ts';
import { holdComments, whenLabelled, type HoldComments } from './review/hold-comments.ts';

const full = { pulls: 200, alone: 200, rounds: 4 };
const quickly = { pulls: 20, alone: 20, rounds: 1 };
/** Of one round of the load. */
const roundSeconds = 15;
/** Of the floor: enough at once to keep the server busy. */
const floorActors = { actors: 40, comments: 5 };
/** Comments that are looked up in a history: few enough to be in the same one. */
const counted = 20;
/** Pull requests that people talk about one after the other. */
const talkedOf = 10;
/** Comments per second that are enough, wherever the floor is. */
const enough = 50;
const share = 0.6;
/** More is offered than has to be reached: some of it is still under way when the time is over. */
const surplus = 1.1;
const mostAnswerMs = 250;
/** A label that has not come by then is lost. */
const patienceSeconds = 60;

export const webhooks: Benchmark = {
  name: 'webhooks',
  title: 'webhooks: from a comment to its label, alone and under load',
  async run({ temporalCli, quick, say }, scope) {
    const size = quick ? quickly : full;
    const pulls: number[] = [];
    const system = await startReviewSystem(scope, {
      temporalCli,
      async prepare(codeHost) {
        say(`opening ${size.pulls} pull requests`);
        pulls.push(...(await codeHost.openPulls(size.pulls)));
      },
    });
    const { server, codeHost, relay, worker, gateway } = system;
    const comments = holdComments(codeHost, relay);
    say('the first comments');
    await inBatches(pulls.length, async (index) => await comments.say(pulls[index] ?? 0), 8);

    say('one comment after the other');
    const [first = 0, ...others] = pulls.slice(0, talkedOf);
    const cost = await costOfComments(server.client, first, counted, async () => {
      for (let count = 0; count < counted; count += 1) await comments.say(first);
      // The last echo.
      await delay(1000);
    });
    const alone: number[] = [];
    for (let count = 0; count < size.alone; count += 1)
      alone.push(await comments.say(others[count % others.length] ?? 0));

    const floorWorker = await startFloorWorker(scope, server);
    const measureFloor = async () => await floorOfComments(server.client, { ...floorActors, cost });
    const bare = createMeter({ 'the server': server.pid, 'their worker': floorWorker.pid });
    const real = createMeter({
      'the server': server.pid,
      'the gateway': gateway.pid,
      'the worker': worker.pid,
      'the code host': codeHost.pid,
    });
    await measureFloor();
    const floors = [await bare.during(measureFloor)];
    relay.takeAnswers();
    const answers: Answered[] = [];
    const loads: Load[] = [];
    let turn = 0;
    const nextPull = () => pulls[turn++ % pulls.length] ?? 0;
    for (let round = 1; round <= size.rounds; round += 1) {
      const rate = surplus * Math.min(enough, share * (floors.at(-1) ?? 0));
      say(`round ${round} of ${size.rounds}: ${rate.toFixed(1)} comments per second`);
      loads.push(await real.during(async () => await runLoad(comments, nextPull, rate)));
      answers.push(...relay.takeAnswers());
      floors.push(await bare.during(measureFloor));
    }
    await floorWorker.stop();
    say('counting the labels');
    const { lost, doubled, wrong } = await comments.check();
    for (const number of wrong.slice(0, 3)) say(await explained(server.client, number));

    const times = loads.flatMap(({ ms }) => ms);
    const rates = loads.map(({ ms, seconds }) => ms.length / seconds);
    /** Beside the floor before and the floor after it. */
    const shares = rates.map((rate, index) => rate / mean(floors.slice(index, index + 2)));
    return {
      rows: [
        plain('alone: from a comment to its label, median', median(alone), 'ms'),
        plain('  99 of 100', percentile(alone, 0.99), 'ms'),
        plain('activities for each, its echo included', cost.activities, '', 1),
        plain('bare actors with as many activities, median', median(floors), 'comments/s', 1),
        ...bare.rows(floors.length * floorActors.actors * floorActors.comments),
        plain('under load: offered, median', median(loads.map(({ offered }) => offered)), 'comments/s', 1),
        plain('  carried out, median', median(rates), 'comments/s', 1),
        median(floors) * share > enough
          ? atLeast('  the same', median(rates), enough, 'comments/s', 1)
          : atLeast('  share of the floor, median', median(shares), share, '', 2),
        plain('  from a comment to its label, median', median(times), 'ms'),
        plain('  99 of 100', percentile(times, 0.99), 'ms'),
        ...answerRows(answers),
        atMost('labels that did not come', lost, 0, ''),
        atMost('labels that came twice', doubled, 0, ''),
        ...real.rows(times.length),
      ],
    };
  },
};

function answerRows(answers: readonly Answered[]): Row[] {
  const times = answers.map(({ ms }) => ms);
  return [
    plain('webhooks to the gateway', answers.length, ''),
    plain('  answered within, median', median(times), 'ms'),
    atMost('  99 of 100', percentile(times, 0.99), mostAnswerMs, 'ms'),
    atMost('  not taken', answers.filter(({ status }) => status !== 200).length, 0, ''),
  ];
}

interface Meter {
  during<T>(work: () => Promise<T>): Promise<T>;
  rows(comments: number): Row[];
}

/** Processor time of some processes, by name, while something goes on. */
function createMeter(pids: Readonly<Record<string, number>>): Meter {
  const used = new Map<string, number>();
  const add = async (sign: 1 | -1) => {
    for (const [name, pid] of Object.entries(pids)) {
      used.set(name, (used.get(name) ?? 0) + sign * (await cpuSeconds(pid)));
    }
  };
  return {
    async during(work) {
      await add(-1);
      const result = await work();
      await add(1);
      return result;
    },
    rows: (comments) =>
      [...used].map(([name, seconds]) =>
        plain(`  processor time of ${name}, each comment`, (seconds / comments) * 1000, 'ms', 1),
      ),
  };
}

interface Load {
  /** Comments per second, as they were really said. */
  offered: number;
  /** From each comment to its label. */
  ms: number[];
  /** From the first comment to the last label. */
  seconds: number;
}

/** Says comments at a fixed rate, whatever comes of them, on one pull request after the other. */
async function runLoad(comments: HoldComments, nextPull: () => number, perSecond: number): Promise<Load> {
  const ms: number[] = [];
  const failures: unknown[] = [];
  const total = Math.round(perSecond * roundSeconds);
  const started = performance.now();
  let lastLabel = started;
  for (let count = 0; count < total; count += 1) {
    const due = started + (count / perSecond) * 1000;
    if (due > performance.now()) await delay(due - performance.now());
    comments.say(nextPull()).then(
      (taken) => {
        lastLabel = performance.now();
        ms.push(taken);
      },
      (error: unknown) => failures.push(error),
    );
  }
  const said = performance.now();
  await whenLabelled(comments, patienceSeconds);
  if (failures.length > 0) throw failures[0];
  return { offered: total / ((said - started) / 1000), ms, seconds: (lastLabel - started) / 1000 };
}
