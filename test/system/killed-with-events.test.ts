/**
 * Gateway, worker and Temporal are killed, one after the other, in the middle of many webhooks, while the code host loses answers
 * to what it has done: every webhook is handled once, in the order in which it came, and what people see was done once.
 *
 * `EVENTS` says how many comments are made; default 500, on 50 pull requests.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Forge } from '../../forge/create-forge.ts';
import type { PullRequest } from '../../forge/model/entities.ts';
import { addComment, createLabel } from '../../forge/rules/issues.ts';
import { openPull } from '../../forge/rules/pulls.ts';
import type { ActorState } from '../../domain/review/actor-state.ts';
import { ids, queries } from '../../domain/wire.ts';
import { eventually } from '../harness/eventually.ts';
import { startKillableSystem, type KillableSystem } from '../harness/killable-system.ts';

/** One after the other on each pull request. Of `u` there is no label: the answer is a comment. */
const commands = [
  '/area r0',
  '/area u1',
  '/hold',
  '/area r3',
  '/hold cancel',
  '/area u5',
  '/area r6',
  '/remove-area r0',
  '/area u8',
  '/hold',
];
const pullCount = Math.ceil(Number(process.env['EVENTS'] ?? 500) / commands.length);
const hold = 'do-not-merge/hold';

let system: KillableSystem;
const pulls: PullRequest[] = [];
/** What was said, by the id under which actors know the webhook. */
const commandOf = new Map<string, string>();
beforeAll(async () => {
  system = await startKillableSystem({
    plugins: { plugins: { 'acme/site': { plugins: ['hold', 'label', 'lgtm', 'lifecycle'] } } },
    prepare,
  });
}, 120_000);
afterAll(async () => {
  await system?.close();
}, 60_000);

async function prepare({ admin, world }: Forge): Promise<void> {
  const { account: carol } = admin.createUser({ login: 'carol' });
  const repo = await admin.createRepo('acme', { name: 'site', autoInit: true }, 'bot');
  for (const name of ['area/r0', 'area/r3', 'area/r6', hold]) {
    createLabel(world, repo, admin.account('bot'), { name, color: 'c7def8', description: null });
  }
  // From one commit, since nothing here depends on what is changed.
  await admin.commit({
    repo: 'acme/site',
    branch: 'change',
    files: { 'a.txt': 'a\n' },
    message: 'Change',
    author: 'carol',
  });
  for (let index = 0; index < pullCount; index += 1) {
    const branch = `change-${index}`;
    await admin.commit({ repo: 'acme/site', branch, files: {}, message: branch, author: 'carol', from: 'change' });
    const wanted = { title: branch, body: null, head: branch, base: 'main', draft: false, maintainerCanModify: true };
    pulls.push(await openPull(world, repo, carol, wanted));
  }
}

/** A worker that has died is missed after half a minute (workflows/lib/actor-activities.ts); machines may be busy. */
const patience = { timeoutMs: 90_000, intervalMs: 100 };

/** Every attempt to hand a webhook over. */
const deliveries = () => system.forge.world.store.all('deliveries');
const isTaken = ({ statusCode }: { statusCode: number }) => statusCode >= 200 && statusCode < 300;
const waiting = () => deliveries().filter(({ state }) => state === 'queued').length;
/** Webhooks that did not get through yet, whatever was tried. */
function lost(): number {
  const taken = new Set(deliveries().flatMap((each) => (isTaken(each) ? [each.guid] : [])));
  return new Set(deliveries().flatMap(({ guid }) => (taken.has(guid) ? [] : [guid]))).size;
}

async function say(command: string): Promise<void> {
  const { world, admin } = system.forge;
  for (const pull of pulls) {
    await addComment(world, pull, admin.account('carol'), command);
    const delivery = deliveries().findLast(({ event, action }) => event === 'issue_comment' && action === 'created');
    commandOf.set(`forge:${delivery?.guid}`, command);
  }
}

/** As its schedule does every five minutes. */
async function redeliver(): Promise<void> {
  await system.client.schedule.getHandle(ids.redeliver).trigger();
}

const stateOf = async ({ number }: PullRequest): Promise<ActorState> =>
  await system.client.workflow
    .getHandle(ids.change('forge', { org: 'acme', repo: 'site' }, number))
    .query(queries.state);

/** None has failed or ended. */
async function actorsThatRun(): Promise<number> {
  const { count } = await system.client.workflow.count("WorkflowType = 'changeActor' AND ExecutionStatus = 'Running'");
  return count;
}

/** What commands lead to, in the order in which they are obeyed. */
function effectsOf(obeyed: readonly string[]): string[] {
  const labels = new Set<string>();
  return obeyed.flatMap((command) => {
    const [verb = '', argument = ''] = command.split(' ');
    const label = verb === '/hold' ? hold : `area/${argument}`;
    const isRemoval = verb === '/remove-area' || argument === 'cancel';
    if (isRemoval) {
      if (labels.delete(label)) return [`-${label}`];
      return verb === '/hold' ? [] : [`answer ${label}`];
    }
    if (argument.startsWith('u')) return [`answer ${label}`];
    if (labels.has(label)) return [];
    labels.add(label);
    return [`+${label}`];
  });
}

/** What people see of it on the code host, in order. */
function seenOn(pull: PullRequest): string[] {
  const { store } = system.forge.world;
  const bot = system.forge.admin.account('bot').id;
  const labelled = store.of('issueEvents', pull.id).flatMap(({ id, event, label, actorId }) => {
    const sign = { labeled: '+', unlabeled: '-' }[event];
    return sign !== undefined && actorId === bot ? [{ id, what: `${sign}${label?.name}` }] : [];
  });
  const answers = store.of('comments', pull.id).flatMap(({ id, authorId, body }) => {
    return authorId === bot ? [{ id, what: `answer ${/^@carol: .*`(.+?)`/.exec(body)?.[1]}` }] : [];
  });
  return [...labelled, ...answers].toSorted((a, b) => a.id - b.id).map(({ what }) => what);
}

test('killed in the middle of events: none is lost, none is handled twice, and all in order', async () => {
  const { forge } = system;
  // Whoever writes must be prepared to learn nothing of it.
  for (const operation of ['issues/create-comment', 'issues/add-labels', 'issues/remove-label']) {
    for (let each = 0; each < 8; each += 1) forge.faults.add({ operation, kind: 'drop', skip: 3 });
  }
  const said: string[] = [];
  const sayNext = async () => {
    const command = commands[said.length] ?? '';
    said.push(command);
    await say(command);
  };
  const failed = () => deliveries().filter((each) => each.state === 'done' && !isTaken(each)).length;

  await sayNext();
  await sayNext();
  await eventually(() => waiting() < pullCount, 'half of it is handed over', patience);
  await system.kill('gateway');
  await eventually(() => failed() > 10, 'webhooks meet a closed door', patience);
  await system.start('gateway');
  await redeliver();

  await sayNext();
  await sayNext();
  await eventually(() => waiting() < pullCount, 'half of it is handed over', patience);
  await system.kill('worker');
  await sayNext();
  await system.start('worker');

  await sayNext();
  await sayNext();
  await eventually(() => waiting() < pullCount, 'half of it is handed over', patience);
  const before = failed();
  await system.kill('temporal');
  await eventually(() => failed() > before, 'webhooks are refused', patience);
  await system.start('temporal');
  while (said.length < commands.length) await sayNext();

  await forge.idle();
  await eventually(
    async () => {
      if (lost() === 0) return true;
      await redeliver();
      await forge.idle();
      return false;
    },
    'everything has got through',
    { ...patience, intervalMs: 500 },
  );
  const areDone = async () => {
    for (const pull of pulls) {
      const { inbox, again, errands } = await stateOf(pull);
      if (inbox.length + again.length + errands.length > 0) return false;
    }
    return true;
  };
  await eventually(areDone, 'the actors have nothing left to do', patience);
  await forge.idle();

  expect(forge.faults.list().filter(({ left }) => left > 0)).toEqual([]);
  expect(await actorsThatRun()).toBe(pullCount);
  expect(commandOf.size).toBe(pullCount * commands.length);
  for (const pull of pulls) {
    const { seen, failures } = await stateOf(pull);
    const came = seen.flatMap((id) => commandOf.get(id) ?? []);
    expect(failures).toEqual([]);
    expect(came.toSorted()).toEqual(commands.toSorted());
    expect(seenOn(pull)).toEqual(effectsOf(came));
  }
}, 600_000);
