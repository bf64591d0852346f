/** A code host in memory: what tests of actors and activities read, and what was applied. Reads that a test does not give reject. */
import type {
  ApplyOptions,
  CodeHost,
  GitAccess,
  HostEffect,
  HostReads,
  ItemName,
  Refusal,
} from '../../domain/review/host.ts';
import type { Item } from '../../domain/review/item.ts';

export interface FakeHost extends CodeHost {
  /** Effects in the order in which they came, repetitions included. */
  applied: { item: ItemName; effect: HostEffect; key: string; options?: ApplyOptions }[];
  /** How often each read was asked. */
  asked: Map<keyof HostReads, number>;
}

export interface FakeHostOptions {
  reads?: Partial<HostReads>;
  item?: Item;
  gitAccess?: (org: string, repo: string) => GitAccess;
  /** What the host answers to several labels at once. Without it, it takes them one by one. */
  addLabels?: (labels: readonly string[]) => Promise<void>;
  /** What the host answers to an effect. */
  onApply?: (effect: HostEffect, key: string) => Refusal | undefined;
}

const readNames = {
  labels: true,
  labelsOf: true,
  repoLabels: true,
  changedFiles: true,
  comments: true,
  inlineComments: true,
  reviews: true,
  commits: true,
  labelEvents: true,
  isMergeable: true,
  treeOf: true,
  isMember: true,
  isCollaborator: true,
  collaborators: true,
  permission: true,
  teamMembers: true,
  teamMembersById: true,
  teamMembersByName: true,
  milestones: true,
  statuses: true,
  checkRuns: true,
  requiredContexts: true,
  mergedPulls: true,
  pullsOf: true,
  isBusy: true,
} as const satisfies Record<keyof HostReads, true>;

export function createFakeHost({ reads = {}, item, gitAccess, addLabels, onApply }: FakeHostOptions = {}): FakeHost {
  const asked = new Map<keyof HostReads, number>();
  const applied: FakeHost['applied'] = [];
  const ask =
    (name: keyof HostReads) =>
    (...args: never[]) => {
      asked.set(name, (asked.get(name) ?? 0) + 1);
      const read = reads[name] as ((...given: never[]) => Promise<unknown>) | undefined;
      return read ? read(...args) : Promise.reject(new Error(`This test gives no ${name}.`));
    };
  const allReads = Object.fromEntries(Object.keys(readNames).map((name) => [name, ask(name as keyof HostReads)]));
  return {
    name: 'fake',
    applied,
    asked,
    bot: async () => ({ login: 'bot', isApp: false }),
    item: async () => item,
    reads: () => ({ ...allReads }) as unknown as HostReads,
    openChangesOf: async () => [],
    async *openChanges() {},
    reposOf: async () => [],
    branchHead: async () => undefined,
    gitAccess: async ({ org, repo }) => gitAccess?.(org, repo) ?? { url: `https://fake.invalid/${org}/${repo}.git` },
    forkOf: async (repo) => repo,
    changeFrom: async () => undefined,
    openChange: async () => ({ refused: [], reason: 'This test opens no changes.' }),
    openIssue: async () => ({ refused: [], reason: 'This test opens no issues.' }),
    changeRef: (number) => `refs/pull/${number}/head`,
    async apply(name, effect, key, applyOptions) {
      applied.push({ item: name, effect, key, ...(applyOptions && { options: applyOptions }) });
      return onApply?.(effect, key);
    },
    ...(addLabels && { addLabels: async (_name, labels) => await addLabels(labels) }),
  };
}
