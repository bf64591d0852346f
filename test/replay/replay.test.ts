/**
 * That today's workflows still follow the histories of earlier ones (temporal.md 13): a workflow that runs when a new version
 * is installed goes on, and does not get stuck.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import * as workflows from '../../workflows/index.ts';
import { historyFromJson } from './history-json.ts';

const folder = fileURLToPath(new URL('./', import.meta.url));
const workflowTypes = Object.keys(workflows);
/** Versions whose histories are kept (architecture.md 4). */
const keptVersions = 3;

interface RecordedEvent {
  eventType: string;
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
}
interface Recorded {
  /** Path below this folder. */
  file: string;
  history: { workflowId: string; events: RecordedEvent[] };
}

let bundle: WorkflowBundleOption;

beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: 'OFF' } },
  });
  const built = process.env['BOWSPRIT_TEST_BUNDLE'];
  bundle = built
    ? { codePath: built }
    : await bundleWorkflowCode({
        workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
        logger: new DefaultLogger('ERROR'),
      });
}, 60_000);

const entries = (path: string) => readdirSync(join(folder, path), { withFileTypes: true });
const foldersIn = (path: string) =>
  entries(path)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

function recordedOf(type: string): Recorded[] {
  return foldersIn(type).flatMap((version) =>
    entries(join(type, version)).map(({ name }) => {
      const file = join(type, version, name);
      return { file, history: JSON.parse(readFileSync(join(folder, file), 'utf8')) };
    }),
  );
}

/** One line per history that today's workflows do not follow, with its file and why. */
async function violations(recorded: Recorded[]): Promise<string[]> {
  const found: string[] = [];
  // One by one: the runs of a workflow that continues as new share their id, by which results are told apart.
  for (const { file, history } of recorded) {
    const one = [{ workflowId: history.workflowId, history: historyFromJson(history) }];
    for await (const { error } of Worker.runReplayHistories({ workflowBundle: bundle }, one)) {
      if (error) found.push(`${file}: ${error.message}`);
    }
  }
  return found;
}

test('every workflow type has histories, and no other has', () => {
  expect(foldersIn('.').toSorted()).toEqual(workflowTypes.toSorted());
  for (const type of workflowTypes) expect(recordedOf(type).length).toBeGreaterThan(0);
});

test('histories of at most three versions are kept', () => {
  expect(new Set(workflowTypes.flatMap(foldersIn)).size).toBeLessThanOrEqual(keptVersions);
});

test('histories are small and tell nothing about the machine they were recorded on', () => {
  for (const { file, history } of workflowTypes.flatMap(recordedOf)) {
    const text = JSON.stringify(history);
    expect({ file, small: text.length < 100_000 }).toEqual({ file, small: true });
    expect({ file, machine: /\/(?:home|root|tmp|Users)\/|\d+@\w/.exec(text)?.[0] }).toEqual({ file });
  }
});

describe('replay', () => {
  test.each(workflowTypes)('%s follows its histories', async (type) => {
    const recorded = recordedOf(type);

    expect(recorded.length).toBeGreaterThan(0);
    expect(await violations(recorded)).toEqual([]);
  });

  test.each(workflowTypes)(
    '%s: a history that does something else is noticed, with the name of its file',
    async (type) => {
      const [first] = recordedOf(type).filter(({ history }) => scheduled(history) !== undefined);
      if (!first) throw new Error(`No history of ${type} has an activity.`);
      const activity = scheduled(first.history)?.activityTaskScheduledEventAttributes;
      if (activity) activity.activityType.name = 'somethingElse';

      const found = await violations([first]);

      expect(found).toHaveLength(1);
      expect(found[0]).toContain(first.file);
      expect(found[0]).toMatch(/nondeterminism/i);
    },
  );
});

const scheduled = ({ events }: Recorded['history']) =>
  events.find(({ activityTaskScheduledEventAttributes }) => activityTaskScheduledEventAttributes);
