/** Names of log files in a run's folder (spec jobs.md 6.3, line 58). */

/** `containers` is how many test containers the pod has. */
export function logFileName(container: string, containers: number): string {
  return containers > 1 ? `${container}-build-log.txt` : 'build-log.txt';
}
