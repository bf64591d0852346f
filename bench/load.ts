/**
 * Loading and checking a large real configuration: the load itself in a fresh process, and the command `bowsprit check` as a
 * person runs it.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { timeOf } from './harness/batches.ts';
import { type Benchmark } from './harness/benchmark.ts';
import { compiled, root } from './harness/paths.ts';
import { realConfig } from './harness/real-config.ts';
import { median } from './harness/statistics.ts';
import { atMost, plain } from './harness/table.ts';

const runs = 7;
const most = 1.0;
const mebibyte = 1024 * 1024;

/** Makes a Node program write its peak resident set, in KiB, to stderr when it ends. */
const tellPeak =
  'data:text/javascript,process.on("exit",()=>process.stderr.write("peak="+process.resourceUsage().maxRSS))';

export const load: Benchmark = {
  name: 'load',
  title: 'load: a real configuration loaded and checked',
  async run(options) {
    const { configPath, jobConfigPath } = realConfig(options);
    const loads: Load[] = [];
    const check: number[] = [];
    const peaks: number[] = [];
    // One run of each first: the files must be in the page cache for both.
    for (let run = 0; run <= runs; run++) {
      const { stdout } = await node([compiled('bench/load/time-load.js'), configPath, jobConfigPath]);
      const loaded = JSON.parse(stdout) as Load;
      let peak = 0;
      const whole = await timeOf(async () => {
        const { stderr } = await node([
          `--import=${tellPeak}`,
          join(root, 'scripts', 'bowsprit.mjs'),
          'check',
          '--config-path',
          configPath,
          '--job-config-path',
          jobConfigPath,
        ]);
        peak = Number(/peak=(\d+)/.exec(stderr)?.[1]) * 1024;
      });
      if (run === 0) continue;
      loads.push(loaded);
      check.push(whole);
      peaks.push(peak);
    }
    const seconds = loads.map((loaded) => loaded.seconds);
    return {
      rows: [
        plain('periodics among its jobs', loads[0]?.periodics ?? Number.NaN, ''),
        atMost(`load and check, median of ${runs}`, median(seconds), most, 's', 2),
        plain('load and check, fastest', Math.min(...seconds), 's', 2),
        plain('load and check, processor time, median', median(loads.map(({ cpuSeconds }) => cpuSeconds)), 's', 2),
        plain('bowsprit check, whole process, median', median(check), 's', 2),
        plain('bowsprit check, peak resident set', Math.max(...peaks) / mebibyte, 'MB'),
      ],
    };
  },
};

interface Load {
  seconds: number;
  /** More than `seconds` where the garbage collector uses a second core. */
  cpuSeconds: number;
  periodics: number;
}

async function node(args: string[]): Promise<{ stdout: string; stderr: string }> {
  return await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 16 * mebibyte });
}
