/**
 * The connection over which changes arrive. It is given up while the page is hidden, because a browser allows six connections
 * to a host in all, and comes back by itself.
 */
import type { DeckStatus, JobChanges } from '../../../api.ts';

export interface EventHandlers {
  /** Connected, or again: what happened before is to be loaded. */
  connected: () => void;
  disconnected: () => void;
  jobs: (changes: JobChanges) => void;
  status: (status: DeckStatus) => void;
}

const retryMs = 5_000;

/** Returns the function that ends it. */
export function followEvents(handlers: EventHandlers): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    clearTimeout(retry);
    if (source || document.hidden) return;
    source = new EventSource('/events');
    source.addEventListener('open', () => handlers.connected());
    source.addEventListener('jobs', (event: MessageEvent<string>) =>
      handlers.jobs(JSON.parse(event.data) as JobChanges),
    );
    source.addEventListener('status', (event: MessageEvent<string>) =>
      handlers.status(JSON.parse(event.data) as DeckStatus),
    );
    source.addEventListener('error', () => {
      handlers.disconnected();
      // The browser tries again after a lost connection, but not after an answer such as 503.
      if (source?.readyState !== EventSource.CLOSED) return;
      close();
      retry = setTimeout(open, retryMs);
    });
  }

  function close(): void {
    clearTimeout(retry);
    source?.close();
    source = undefined;
  }

  const onVisibility = () => (document.hidden ? close() : open());
  document.addEventListener('visibilitychange', onVisibility);
  open();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}
