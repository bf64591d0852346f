/**
 * The cgroup below which all pods of one test cluster run: kubelets on one machine would otherwise clear away each other's pods,
 * and what is in there can be ended when the cluster goes. Works with both versions of cgroups.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const mount = '/sys/fs/cgroup';

/** Name from the top, as kubelet's `cgroupRoot` wants it. */
export const cgroupName = (folder: string) =>
  `/bowsprit-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;

/** Where the group has to be: in each hierarchy of version 1, or in the only one of version 2. */
function hierarchies(): string[] {
  if (existsSync(join(mount, 'cgroup.controllers'))) return [mount];
  return readdirSync(mount)
    .map((name) => join(mount, name))
    .filter((path) => statSync(path).isDirectory() && existsSync(join(path, 'cgroup.procs')));
}

export function createCgroup(folder: string): string {
  const name = cgroupName(folder);
  for (const hierarchy of hierarchies()) {
    const path = join(hierarchy, name);
    mkdirSync(path, { recursive: true });
    inheritCpus(hierarchy, path);
  }
  return name;
}

/** A fresh group of cpuset version 1 has no processors, and then nothing can enter it. */
function inheritCpus(hierarchy: string, path: string): void {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (!existsSync(join(path, file)) || hierarchy === mount) continue;
    if (readFileSync(join(path, file), 'utf8').trim() !== '') continue;
    writeFileSync(join(path, file), readFileSync(join(hierarchy, file), 'utf8'));
  }
}

/** Ends every process in the group and removes it. */
export async function removeCgroup(folder: string): Promise<void> {
  const name = cgroupName(folder);
  const tops = hierarchies()
    .map((hierarchy) => join(hierarchy, name))
    .filter(existsSync);
  const deadline = Date.now() + 20_000;
  for (;;) {
    const left = tops.flatMap(groupsBelow);
    const processes = new Set(left.flatMap((group) => processesIn(group)));
    for (const pid of processes) killIfThere(pid);
    if (processes.size === 0 && left.map(removeGroup).every(Boolean)) return;
    if (Date.now() > deadline) return;
    await sleep(50);
  }
}

/** Innermost first. */
function groupsBelow(path: string): string[] {
  const inner = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...inner.flatMap((entry) => groupsBelow(join(path, entry.name))), path];
}

function processesIn(group: string): number[] {
  try {
    return readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone in the meantime.
  }
}

function removeGroup(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch {
    return !existsSync(path);
  }
}
