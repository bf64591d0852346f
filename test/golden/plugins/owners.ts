/** Evaluates a case of `owners.jsonl` (golden data, plugins/README.md): lookups in a tree of OWNERS files. */
import { coversRepo, type OwnersOptions } from '../../../domain/plugin-config.ts';
import { ownersRulesFor } from '../../../rules/owners/owners-rules.ts';
import { createRepoOwners, type OwnersLayers, type RepoOwners } from '../../../rules/owners/repo-owners.ts';
import type { Evaluation } from '../decode.ts';

export interface OwnersCase {
  files: Record<string, string>;
  collaborators?: string[];
  owners?: Partial<OwnersOptions>;
  owners_dir_denylist?: {
    default?: string[];
    repos?: Record<string, string[]>;
    ignore_preconfigured_defaults?: boolean;
  };
  paths: string[];
  result: Record<string, unknown> & { paths: Record<string, unknown>[] };
}

const [org, repo] = ['o', 'r'];

export function evaluateOwnersCase(given: OwnersCase): Evaluation {
  const { files, collaborators, owners: options = {}, paths, result: golden } = given;
  const rules = ownersRulesFor(org, repo, options, given.owners_dir_denylist);
  const limited = collaborators && !coversRepo(options.skip_collaborators ?? [], org, repo);
  const owners = createRepoOwners(new Map(Object.entries(files)), {
    ...rules,
    ...(limited && { collaborators: new Set(collaborators.map((login) => login.toLowerCase())) }),
  });
  const all = {
    allApprovers: list(owners.allApprovers()),
    allOwners: list(owners.allOwners()),
    allReviewers: list(owners.allReviewers()),
    topLevelApprovers: list(owners.topLevelApprovers()),
  };
  const ours = {
    ...Object.fromEntries(Object.entries(all).filter(([key]) => key in golden)),
    paths: paths.map((path) => factsOf(owners, path)),
  };
  const comparable = {
    ...Object.fromEntries(
      Object.keys(all)
        .filter((key) => key in golden)
        .map((key) => [key, golden[key]]),
    ),
    paths: golden.paths.map(withoutEmptyEnds),
  };
  return { ours, golden: comparable, equal: JSON.stringify(ours) === JSON.stringify(comparable) };
}

function factsOf(owners: RepoOwners, path: string): Record<string, unknown> {
  return sortedKeys({
    path,
    approversDir: owners.approversDir(path),
    reviewersDir: owners.reviewersDir(path),
    leafApprovers: list(owners.leafApprovers(path)),
    leafReviewers: list(owners.leafReviewers(path)),
    approvers: layers(owners.approvers(path)),
    reviewers: layers(owners.reviewers(path)),
    requiredReviewers: list(owners.requiredReviewers(path)),
    labels: list(owners.labels(path)),
    noParentOwners: owners.noParentOwners(path),
    autoApproveUnownedSubfolders: owners.autoApproveUnownedSubfolders(path),
  });
}

function sortedKeys(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The reference keeps an empty layer of a level whose people are all no collaborators; to nobody's difference. */
function withoutEmptyEnds(facts: Record<string, unknown>): Record<string, unknown> {
  const trimmed = (value: unknown) =>
    Array.isArray(value) ? value.slice(0, Math.max(1, value.findLastIndex(hasItems) + 1)) : value;
  return sortedKeys({ ...facts, approvers: trimmed(facts['approvers']), reviewers: trimmed(facts['reviewers']) });
}

function hasItems(layer: unknown): boolean {
  return Array.isArray(layer) && layer.length > 0;
}

function list(names: ReadonlySet<string>): string[] {
  return [...names].sort();
}

/** Without empty ones at the end; at least one. */
function layers(all: OwnersLayers): string[][] {
  const end = all.findLastIndex((layer) => layer.size > 0);
  return all.slice(0, Math.max(1, end + 1)).map(list);
}
