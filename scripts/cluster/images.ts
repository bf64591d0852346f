/**
 * The container images of a test cluster, made from what is on this machine: `alpine` from busybox, and Prow's utility images
 * from the programs built from its Go module, with git where the published ones have it. They are served under the names that
 * configurations use, so that pods need no change.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { arch, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { cacheFolder } from './cluster-folder.ts';
import { findProgram, runProgram } from './run-program.ts';

/** Tag of the published images of the version that `utilities/go.mod` pins. */
export const utilityTag = 'v20240619-cfb8754e0';
export const utilityNames = ['clonerefs', 'initupload', 'entrypoint', 'sidecar'] as const;
export type UtilityName = (typeof utilityNames)[number];

/** An image that can be pushed. */
export interface Image {
  /** docker-archive file. */
  archive: string;
  /** Repositories with tags, as the registry knows them. */
  names: readonly string[];
}

interface Recipe {
  id: string;
  names: readonly string[];
  /** Files that it is made from: another content makes another image. */
  inputs: readonly string[];
  fill: (rootfs: string) => Promise<void>;
  config: { Cmd?: string[]; Entrypoint?: string[] };
}

/** All images, made now unless they are in the cache. */
export async function ensureImages(utilities: Record<UtilityName, string>): Promise<Image[]> {
  const busybox = realpathSync(findProgram('busybox') ?? '/bin/busybox');
  const git = realpathSync(findProgram('git') ?? '/usr/bin/git');
  const base = async (rootfs: string) => await fillBase(rootfs, busybox);
  const recipes: Recipe[] = [
    // What holds a pod's network open: it only has to stay.
    {
      id: 'pause',
      names: ['pause:1'],
      inputs: [busybox],
      fill: base,
      config: { Cmd: ['/bin/sleep', '2147483647'] },
    },
    {
      id: 'alpine',
      names: ['library/alpine:latest', 'library/busybox:latest'],
      inputs: [busybox],
      fill: base,
      config: { Cmd: ['/bin/sh'] },
    },
    ...utilityNames.map((name): Recipe => ({
      id: name,
      names: [`library/${name}:latest`, `k8s-infra-prow/images/${name}:${utilityTag}`],
      inputs: name === 'clonerefs' ? [busybox, utilities[name], git] : [busybox, utilities[name]],
      fill: async (rootfs) => {
        await base(rootfs);
        if (name === 'clonerefs') await addGit(rootfs);
        copyFileSync(utilities[name], join(rootfs, name));
      },
      config: { Entrypoint: [`/${name}`] },
    })),
  ];
  return await Promise.all(recipes.map(ensureImage));
}

async function ensureImage(recipe: Recipe): Promise<Image> {
  const folder = join(cacheFolder(), 'images');
  const hash = createHash('sha256').update(JSON.stringify([recipe.names, recipe.config]));
  for (const input of recipe.inputs) hash.update(readFileSync(input));
  const archive = join(folder, `${recipe.id}-${hash.digest('hex').slice(0, 16)}.tar`);
  if (!existsSync(archive)) {
    mkdirSync(folder, { recursive: true });
    await makeImage(recipe, archive);
  }
  return { archive, names: recipe.names };
}

/** Writes a docker-archive: one layer, its configuration, and the manifest that names both. */
async function makeImage({ names, fill, config }: Recipe, archive: string): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'bowsprit-image-'));
  try {
    const rootfs = join(work, 'rootfs');
    mkdirSync(rootfs, { mode: 0o755 });
    await fill(rootfs);
    const owned = ['--owner=0', '--group=0', '--numeric-owner', '--sort=name', '--mtime=@0'];
    await runProgram('tar', ['-C', rootfs, ...owned, '-cf', join(work, 'layer.tar'), '.']);
    const described = JSON.stringify({
      architecture: { x64: 'amd64' }[arch()] ?? arch(),
      os: 'linux',
      config: { Env: ['PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin'], ...config },
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(readFileSync(join(work, 'layer.tar')))}`] },
    });
    const configName = `${sha256(described)}.json`;
    writeFileSync(join(work, configName), described);
    const manifest = [{ Config: configName, RepoTags: names.slice(0, 1), Layers: ['layer.tar'] }];
    writeFileSync(join(work, 'manifest.json'), JSON.stringify(manifest));
    const beside = `${archive}.${process.pid}`;
    await runProgram('tar', ['-C', work, '-cf', beside, configName, 'layer.tar', 'manifest.json']);
    renameSync(beside, archive);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

/** A small system: busybox under the names of all its programs, root's account, certificates where this machine has them. */
async function fillBase(rootfs: string, busybox: string): Promise<void> {
  for (const folder of ['bin', 'etc', 'root', 'usr/bin', 'dev', 'proc', 'sys']) {
    mkdirSync(join(rootfs, folder), { recursive: true });
  }
  await runProgram('mkdir', ['-m', '1777', join(rootfs, 'tmp')]);
  copyFileSync(busybox, join(rootfs, 'bin', 'busybox'));
  const names = (await runProgram(busybox, ['--list'])).split('\n').filter((name) => name && name !== 'busybox');
  for (const name of names) symlinkSync('busybox', join(rootfs, 'bin', name));
  writeFileSync(join(rootfs, 'etc', 'passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(rootfs, 'etc', 'group'), 'root:x:0:\n');
  const certificates = '/etc/ssl/certs/ca-certificates.crt';
  if (existsSync(certificates)) addFile(rootfs, certificates);
}

/** This machine's git with the libraries it is linked to. */
async function addGit(rootfs: string): Promise<void> {
  const git = findProgram('git') ?? '/usr/bin/git';
  const programs = (await runProgram(git, ['--exec-path'])).trim();
  addFile(rootfs, git);
  mkdirSync(dirname(join(rootfs, programs)), { recursive: true });
  cpSync(programs, join(rootfs, programs), { recursive: true, verbatimSymlinks: true });
  for (const program of [git, join(programs, 'git-remote-http')].filter(existsSync)) {
    const linked = await runProgram('ldd', [program]);
    for (const [, library = ''] of linked.matchAll(/(\/\S+) \(0x/g)) addFile(rootfs, library);
  }
}

/** Copies a file to the same place below `rootfs`, under the name that it is asked for. */
function addFile(rootfs: string, path: string): void {
  const folder = join(rootfs, dirname(path));
  mkdirSync(folder, { recursive: true });
  copyFileSync(path, join(folder, basename(path)));
}
