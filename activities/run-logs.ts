/** Reading logs of running pods on behalf of those who cannot reach the cluster. */
import type { LiveLogs } from '../domain/live-logs.ts';
import { maxRunLogBytes, type RunLogAnswer, type RunLogRequest } from '../domain/run-log.ts';

export interface RunLogActivities {
  readRunLog(request: RunLogRequest): Promise<RunLogAnswer>;
}

export function createRunLogActivities({ logs }: { logs: LiveLogs }): RunLogActivities {
  return {
    async readRunLog({ name, buildId, container, offset, limit }) {
      const range = { offset, limit: Math.min(limit, maxRunLogBytes) };
      const part = await logs.read({ name, buildId, container }, range);
      if (!part) return { next: offset, atEnd: true };
      return { base64: Buffer.from(part.content).toString('base64'), next: part.next, atEnd: part.atEnd };
    },
  };
}
