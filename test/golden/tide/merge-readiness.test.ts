/**
 * Readiness against what Prow says of changes that are in no pool (golden data, tide/status.jsonl): the class of what is missing
 * that its status names, and the names in it. Cases about other things (conflicts, blockers, retests) are left to the status.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { mainWithDefaults, type DecodedMain } from '../../../config/main-defaults.ts';
import type { Presubmit } from '../../../domain/job-config.ts';
import type { StatusState } from '../../../domain/review/item.ts';
import { contextPolicy } from '../../../rules/tide/context-policy.ts';
import { mergeReadiness, type Condition, type ConditionKind } from '../../../rules/tide/merge-readiness.ts';
import { tideConfig } from '../../../rules/tide/tide-config.ts';

interface StatusCase {
  id: string;
  note?: string;
  input: {
    org: string;
    repo: string;
    branch: string;
    config: DecodedMain;
    presubmits?: Presubmit[];
    inPool: boolean;
    prs: {
      author: string;
      labels?: string[];
      milestone?: string;
      mergeStateStatus?: string;
      reviewDecision?: string;
      contexts?: { context: string; state: string }[];
    }[];
  };
  expect: { phrase?: string; parts?: { kind: string; names?: string[] }[] };
}

const file = '../shared/golden/tide/status.jsonl';
const all = existsSync(file)
  ? readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line, (_key, value: unknown) => value ?? undefined) as StatusCase)
  : [];

/** In the order in which a status looks for something to name. */
const classes: readonly [kind: ConditionKind, golden: string][] = [
  ['branch', 'branch'],
  ['author', 'author'],
  ['milestone', 'milestone'],
  ['label', 'missing-labels'],
  ['noLabel', 'forbidden-labels'],
  ['context', 'contexts'],
  ['review', 'review'],
];
const compared = new Set([...classes.map(([, golden]) => golden), 'retesting', 'retesting-count']);

const cases = all.filter(({ input: { inPool, config, prs }, expect: { phrase, parts = [] } }) => {
  const isBlocked = prs[0]?.mergeStateStatus === 'BLOCKED';
  const showsAll = config.tide?.display_all_tide_queries_in_status;
  return phrase !== undefined && !inPool && !isBlocked && !showsAll && parts.every(({ kind }) => compared.has(kind));
});

/** What is missing first, of each of the nearest queries: the reference reorders queries as it loads them. */
function missingFirst({ input }: StatusCase): ({ kind: string; names: string[] } | undefined)[] {
  const { org, repo, branch, config, presubmits = [], prs } = input;
  const [pull] = prs;
  if (!pull) throw new Error('A case without a change.');
  const main = mainWithDefaults(config);
  const { nearest, queries, contexts } = mergeReadiness(
    tideConfig(main).queries ?? [],
    {
      org,
      repo,
      branch,
      author: pull.author,
      labels: pull.labels ?? [],
      milestone: pull.milestone ?? null,
      reviewApproved: pull.reviewDecision === 'APPROVED',
      contexts: new Map((pull.contexts ?? []).map((each) => [each.context, each.state.toLowerCase() as StatusState])),
    },
    contextPolicy(main, { org, repo, branch }, presubmits),
  );
  const asNear = queries.filter(({ distance }) => distance === nearest?.distance);
  return asNear.map(({ conditions }) => firstOf([...conditions, ...contexts]));
}

function firstOf(conditions: readonly Condition[]): { kind: string; names: string[] } | undefined {
  const missing = conditions.filter(({ verdict }) => verdict === 'unmet');
  for (const [kind, golden] of classes) {
    const names = missing.filter((each) => each.kind === kind).map(({ name }) => name);
    if (names.length > 0) return { kind: golden, names };
  }
  return undefined;
}

describe('golden data of the status', () => {
  (all.length > 0 ? test : test.skip)('is there (skipped where ../shared is absent)', () => {
    expect(cases.length).toBeGreaterThan(40);
  });

  for (const given of cases) {
    test(`${given.id} ${given.note ?? ''}`, () => {
      const [part] = given.expect.parts ?? [];

      const found = missingFirst(given);

      if (!part || part.kind.startsWith('retesting')) {
        expect(found.filter(Boolean)).toEqual([]);
        return;
      }
      // A status has no room for all names, and some classes have none.
      const { kind, names = [] } = part;
      const shown = found.map((each) => each && { kind: each.kind, names: each.names.slice(0, names.length) });
      expect(shown).toContainEqual({ kind, names: names.map(written) });
    });
  }
});

/** Alternatives as the configuration writes them. */
function written(name: string): string {
  return name.replaceAll(' or ', ',');
}
