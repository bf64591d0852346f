/** Which OWNERS files must have a say about a change (spec plugins-review.md C.1). */
import type { OwnersLayers, RepoOwners } from '../owners/repo-owners.ts';

/** An OWNERS file that must approve, with the changed files that it speaks for. */
export interface RequiredOwner {
  /** Directory, or Markdown file with front matter. */
  dir: string;
  files: readonly OwnedFile[];
}

export interface OwnedFile {
  path: string;
  /** Everybody who can approve it. */
  approvers: ReadonlySet<string>;
  /** Those of the innermost level only. */
  leafApprovers: ReadonlySet<string>;
}

/** Lower-case logins. */
export type People = ReadonlySet<string>;

/** In order of their paths; empty where everything is approved by itself. */
export function requiredOwners(owners: RepoOwners, paths: readonly string[]): RequiredOwner[] {
  const byDir = new Map<string, OwnedFile[]>();
  for (const path of new Set(paths)) {
    const dir = owners.approversDir(path);
    if (isAutoApproved(owners, path, dir)) continue;
    const file = { path, approvers: flat(owners.approvers(path)), leafApprovers: owners.leafApprovers(path) };
    const others = byDir.get(dir);
    if (others) others.push(file);
    else byDir.set(dir, [file]);
  }
  return [...byDir]
    .filter(([dir]) => !isCoveredAbove(owners, dir, byDir))
    .map(([dir, files]) => ({ dir, files }))
    .toSorted((a, b) => (a.dir < b.dir ? -1 : 1));
}

/** New folders below an OWNERS file may be free. At the root this frees all files, as in the reference. */
function isAutoApproved(owners: RepoOwners, path: string, dir: string): boolean {
  return owners.autoApproveUnownedSubfolders(dir) && parentOf(parentOf(path)).includes(dir);
}

/** Whoever approves a directory approves what is below it, unless the way up is barred. */
function isCoveredAbove(owners: RepoOwners, dir: string, required: ReadonlyMap<string, unknown>): boolean {
  for (let each = dir; each !== '' && !owners.noParentOwners(each);) {
    each = parentOf(each);
    if (required.has(each)) return true;
  }
  return false;
}

/** One of its approvers is among them, for every file. */
export function isApprovedBy({ files }: RequiredOwner, people: People): boolean {
  return files.every(({ approvers }) => intersects(approvers, people));
}

export function unapproved(required: readonly RequiredOwner[], people: People): RequiredOwner[] {
  return required.filter((owner) => !isApprovedBy(owner, people));
}

/** Who can approve at least one of its files. */
export function approversOf({ files }: RequiredOwner, which: 'approvers' | 'leafApprovers'): Set<string> {
  return new Set(files.flatMap((file) => [...file[which]]));
}

function intersects(some: People, others: People): boolean {
  for (const login of some) if (others.has(login)) return true;
  return false;
}

function flat(layers: OwnersLayers): Set<string> {
  return new Set(layers.flatMap((layer) => [...layer]));
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
