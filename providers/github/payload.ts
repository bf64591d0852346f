/**
 * Reading a webhook's JSON without believing in its shape: what is not there, or is something else, is empty. Hosts add, drop
 * and null fields, and a webhook that is lost for that is lost for good.
 */
import type { AccountType, Item, PullDetails, RepoName } from '../../domain/review/item.ts';
import { cutText } from '../../domain/review/cut-text.ts';

export type Json = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** An object in a field; empty where there is none. */
export function at(value: Json, name: string): Json {
  return objectOf(fieldOf(value, name)) ?? {};
}

export function textAt(value: Json, name: string): string {
  const found = fieldOf(value, name);
  return typeof found === 'string' ? found : '';
}

/** A whole number that JavaScript can hold. */
export function intAt(value: Json, name: string): number | undefined {
  const found = fieldOf(value, name);
  return Number.isSafeInteger(found) ? (found as number) : undefined;
}

export function flagAt(value: Json, name: string): boolean {
  return fieldOf(value, name) === true;
}

export function listAt(value: Json, name: string): readonly Json[] {
  const found = fieldOf(value, name);
  return Array.isArray(found) ? found.map((one) => objectOf(one) ?? {}) : [];
}

export function textsAt(value: Json, name: string): readonly string[] {
  const found = fieldOf(value, name);
  return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
}

export function has(value: Json, name: string): boolean {
  return objectOf(fieldOf(value, name)) !== undefined;
}

function fieldOf(value: Json, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

/** What GitHub lets names consist of; nothing else becomes part of an id. */
const namePattern = /^[A-Za-z0-9._-]{1,100}$/;

/** Pushes name the owner by `name`, other events by `login`. */
export function repoOf(repository: Json): RepoName | undefined {
  const owner = at(repository, 'owner');
  const [fullOrg = '', fullRepo = ''] = textAt(repository, 'full_name').split('/');
  const org = textAt(owner, 'login') || textAt(owner, 'name') || fullOrg;
  const repo = textAt(repository, 'name') || fullRepo;
  return namePattern.test(org) && namePattern.test(repo) ? { org, repo } : undefined;
}

export function loginOf(value: Json, name = 'user'): string {
  return textAt(at(value, name), 'login');
}

export function accountTypeOf(value: Json, name = 'user'): AccountType {
  const type = textAt(at(value, name), 'type');
  return type === 'Bot' || type === 'Organization' ? type : 'User';
}

export function labelsOf(item: Json): readonly string[] {
  return listAt(item, 'labels')
    .map((label) => textAt(label, 'name'))
    .filter((name) => name !== '');
}

/** Of an issue or a pull, from webhook and REST alike; `shorten` is for its texts. Undefined without a number. */
export function itemOf(json: Json, kind: 'issue' | 'pull', shorten = cutText): Item | undefined {
  const number = intAt(json, 'number');
  if (number === undefined || number < 1) return undefined;
  const nodeId = textAt(json, 'node_id');
  return {
    isPull: kind === 'pull' || has(json, 'pull_request'),
    number,
    ...(nodeId && { nodeId }),
    title: shorten(textAt(json, 'title')),
    body: shorten(textAt(json, 'body')),
    author: loginOf(json),
    authorType: accountTypeOf(json),
    state: textAt(json, 'state') === 'closed' ? 'closed' : 'open',
    url: textAt(json, 'html_url'),
    assignees: loginsAt(json, 'assignees'),
    ...(kind === 'pull' && { pull: pullOf(json) }),
  };
}

function pullOf(json: Json): PullDetails {
  const base = at(json, 'base');
  const head = at(json, 'head');
  const repo = repoOf(at(head, 'repo'));
  const mergeable: unknown = json['mergeable'];
  return {
    draft: flagAt(json, 'draft'),
    // Reviews show the pull without `merged`.
    merged: flagAt(json, 'merged') || textAt(json, 'merged_at') !== '',
    ...(typeof mergeable === 'boolean' && { mergeable }),
    requestedReviewers: loginsAt(json, 'requested_reviewers'),
    base: { ref: textAt(base, 'ref'), sha: textAt(base, 'sha') },
    head: { ref: textAt(head, 'ref'), sha: textAt(head, 'sha'), ...(repo && { repo }) },
  };
}

export function loginsAt(json: Json, name: string): readonly string[] {
  return listAt(json, name)
    .map((account) => textAt(account, 'login'))
    .filter((login) => login !== '');
}
