/**
 * How fast a comment becomes a label, alone and under load, and whether any is lost or doubled. Comments are made on the code host,
 * whose webhooks go to the gateway; the label that the worker sets there comes back as a webhook again.
 *
 * The load's rate is a share of the floor: bare actors that are signalled the same way and call as many activities, on the same
 * server in the same run.
 */
import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { setTimeout as delay } from 'node:timers/promises';
import { actorId } from '../domain/review/actor-target.ts';
import type { Explanation } from '../domain/review/explanation.ts';
import { queries } from '../domain/wire.ts';
import { signalFloorActor, startFloorWorker } from './floor/start.ts';
import { inBatches, timeOf } from './harness/batches.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { benchRepo } from './harness/code-host.ts';
import { cpuSeconds } from './harness/cpu-time.ts';
import { hostName, startReviewSystem, type ReviewSystem } from './harness/review-system.ts';
import { median, percentile } from './harness/statistics.ts';
import { atLeast, atMost, plain, type Row } from './harness/table.ts';
import { holdComments, whenLabelled, type HoldComments } from './review/hold-comments.ts';

const full = { pulls: 200, alone: 200, floorEvents: 5, seconds: 60 };
const quickly = { pulls: 20, alone: 20, floorEvents: 3, seconds: 10 };
/** Comments that are looked up in a history: few enough to be in the same one. */
const counted = 20;
/** Comments per second that are enough, wherever the floor is. */
const enough = 50;
const share = 0.6;
/** More is offered than has to be reached: some of it is still under way when the time is over. */
const surplus = 1.05;
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
    const [first = 0, second = 0] = pulls;
    const before = await countsOf(server.client, second);
    for (let count = 0; count < counted; count += 1) await comments.say(second);
    await delay(1000);
    const cost = costOf(before, await countsOf(server.client, second), counted);
    say(`${cost.activities.toFixed(1)} activities and ${cost.signals.toFixed(1)} signals for each`);
    const alone: number[] = [];
    for (let count = 0; count < size.alone; count += 1) alone.push(await comments.say(first));

    const floorWorker = await startFloorWorker(scope, server);
    const bare = { comments: 0, seconds: 0, server: 0, worker: 0 };
    const measureFloor = async () => {
      say('the floor');
      const [server0, worker0] = [await cpuSeconds(server.pid), await cpuSeconds(floorWorker.pid)];
      const seconds = await floorSeconds(server.client, pulls.length, size.floorEvents, cost);
      bare.comments += pulls.length * size.floorEvents;
      bare.seconds += seconds;
      bare.server += (await cpuSeconds(server.pid)) - server0;
      bare.worker += (await cpuSeconds(floorWorker.pid)) - worker0;
      return (pulls.length * size.floorEvents) / seconds;
    };
    const floorBefore = await measureFloor();
    const target = Math.min(enough, share * floorBefore);
    say(`${(target * surplus).toFixed(1)} comments per second for ${size.seconds} s`);
    relay.takeAnswers();
    const pids = { server: server.pid, gateway: gateway.pid, worker: worker.pid, 'code host': codeHost.pid };
    const used = await timesOf(pids);
    const load = await runLoad(comments, pulls, target * surplus, size.seconds);
    const answers = relay.takeAnswers();
    const usedAfter = await timesOf(pids);
    await measureFloor();
    await floorWorker.stop();
    const floor = bare.comments / bare.seconds;
    say('counting the labels');
    const { lost, doubled, wrong } = await comments.check();
    for (const number of wrong.slice(0, 3)) say(await explained(server.client, number));

    const rate = load.ms.length / load.seconds;
    return {
      rows: [
        plain('alone: from a comment to its label, median', median(alone), 'ms'),
        plain('  99 of 100', percentile(alone, 0.99), 'ms'),
        plain('activities for each, its echo included', cost.activities, '', 1),
        plain('bare actors with as many activities', floor, 'comments/s', 1),
        plain('  processor time of the server, each comment', (bare.server / bare.comments) * 1000, 'ms', 1),
        plain('  processor time of their worker, each comment', (bare.worker / bare.comments) * 1000, 'ms', 1),
        plain('under load: offered', load.offered, 'comments/s', 1),
        plain('  carried out', rate, 'comments/s', 1),
        floor * share > enough
          ? atLeast('  the same', rate, enough, 'comments/s', 1)
          : atLeast('  share of the floor', rate / floor, share, '', 2),
        plain('  from a comment to its label, median', median(load.ms), 'ms'),
        plain('  99 of 100', percentile(load.ms, 0.99), 'ms'),
        ...answerRows(answers),
        atMost('labels that did not come', lost, 0, ''),
        atMost('labels that came twice', doubled, 0, ''),
        ...Object.keys(pids).map((name) =>
          plain(
            `  processor time of the ${name}, each comment`,
            (((usedAfter.get(name) ?? 0) - (used.get(name) ?? 0)) / load.ms.length) * 1000,
            'ms',
            1,
          ),
        ),
      ],
    };
  },
};

function answerRows(answers: ReturnType<ReviewSystem['relay']['takeAnswers']>): Row[] {
  const times = answers.map(({ ms }) => ms);
  return [
    plain('webhooks to the gateway', answers.length, ''),
    plain('  answered within, median', median(times), 'ms'),
    atMost('  99 of 100', percentile(times, 0.99), mostAnswerMs, 'ms'),
    atMost('  not taken', answers.filter(({ status }) => status !== 200).length, 0, ''),
  ];
}

interface Counts {
  activities: number;
  signals: number;
}

function actorOf(client: Client, number: number): WorkflowHandle {
  return client.workflow.getHandle(actorId({ kind: 'change', host: hostName, ...benchRepo, number }));
}

/** What the actor of a pull request says of itself, for who looks for the reason. */
async function explained(client: Client, number: number): Promise<string> {
  const { stories, failures, waiting } = await actorOf(client, number).query<Explanation>(queries.explain);
  return `#${number}: ${JSON.stringify({ stories: stories.slice(-10), failures, waiting })}`;
}

/** What the history of a pull request's actor has. */
async function countsOf(client: Client, number: number): Promise<Counts> {
  const { events } = await actorOf(client, number).fetchHistory();
  return {
    activities: events?.filter(({ activityTaskScheduledEventAttributes: one }) => one).length ?? 0,
    signals: events?.filter(({ workflowExecutionSignaledEventAttributes: one }) => one).length ?? 0,
  };
}

function costOf(before: Counts, after: Counts, comments: number): Counts {
  return {
    activities: (after.activities - before.activities) / comments,
    signals: (after.signals - before.signals) / comments,
  };
}

/** Until bare actors have handled so many comments each, as so many signals and activities. */
async function floorSeconds(client: Client, actors: number, comments: number, cost: Counts): Promise<number> {
  const echoes = Math.max(0, Math.round(cost.signals) - 1);
  const activities = Math.max(1, Math.round(cost.activities) - echoes);
  const run = randomUUID();
  const idOf = (index: number) => `floor-actor-${run}-${index % actors}`;
  const events = comments * (1 + echoes);
  return await timeOf(async () => {
    await inBatches(actors * comments, async (index) =>
      signalFloorActor(client, idOf(index), events, { activities, echoes }),
    );
    await inBatches(actors, async (index) => client.workflow.getHandle(idOf(index)).result());
  });
}

async function timesOf(pids: Record<string, number>): Promise<Map<string, number>> {
  const times = Object.entries(pids).map(async ([name, pid]) => [name, await cpuSeconds(pid)] as const);
  return new Map(await Promise.all(times));
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
async function runLoad(
  comments: HoldComments,
  pulls: readonly number[],
  perSecond: number,
  seconds: number,
): Promise<Load> {
  const ms: number[] = [];
  const failures: unknown[] = [];
  const total = Math.round(perSecond * seconds);
  const started = performance.now();
  let lastLabel = started;
  for (let count = 0; count < total; count += 1) {
    const due = started + (count / perSecond) * 1000;
    if (due > performance.now()) await delay(due - performance.now());
    comments.say(pulls[count % pulls.length] ?? 0).then(
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
