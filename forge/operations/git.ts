/** git's own objects: refs, commits, trees, blobs; and files, history and comparisons. */
import { created, nothing, ok, type Answer, type Call, type Operation } from '../api/operation.ts';
import type { Body } from '../api/body.ts';
import { changedFiles, diffText } from '../git/diff.ts';
import { isBranchName, type Commit, type Repository, type TreeEntry } from '../git/repository.ts';
import type { Repo } from '../model/entities.ts';
import { ApiError, notFound } from '../model/errors.ts';
import { isPull, type Json } from '../model/world.ts';
import { nodeId } from '../model/node-id.ts';
import { renderCommit, renderFile, renderGitCommit, renderRef } from '../render/commits.ts';
import { renderSimplePull } from '../render/pulls.ts';
import { repoApi, repoWeb } from '../render/repos.ts';
import { personOf, pushRef } from '../rules/pulls.ts';

const repoPath = '/repos/{owner}/{repo}';

interface Place {
  repo: Repo;
  repository: Repository;
}

function place(call: Call, wanted: 'read' | 'write' = 'read'): Place {
  const repo = call.repo(wanted);
  return { repo, repository: call.world.repositories.of(repo) };
}

/** The commit that a branch, tag or SHA names; 422 with GitHub's words. */
async function commitAt(repository: Repository, name: string): Promise<Commit> {
  const sha =
    (await repository.resolve(`refs/heads/${name}`)) ??
    (await repository.resolve(`refs/tags/${name}`)) ??
    (await repository.resolve(name));
  const commit = sha === undefined ? undefined : await repository.commit(sha);
  if (!commit) throw new ApiError(422, `No commit found for SHA: ${name}`);
  return commit;
}

/** Raw and HTML forms of a body are asked for by the header `Accept`. */
const mediaType = (call: Call): string | undefined =>
  /vnd\.github\.(?:v3\.)?(raw|diff|patch|sha|object)\b/.exec(call.accept)?.[1];

const text = (body: string | Buffer, type = 'text/plain; charset=utf-8'): Answer => ({
  status: 200,
  body,
  headers: { 'content-type': type },
});

function renderEntry(call: Call, repo: Repo, ref: string, path: string, entry: TreeEntry): Json {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const kind =
    entry.type === 'tree'
      ? 'dir'
      : entry.type === 'commit'
        ? 'submodule'
        : entry.mode === '120000'
          ? 'symlink'
          : 'file';
  const url = `${repoApi(call.world, repo)}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const html = `${repoWeb(call.world, repo)}/${entry.type === 'tree' ? 'tree' : 'blob'}/${ref}/${encoded}`;
  const gitUrl = `${repoApi(call.world, repo)}/git/${entry.type}s/${entry.sha}`;
  return {
    name: path.split('/').at(-1),
    path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url,
    html_url: html,
    git_url: gitUrl,
    download_url: kind === 'file' ? `${repoWeb(call.world, repo)}/raw/${ref}/${encoded}` : null,
    type: kind,
    _links: { self: url, git: gitUrl, html },
  };
}

async function content(call: Call, path: string): Promise<Answer> {
  const { repo, repository } = place(call);
  const ref = call.query.get('ref') ?? repo.defaultBranch;
  const found =
    (await repository.resolve(`refs/heads/${ref}`)) ??
    (await repository.resolve(`refs/tags/${ref}`)) ??
    (await repository.resolve(ref));
  if (found === undefined) throw new ApiError(404, `No commit found for the ref ${ref}`);
  const clean = path.replace(/^\/+|\/+$/g, '');
  if (clean.split('/').includes('..')) throw notFound();
  const entry = clean === '' ? undefined : (await repository.tree(found, { path: clean }))[0];
  if (clean !== '' && !entry) throw notFound();
  if (!entry || entry.type === 'tree') {
    const tree = entry?.sha ?? found;
    const children = await repository.tree(tree);
    const prefix = clean === '' ? '' : `${clean}/`;
    return ok(children.map((child) => renderEntry(call, repo, ref, `${prefix}${child.path}`, child)));
  }
  const shown = renderEntry(call, repo, ref, clean, entry);
  if (entry.type === 'commit') return ok({ ...shown, submodule_git_url: null });
  const bytes = await repository.blob(entry.sha);
  if (mediaType(call) === 'raw') return text(bytes, 'application/vnd.github.raw; charset=utf-8');
  if (shown['type'] === 'symlink') return ok({ ...shown, target: bytes.toString() });
  return ok({ ...shown, content: lines(bytes.toString('base64')), encoding: 'base64' });
}

/** GitHub breaks base64 after sixty characters. */
const lines = (base64: string): string => base64.replace(/.{1,60}/g, '$&\n');

async function writeFile(call: Call, remove: boolean): Promise<Answer> {
  const { repo, repository } = place(call, 'write');
  const { world } = call;
  const actor = call.actor();
  const body = call.body('Contents');
  const path = call.param('path');
  const message = body.needText('message');
  const branch = body.text('branch') ?? repo.defaultBranch;
  const bytes = remove ? undefined : Buffer.from(body.text('content') ?? '', 'base64');
  const given = body.text('sha');
  return await repository.exclusive(async () => {
    const ref = `refs/heads/${branch}`;
    const tip = await repository.tip(ref);
    if (tip === undefined && (await repository.refs('refs/heads/')).length > 0) {
      throw new ApiError(404, `Branch ${branch} not found`);
    }
    const before = tip === undefined ? undefined : (await repository.tree(tip, { path }))[0];
    if (before && given === undefined) throw new ApiError(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
    if (!before && remove) throw notFound();
    if (before && given !== before.sha) throw new ApiError(409, `${path} does not match ${given}`);
    const sha = bytes === undefined ? null : await repository.writeBlob(bytes);
    const tree = await repository.writeTree(tip, [{ path, mode: before?.mode ?? '100644', sha }]);
    const author = readPerson(body.object('author')) ?? personOf(world, actor);
    const committer = readPerson(body.object('committer')) ?? author;
    const after = await repository.writeCommit({
      tree,
      parents: tip === undefined ? [] : [tip],
      message,
      author,
      committer,
    });
    if (!(await repository.moveRef(ref, after, tip))) throw new ApiError(409, `${branch} has moved`);
    await pushRef(world, repo, actor, { ref, before: tip ?? null, after });
    const commit = await repository.commit(after);
    const entry = remove ? undefined : (await repository.tree(after, { path }))[0];
    return {
      status: before || remove ? 200 : 201,
      body: {
        content: entry ? renderEntry(call, repo, branch, path, entry) : null,
        commit: commit ? renderGitCommit(world, repo, commit) : null,
      },
    };
  });
}

function readPerson(body: Body | undefined) {
  if (!body) return undefined;
  const date = body.text('date') ?? new Date().toISOString();
  return { name: body.needText('name'), email: body.needText('email'), date };
}

async function refAnswer(call: Call): Promise<Answer> {
  const { repo, repository } = place(call);
  const name = `refs/${call.param('ref')}`;
  const found = (await repository.refs(name)).find((ref) => ref.ref === name);
  if (!found) throw notFound();
  return ok(renderRef(call.world, repo, found));
}

async function compare(call: Call): Promise<Answer> {
  const { repo, repository } = place(call);
  const { world } = call;
  const [left = '', right = ''] = call.param('basehead').split('...', 2);
  const side = async (name: string) => {
    const colon = name.indexOf(':');
    if (colon < 0) return await commitAt(repository, name);
    const other = world.store.account(name.slice(0, colon));
    const fork =
      other && world.store.of('repos', other.id).find((each) => each.id === repo.id || each.parentId === repo.id);
    if (!fork) throw notFound();
    const commit = await commitAt(world.repositories.of(fork), name.slice(colon + 1));
    await repository.take(world.repositories.of(fork), commit.sha, `refs/forge/compare/${commit.sha}`);
    return commit;
  };
  if (left === '' || right === '') throw notFound();
  const base = await side(left).catch(() => Promise.reject(notFound()));
  const head = await side(right).catch(() => Promise.reject(notFound()));
  const mergeBase = await repository.mergeBase(base.sha, head.sha);
  const common = mergeBase === undefined ? undefined : await repository.commit(mergeBase);
  if (!common) throw new ApiError(404, `No common ancestor between ${left} and ${right}.`);
  const form = mediaType(call);
  if (form === 'diff' || form === 'patch') return text(await diffText(repository, common.sha, head.sha, form));
  const commits = (await repository.log(head.sha, { not: base.sha })).reverse();
  const behind = await repository.count(base.sha, head.sha);
  const status = commits.length === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged';
  const files = await changedFiles(repository, common.sha, head.sha);
  const url = `${repoApi(world, repo)}/compare/${left}...${right}`;
  const html = `${repoWeb(world, repo)}/compare/${left}...${right}`;
  return call.page(
    commits,
    (commit) => renderCommit(world, repo, commit),
    (page) => ({
      url,
      html_url: html,
      permalink_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      base_commit: renderCommit(world, repo, base),
      merge_base_commit: renderCommit(world, repo, common),
      status,
      ahead_by: commits.length,
      behind_by: behind,
      total_commits: commits.length,
      commits: page,
      files: files.map((file) => renderFile(world, repo, head.sha, file)),
    }),
  );
}

export const gitOperations: Operation[] = [
  { id: 'git/get-ref', method: 'GET', path: `${repoPath}/git/ref/{ref}`, handle: refAnswer },
  // Prow's client and older ones still use it; GitHub still answers.
  { id: 'legacy/get-ref', method: 'GET', path: `${repoPath}/git/refs/{ref}`, handle: refAnswer },
  {
    id: 'git/list-matching-refs',
    method: 'GET',
    path: `${repoPath}/git/matching-refs/{ref}`,
    handle: async (call) => {
      const { repo, repository } = place(call);
      return call.page(await repository.refs(`refs/${call.param('ref')}`), (ref) => renderRef(call.world, repo, ref));
    },
  },
  {
    id: 'git/create-ref',
    method: 'POST',
    path: `${repoPath}/git/refs`,
    handle: async (call) => {
      const { repo, repository } = place(call, 'write');
      const body = call.body('Reference');
      const ref = body.needText('ref');
      const sha = await repository.resolve(body.needText('sha'));
      if (!/^refs\/(?:heads|tags)\//.test(ref) || !isBranchName(ref)) {
        throw new ApiError(422, "Reference name must start with 'refs/' and be valid");
      }
      if (sha === undefined) throw new ApiError(422, 'Object does not exist');
      return await repository.exclusive(async () => {
        if (await repository.tip(ref)) throw new ApiError(422, 'Reference already exists');
        if (!(await repository.moveRef(ref, sha))) throw new ApiError(422, 'Reference update failed');
        await pushRef(call.world, repo, call.actor(), { ref, before: null, after: sha });
        const answer = renderRef(call.world, repo, { ref, sha, type: 'commit' });
        return created(answer, answer['url']);
      });
    },
  },
  {
    id: 'git/update-ref',
    method: 'PATCH',
    path: `${repoPath}/git/refs/{ref}`,
    handle: async (call) => {
      const { repo, repository } = place(call, 'write');
      const ref = `refs/${call.param('ref')}`;
      const body = call.body('Reference');
      const after = await repository.resolve(body.needText('sha'));
      if (after === undefined) throw new ApiError(422, 'Object does not exist');
      return await repository.exclusive(async () => {
        const before = await repository.tip(ref);
        if (before === undefined) throw new ApiError(422, 'Reference does not exist');
        const force = body.flag('force') ?? false;
        if (!force && !(await repository.isAncestor(before, after))) {
          throw new ApiError(422, 'Update is not a fast forward');
        }
        if (!(await repository.moveRef(ref, after, before))) throw new ApiError(422, 'Reference update failed');
        if (before !== after) await pushRef(call.world, repo, call.actor(), { ref, before, after });
        return ok(renderRef(call.world, repo, { ref, sha: after, type: 'commit' }));
      });
    },
  },
  {
    id: 'git/delete-ref',
    method: 'DELETE',
    path: `${repoPath}/git/refs/{ref}`,
    handle: async (call) => {
      const { repo, repository } = place(call, 'write');
      const ref = `refs/${call.param('ref')}`;
      return await repository.exclusive(async () => {
        const before = await repository.tip(ref);
        if (before === undefined) throw new ApiError(422, 'Reference does not exist');
        if (ref === `refs/heads/${repo.defaultBranch}`) throw new ApiError(422, 'Cannot delete the default branch');
        await repository.deleteRef(ref);
        await pushRef(call.world, repo, call.actor(), { ref, before, after: null });
        return nothing;
      });
    },
  },
  {
    id: 'git/get-commit',
    method: 'GET',
    path: `${repoPath}/git/commits/{commit_sha}`,
    handle: async (call) => {
      const { repo, repository } = place(call);
      const commit = await repository.commit(call.param('commit_sha'));
      if (!commit) throw notFound();
      return ok(renderGitCommit(call.world, repo, commit));
    },
  },
  {
    id: 'git/create-commit',
    method: 'POST',
    path: `${repoPath}/git/commits`,
    handle: async (call) => {
      const { repo, repository } = place(call, 'write');
      const body = call.body('Commit');
      const tree = await repository.resolve(body.needText('tree'), 'tree');
      if (tree === undefined) throw new ApiError(422, 'Tree SHA does not exist');
      const parents: string[] = [];
      for (const parent of body.texts('parents') ?? []) {
        const sha = await repository.resolve(parent);
        if (sha === undefined) throw new ApiError(422, 'Parent SHA does not exist or is not a commit object');
        parents.push(sha);
      }
      const author = readPerson(body.object('author')) ?? personOf(call.world, call.actor());
      const committer = readPerson(body.object('committer')) ?? author;
      const sha = await repository.writeCommit({ tree, parents, message: body.needText('message'), author, committer });
      const commit = await repository.commit(sha);
      if (!commit) throw notFound();
      const answer = renderGitCommit(call.world, repo, commit);
      return created(answer, answer['url']);
    },
  },
  {
    id: 'git/get-tree',
    method: 'GET',
    path: `${repoPath}/git/trees/{tree_sha}`,
    handle: async (call) => {
      const { repo, repository } = place(call);
      const name = call.param('tree_sha');
      const sha = (await repository.resolve(`refs/heads/${name}`, 'tree')) ?? (await repository.resolve(name, 'tree'));
      if (sha === undefined) throw notFound();
      return ok(await treeAnswer(call, repo, repository, sha, call.query.has('recursive')));
    },
  },
  {
    id: 'git/create-tree',
    method: 'POST',
    path: `${repoPath}/git/trees`,
    handle: async (call) => {
      const { repo, repository } = place(call, 'write');
      const body = call.body('Tree');
      const baseName = body.text('base_tree');
      const base = baseName === undefined ? undefined : await repository.resolve(baseName, 'tree');
      if (baseName !== undefined && base === undefined) throw new ApiError(422, 'base_tree is not a valid tree oid');
      const changes = [];
      for (const entry of body.objects('tree') ?? []) {
        const inline = entry.text('content');
        const sha =
          inline === undefined ? (entry.textOrNull('sha') ?? null) : await repository.writeBlob(Buffer.from(inline));
        changes.push({ path: entry.needText('path'), mode: entry.text('mode') ?? '100644', sha });
      }
      const sha = await repository.writeTree(base, changes);
      const answer = await treeAnswer(call, repo, repository, sha, false);
      return created(answer, answer['url']);
    },
  },
  {
    id: 'git/get-blob',
    method: 'GET',
    path: `${repoPath}/git/blobs/{file_sha}`,
    handle: async (call) => {
      const { repo, repository } = place(call);
      const sha = await repository.resolve(call.param('file_sha'), 'blob');
      if (sha === undefined) throw notFound();
      const bytes = await repository.blob(sha);
      if (mediaType(call) === 'raw') return text(bytes, 'application/vnd.github.raw; charset=utf-8');
      return ok({
        sha,
        node_id: nodeId('Blob', `${repo.id} ${sha}`),
        size: bytes.length,
        url: `${repoApi(call.world, repo)}/git/blobs/${sha}`,
        content: lines(bytes.toString('base64')),
        encoding: 'base64',
      });
    },
  },
  {
    id: 'git/create-blob',
    method: 'POST',
    path: `${repoPath}/git/blobs`,
    handle: async (call) => {
      const { repo, repository } = place(call, 'write');
      const body = call.body('Blob');
      const encoding = body.oneOf('encoding', ['utf-8', 'base64']) === 'base64' ? 'base64' : 'utf8';
      const sha = await repository.writeBlob(Buffer.from(body.text('content') ?? '', encoding));
      const url = `${repoApi(call.world, repo)}/git/blobs/${sha}`;
      return created({ sha, url }, url);
    },
  },
  {
    id: 'repos/get-content',
    method: 'GET',
    path: `${repoPath}/contents/{path}`,
    handle: async (call) => await content(call, call.param('path')),
  },
  {
    id: 'legacy/get-root-content',
    method: 'GET',
    path: `${repoPath}/contents`,
    handle: async (call) => await content(call, ''),
  },
  {
    id: 'repos/create-or-update-file-contents',
    method: 'PUT',
    path: `${repoPath}/contents/{path}`,
    handle: async (call) => await writeFile(call, false),
  },
  {
    id: 'repos/delete-file',
    method: 'DELETE',
    path: `${repoPath}/contents/{path}`,
    handle: async (call) => await writeFile(call, true),
  },
  {
    id: 'repos/list-commits',
    method: 'GET',
    path: `${repoPath}/commits`,
    handle: async (call) => {
      const { repo, repository } = place(call);
      const { query } = call;
      const start = await commitAt(repository, query.get('sha') ?? repo.defaultBranch).catch(() =>
        Promise.reject(new ApiError(409, 'Git Repository is empty.')),
      );
      const author = query.get('author');
      const email = author === null ? undefined : (call.world.store.account(author)?.email ?? author);
      const [path, since, until] = [query.get('path'), query.get('since'), query.get('until')];
      const commits = await repository.log(start.sha, {
        ...(path && { path }),
        ...(since && { since }),
        ...(until && { until }),
        ...(email && { author: email }),
      });
      return call.page(commits, (commit) => renderCommit(call.world, repo, commit));
    },
  },
  {
    id: 'repos/get-commit',
    method: 'GET',
    path: `${repoPath}/commits/{ref}`,
    handle: async (call) => {
      const { repo, repository } = place(call);
      const commit = await commitAt(repository, call.param('ref'));
      const form = mediaType(call);
      if (form === 'sha') return text(commit.sha, 'application/vnd.github.sha; charset=utf-8');
      const files = await changedFiles(repository, commit.parents[0], commit.sha);
      const additions = files.reduce((sum, file) => sum + file.additions, 0);
      const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
      return ok({
        ...renderCommit(call.world, repo, commit),
        stats: { total: additions + deletions, additions, deletions },
        files: files.map((file) => renderFile(call.world, repo, commit.sha, file)),
      });
    },
  },
  {
    id: 'repos/list-pull-requests-associated-with-commit',
    method: 'GET',
    path: `${repoPath}/commits/{commit_sha}/pulls`,
    handle: async (call) => {
      const { repo, repository } = place(call);
      const { sha } = await commitAt(repository, call.param('commit_sha'));
      const found = [];
      for (const pull of call.world.store.of('issues', repo.id).filter(isPull)) {
        const { mergeCommitSha, headSha, baseSha } = pull.pull;
        const holds =
          mergeCommitSha === sha ||
          ((await repository.isAncestor(sha, headSha)) && !(await repository.isAncestor(sha, baseSha)));
        if (holds) found.push(pull);
      }
      return call.page(found, (pull) => renderSimplePull(call.world, pull));
    },
  },
  { id: 'repos/compare-commits-with-basehead', method: 'GET', path: `${repoPath}/compare/{basehead}`, handle: compare },
  {
    id: 'repos/merge',
    method: 'POST',
    path: `${repoPath}/merges`,
    handle: async (call) => {
      const { repo, repository } = place(call, 'write');
      const actor = call.actor();
      const body = call.body('Merge');
      const base = body.needText('base');
      const head = body.needText('head');
      return await repository.exclusive(async () => {
        const ref = `refs/heads/${base}`;
        const before = await repository.tip(ref);
        if (before === undefined) throw new ApiError(404, 'Base does not exist');
        const theirs = await commitAt(repository, head).catch(() =>
          Promise.reject(new ApiError(404, 'Head does not exist')),
        );
        if (await repository.isAncestor(theirs.sha, before)) return nothing;
        const tree = await repository.mergeTree(before, theirs.sha);
        if (tree === undefined) throw new ApiError(409, 'Merge conflict');
        const author = personOf(call.world, actor);
        const message = body.text('commit_message') ?? `Merge ${head} into ${base}`;
        const after = await repository.writeCommit({
          tree,
          parents: [before, theirs.sha],
          message,
          author,
          committer: author,
        });
        if (!(await repository.moveRef(ref, after, before))) throw new ApiError(409, 'Base branch was modified');
        await pushRef(call.world, repo, actor, { ref, before, after });
        const commit = await repository.commit(after);
        if (!commit) throw notFound();
        return created(renderCommit(call.world, repo, commit));
      });
    },
  },
];

async function treeAnswer(
  call: Call,
  repo: Repo,
  repository: Repository,
  sha: string,
  recursive: boolean,
): Promise<Json> {
  const entries = await repository.tree(sha, { recursive });
  const url = `${repoApi(call.world, repo)}/git`;
  return {
    sha,
    url: `${url}/trees/${sha}`,
    tree: entries.map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.size !== undefined && { size: entry.size }),
      url: `${url}/${entry.type}s/${entry.sha}`,
    })),
    truncated: false,
  };
}
