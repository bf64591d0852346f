/** Loads and checks a configuration once in a fresh process, and writes what it took as JSON: `bench/load.ts` runs it. */
import { loadForRunning } from '../../config/load.ts';

const [configPath = '', jobConfigPath = ''] = process.argv.slice(2);
const [started, used] = [performance.now(), process.cpuUsage()];
const { periodics } = await loadForRunning({ configPath, jobConfigPaths: [jobConfigPath] });
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(used);
process.stdout.write(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, periodics: periodics.length }));
