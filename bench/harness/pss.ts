/** Proportional set size: memory of a process with shared pages counted by share, so that processes add up. Linux only. */
import { readdir, readFile } from 'node:fs/promises';

/** Bytes; 0 where the process is gone. */
export async function pss(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
}

/** A process and all its descendants. */
export async function processTree(root: number): Promise<{ pid: number; command: string }[]> {
  const children = new Map<number, number[]>();
  const commands = new Map<number, string>();
  for (const entry of await readdir('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    commands.set(pid, command.replaceAll('\0', ' ').trim());
  }
  const found: { pid: number; command: string }[] = [];
  const visit = (pid: number) => {
    found.push({ pid, command: commands.get(pid) ?? '' });
    for (const child of children.get(pid) ?? []) visit(child);
  };
  visit(root);
  return found;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MB`;
}
