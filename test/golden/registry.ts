/**
 * The kinds of golden files, one entry each. A file that fits none fails the run: data that nothing looks at proves nothing.
 */
import { crierDifferences, evaluateCrierCase, type CrierCase } from './crier.ts';
import { cronCases, evaluateCronCase } from './cron.ts';
import { decodeDifferences, podsDifferences, selectionDifferences } from './declared.ts';
import { evaluateDecodeCase, type DecodeCase } from './decode.ts';
import { evaluateDurationCase, type DurationCase } from './durations.ts';
import { has, isRecord, kind, type GoldenKind } from './kind.ts';
import { evaluateLabelsCase, type LabelsCase } from './labels.ts';
import { plankDifferences } from './plank-differences.ts';
import { evaluatePlankCase, type PlankCase } from './plank.ts';
import { plugins as compiledIn } from '../../plugins/registry.ts';
import type { PluginCase } from './plugins/case.ts';
import { cherrypickerDifferences, evaluateCherrypickerCase, type CherrypickerCase } from './plugins/cherrypicker.ts';
import { pluginDifferences } from './plugins/differences.ts';
import { evaluatePluginCase } from './plugins/evaluate.ts';
import { evaluateOwnersCase, type OwnersCase } from './plugins/owners.ts';
import { evaluateRegexCase, type RegexCase } from './plugins/regexes.ts';
import { evaluatePodsCase, evaluatePodsContext, isPodsCase, isPodsContext, type PodsCase } from './pods.ts';
import { evaluateSelectionCase, type SelectionCase } from './selection.ts';
import { evaluateStorageCase, type StorageCase } from './storage.ts';
import { contextPolicyDifferences, evaluateContextPolicyCase, type ContextPolicyCase } from './tide/context-policy.ts';
import { evaluateTotalsContent } from './totals.ts';

function list<Case>(content: unknown): Case[] {
  return Array.isArray(content) ? content : [];
}

const jobs: readonly GoldenKind<unknown>[] = [
  kind({
    name: 'cron',
    file: /cron[^/]*\.json$/,
    shape: (first) => has(first, 'expr', 'starts'),
    cases: cronCases,
    evaluate: evaluateCronCase,
  }),
  kind({
    name: 'durations',
    file: /durations[^/]*\.json$/,
    shape: (first) => has(first, 'text') && (has(first, 'ns') || has(first, 'error')),
    cases: list<DurationCase>,
    evaluate: evaluateDurationCase,
  }),
  kind({
    name: 'decode',
    file: /decode[^/]*\.json$/,
    shape: (first) => has(first, 'files'),
    cases: list<DecodeCase>,
    evaluate: evaluateDecodeCase,
    declared: decodeDifferences,
  }),
  kind({
    name: 'selection',
    file: /selection[^/]*\.json$/,
    shape: (first) => has(first, 'case', 'expect') && isRecord(first) && isRecord(first['case']),
    cases: list<SelectionCase>,
    evaluate: evaluateSelectionCase,
    declared: selectionDifferences,
  }),
  kind({
    name: 'plank',
    file: /plank[^/]*\.jsonl$/,
    shape: (first) => has(first, 'input', 'expect') && isRecord(first) && has(first['input'], 'reconcile', 'pods'),
    cases: list<PlankCase>,
    evaluate: evaluatePlankCase,
    declared: plankDifferences,
    // A few dozen cases picked from the edges: each of the three rules meets one or two of them, which is 10 % of the file.
    declaredShare: 0.2,
  }),
  kind({
    name: 'labels',
    file: /labels[^/]*\.json$/,
    shape: (first) => has(first, 'input', 'prowJob', 'pod'),
    cases: list<LabelsCase>,
    evaluate: evaluateLabelsCase,
  }),
  kind({
    name: 'storage',
    file: /storage[^/]*\.json$/,
    shape: (first) => has(first, 'gcs_configuration', 'expect', 'buildId'),
    cases: list<StorageCase>,
    evaluate: evaluateStorageCase,
  }),
  kind({
    name: 'pods',
    file: /pods\/[^/]+\.jsonl$/,
    shape: isPodsCase,
    cases: list<PodsCase>,
    evaluate: evaluatePodsCase,
    declared: podsDifferences,
  }),
  kind({
    name: 'pods context',
    file: /context[^/]*\.json$/,
    shape: isPodsContext,
    cases: (content) => (isPodsContext(content) ? [content] : []),
    evaluate: evaluatePodsContext,
  }),
  kind({
    name: 'totals (findings of the checker on plugins and tide: not yet)',
    file: /totals[^/]*\.json$/,
    shape: (first) => has(first, 'md5OfSortedNames'),
    cases: (content) => (isRecord(content) ? [content] : []),
    evaluate: (given: Record<string, unknown>, { dataDir }) => evaluateTotalsContent(given, dataDir),
  }),
];

const plugins: readonly GoldenKind<unknown>[] = [
  kind({
    name: 'cherrypicker',
    file: /cherrypicker[^/]*\.jsonl$/,
    shape: (first) => has(first, 'body', 'member', 'effects') && !has(first, 'event'),
    cases: list<CherrypickerCase>,
    evaluate: evaluateCherrypickerCase,
    declared: cherrypickerDifferences,
    // Two of the few dozen cases crash the reference.
    declaredCases: 2,
  }),
  kind({
    name: 'plugins',
    file: new RegExp(`(^|/)(${compiledIn.map(({ name }) => name).join('|')})\\.jsonl$`),
    shape: (first) => has(first, 'plugin', 'state', 'event', 'effects'),
    cases: list<PluginCase>,
    evaluate: evaluatePluginCase,
    declared: pluginDifferences,
    // Two of 35 and three of 91 hand-picked cases meet the rules for status history and for code blocks.
    declaredCases: 3,
  }),
  kind({
    name: 'owners',
    file: /owners[^/]*\.jsonl$/,
    shape: (first) => has(first, 'files', 'paths', 'result'),
    cases: list<OwnersCase>,
    evaluate: evaluateOwnersCase,
  }),
  kind({
    name: 'regexes',
    file: /regexes[^/]*\.jsonl$/,
    shape: (first) => has(first, 'regex', 'body', 'matches'),
    cases: list<RegexCase>,
    evaluate: evaluateRegexCase,
  }),
];

const crier: readonly GoldenKind<unknown>[] = [
  kind({
    name: 'crier: GitHub',
    file: /(^|\/)github[^/]*\.jsonl$/,
    shape: (first) => has(first, 'input', 'expect') && isRecord(first) && has(first['input'], 'org', 'reports'),
    cases: list<CrierCase>,
    evaluate: evaluateCrierCase,
    declared: crierDifferences,
    // Made from the edges: states, pull counts and lengths of descriptions meet the four rules in eight cases of 120.
    declaredCases: 8,
  }),
];

const tideRules: readonly GoldenKind<unknown>[] = [
  kind({
    name: 'tide: which contexts decide',
    file: /context-policy[^/]*\.jsonl$/,
    shape: (first) => has(first, 'input', 'expect') && isRecord(first) && has(first['input'], 'presubmits', 'present'),
    cases: list<ContextPolicyCase>,
    evaluate: evaluateContextPolicyCase,
    declared: contextPolicyDifferences,
  }),
];

/** Data for parts of the system that later issues bring. Known by name, so that a file nobody knows still fails. */
function notYet(file: RegExp, part: string): GoldenKind<unknown> {
  return kind({
    name: part,
    file,
    shape: () => true,
    cases: (content) => (Array.isArray(content) ? content : [content]),
    notYet: part,
  });
}

const pluginNames =
  'approve|assign|blockade|blunderbuss|cat|cherrypicker|cla|dco|dog|goose|heart|help|hold|invalidcommitmsg|label|lgtm|lifecycle|' +
  'merge-method-comment|milestone|milestonestatus|needs-rebase|override|owners-label|pony|release-note|' +
  'require-matching-label|retitle|shrug|sigmention|size|skip|stage|trigger|verify-owners|welcome|wip|yuks';
const tide = 'accumulate|blockers|decide|merge-method|query|round|status';
const deck =
  'badge|buildlog|git-provider-link|job-history-url|job-history|prowjobs-js|pull-commit|rerun-auth|spyglass-page|storage-path|visibility';

const later: readonly GoldenKind<unknown>[] = [
  notYet(new RegExp(`plugins/(${pluginNames})\\.jsonl$`), 'plugins: those of the community come later'),
  notYet(new RegExp(`tide/(${tide})\\.jsonl$`), 'tide: with the merge pools'),
  notYet(new RegExp(`deck/(${deck})\\.jsonl$`), 'deck: with the full Deck'),
  notYet(/crier\/slack\.jsonl$/, 'crier: with the reporter to Slack'),
];

export const goldenKinds: readonly GoldenKind<unknown>[] = [...jobs, ...plugins, ...crier, ...tideRules, ...later];
