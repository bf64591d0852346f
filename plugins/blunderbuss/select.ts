/** Who is to review a change: people chosen by chance from the OWNERS files of its files (spec plugins-review.md C.5). */
import { normalLogin } from '../../domain/review/item.ts';
import type { OwnersLayers, RepoOwners } from '../../rules/owners/repo-owners.ts';

export interface Choice {
  /** Best first; may be more than were asked for, since each OWNERS file has one. */
  reviewers: readonly string[];
  /** Those whom OWNERS files always want; in order of the alphabet. */
  required: readonly string[];
}

export interface Selection {
  owners: RepoOwners;
  paths: readonly string[];
  author: string;
  /** How many there should be at least. */
  count: number;
  /** In [0, 1). */
  random: () => number;
  /** Whether somebody has no time; nobody is asked about twice. */
  isBusy?: (login: string) => Promise<boolean>;
}

/** Where the people of one role stand. */
interface Role {
  dirOf: (path: string) => string;
  leaf: (path: string) => ReadonlySet<string>;
  all: (path: string) => OwnersLayers;
}

export function selectReviewers(selection: Selection): Promise<Choice> {
  const { owners } = selection;
  return select(selection, {
    dirOf: (path) => owners.reviewersDir(path),
    leaf: (path) => owners.leafReviewers(path),
    all: (path) => owners.reviewers(path),
  });
}

/** The same among approvers, for when there are too few reviewers. */
export function selectApprovers(selection: Selection): Promise<Choice> {
  const { owners } = selection;
  return select(selection, {
    dirOf: (path) => owners.approversDir(path),
    leaf: (path) => owners.leafApprovers(path),
    all: (path) => owners.approvers(path),
  });
}

async function select(selection: Selection, role: Role): Promise<Choice> {
  const { owners, paths, count } = selection;
  const author = normalLogin(selection.author);
  const pick = createPick(selection);
  const required = new Set<string>();
  const seenDirs = new Set<string>();
  const leaves = new Set<string>();
  /** One from each OWNERS file, then others of those files, then people from further up. */
  const [first, second, third] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const isChosen = (login: string) => first.has(login) || second.has(login) || third.has(login);
  const isEnough = () => first.size + second.size + third.size >= count;
  const fill = async (layer: Set<string>, candidates: Set<string>[]): Promise<void> => {
    while (!isEnough()) {
      const login = await pick(candidates);
      if (login === undefined) return;
      if (!isChosen(login)) layer.add(login);
    }
  };

  for (const path of paths) {
    const dir = role.dirOf(path);
    if (seenDirs.has(dir)) continue;
    seenDirs.add(dir);
    for (const login of owners.requiredReviewers(path)) required.add(login);
    const unused = new Set([...role.leaf(path)].filter((login) => !isChosen(login) && login !== author));
    for (const login of unused) leaves.add(login);
    const login = await pick([unused]);
    if (login !== undefined) first.add(login);
  }
  await fill(second, [new Set([...leaves].filter((login) => !isChosen(login)))]);
  for (const path of paths)
    await fill(
      third,
      role.all(path).map((layer) => new Set([...layer].filter((login) => login !== author))),
    );
  return {
    reviewers: [first, second, third].flatMap((layer) => [...layer].toSorted()),
    required: [...required].toSorted(),
  };
}

/** Takes somebody who has time out of the first layer that has anybody; undefined when there is nobody. */
function createPick({ random, isBusy }: Selection): (layers: readonly Set<string>[]) => Promise<string | undefined> {
  const busy = new Set<string>();
  return async (layers) => {
    for (const layer of layers) {
      while (layer.size > 0) {
        const login = [...layer].toSorted()[Math.floor(random() * layer.size)];
        if (login === undefined) break;
        layer.delete(login);
        if (!isBusy) return login;
        if (busy.has(login)) continue;
        if (!(await isBusy(login))) return login;
        busy.add(login);
      }
    }
    return undefined;
  };
}
