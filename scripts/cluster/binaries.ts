/**
 * The Go programs of a test cluster, built once from the modules pinned in `kubernetes/go.mod` and `utilities/go.mod` and kept in
 * the cache folder. A cached program is used only if it was built from the pinned version.
 */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cluster-folder.ts';
import { ClusterError } from './cluster-error.ts';
import { findProgram, isExecutable, runProgram } from './run-program.ts';
import { projectRoot } from '../docs/project-root.ts';

/** Program to the Go package it is built from, by the module that pins it. */
const packages = {
  kubernetes: {
    'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
    'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
    'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
    kubelet: 'k8s.io/kubernetes/cmd/kubelet',
  },
  utilities: {
    clonerefs: 'sigs.k8s.io/prow/cmd/clonerefs',
    initupload: 'sigs.k8s.io/prow/cmd/initupload',
    entrypoint: 'sigs.k8s.io/prow/cmd/entrypoint',
    sidecar: 'sigs.k8s.io/prow/cmd/sidecar',
    crane: 'github.com/google/go-containerregistry/cmd/crane',
    gofakes3: 'github.com/johannesboyne/gofakes3/cmd/gofakes3',
  },
} as const;

export type ProgramName = keyof (typeof packages)['kubernetes'] | keyof (typeof packages)['utilities'];

/** Path of each program, built now if need be. The first time this takes minutes; `say` is told so. */
export async function ensureBinaries<Name extends ProgramName>(
  names: readonly Name[],
  say: (line: string) => void,
): Promise<Record<Name, string>> {
  const paths: Partial<Record<Name, string>> = {};
  for (const name of names) paths[name] = await ensureBinary(name, say);
  return paths as Record<Name, string>;
}

async function ensureBinary(name: ProgramName, say: (line: string) => void): Promise<string> {
  const folder = join(cacheFolder(), 'bin');
  const path = join(folder, name);
  const go = findProgram('go');
  const { module, source } = originOf(name);
  const cwd = join(projectRoot, 'scripts', 'cluster', module);
  if (isExecutable(path) && (!go || (await isCurrent(go, path, source, cwd)))) return path;
  if (!go) {
    throw new ClusterError(`The test cluster builds ${name} with Go; install Go, or put ${name} into ${folder}.`);
  }
  say(`building ${name} (once, minutes on a small machine) ...`);
  mkdirSync(folder, { recursive: true });
  // Several clusters may start at once on a fresh machine; each builds its own and the last one stays.
  const beside = `${path}.${process.pid}`;
  try {
    // Static, since the pod utilities run in images that have no C library.
    const env = { ...process.env, GOFLAGS: '-mod=readonly', ...(module === 'utilities' && { CGO_ENABLED: '0' }) };
    await runProgram(go, ['build', '-ldflags=-s -w', '-o', beside, source], { cwd, env });
    renameSync(beside, path);
  } finally {
    rmSync(beside, { force: true });
  }
  return path;
}

function originOf(name: ProgramName): { module: string; source: string } {
  for (const [module, programs] of Object.entries(packages)) {
    const source = (programs as Partial<Record<ProgramName, string>>)[name];
    if (source) return { module, source };
  }
  throw new Error(`No module has the program ${name}.`);
}

/** Whether Go's own note inside the program names the package at the version that is pinned. */
async function isCurrent(go: string, path: string, source: string, cwd: string): Promise<boolean> {
  const pinned = await runProgram(go, ['list', '-m', '-f', '{{.Path}} {{.Version}}', moduleOf(source)], { cwd });
  const note = await runProgram(go, ['version', '-m', path]).catch(() => '');
  const [, built] = /^\tmod\t(\S+\t\S+)/m.exec(note) ?? [];
  return built?.replace('\t', ' ') === pinned.trim();
}

const moduleOf = (source: string) => source.slice(0, source.indexOf('/cmd/'));
