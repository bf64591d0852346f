/** Processor time that a process has used. It says what work costs even where others keep the processors busy. Linux only. */
import { readFile } from 'node:fs/promises';

/** `CLK_TCK`: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Of several processes together. */
export async function cpuSecondsOfAll(pids: readonly number[]): Promise<number> {
  return (await Promise.all(pids.map(cpuSeconds))).reduce((sum, each) => sum + each, 0);
}

/** Seconds since the process began, in user and kernel mode; NaN where it is gone. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The command's name, in parentheses, may hold spaces: fields are counted from behind it (utime is the 14th, stime the 15th).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
