/** When a role has to stop, and how: told by its parent, by a signal, or because the parent is gone. */

export interface StopRequest {
  /** Runs of the process executor are ended as well; otherwise the next worker adopts them. */
  abortRuns: boolean;
}

/** Resolves once, at the first reason to stop. Call it first, so that no early message is missed. */
export function whenStopped(): Promise<StopRequest> {
  return new Promise((resolve) => {
    process.on('message', (message) => {
      if (isStop(message)) resolve({ abortRuns: message.abortRuns === true });
    });
    process.on('disconnect', () => resolve({ abortRuns: false }));
    process.on('SIGTERM', () => resolve({ abortRuns: false }));
    // Ctrl-C reaches the whole foreground group: below `up` the parent decides, alone it is the order to end.
    process.on('SIGINT', () => {
      if (!process.connected) resolve({ abortRuns: true });
    });
  });
}

function isStop(message: unknown): message is { type: 'stop'; abortRuns?: unknown } {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'stop';
}
