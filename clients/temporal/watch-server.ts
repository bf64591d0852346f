/** Whether the Temporal server answers at the moment, for health checks: asked now and then, never on behalf of a request. */
import type { Client } from '@temporalio/client';

export interface ServerWatch {
  /** By the latest answer; true until one is missing, since somebody has just connected. */
  reachable(): boolean;
  close(): void;
}

export interface ServerWatchOptions {
  /** Milliseconds between questions. Default 5000. */
  everyMs?: number;
  /** Milliseconds that the server has to answer. Default 3000. */
  timeoutMs?: number;
}

export function watchServer(
  client: Client,
  { everyMs = 5000, timeoutMs = 3000 }: ServerWatchOptions = {},
): ServerWatch {
  let reachable = true;
  let asking = false;

  async function ask(): Promise<void> {
    if (asking) return;
    asking = true;
    try {
      const { connection } = client;
      await connection.withDeadline(Date.now() + timeoutMs, async () => connection.workflowService.getSystemInfo({}));
      reachable = true;
    } catch {
      reachable = false;
    } finally {
      asking = false;
    }
  }

  const timer = setInterval(() => void ask(), everyMs);
  timer.unref();
  return { reachable: () => reachable, close: () => clearInterval(timer) };
}
