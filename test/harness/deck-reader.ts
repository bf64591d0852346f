/**
 * A reader of Deck's list, as a browser with that page open is: while there is one Deck looks for news each second, otherwise every
 * five, which tests that wait for jobs would wait as well.
 */
import { request, type ClientRequest } from 'node:http';

export interface DeckReader {
  /** Is there from now on, for a moment after the last call. */
  read(): void;
  leave(): void;
}

const stayMs = 3_000;

/** Of the Deck on this port, be it up or not. */
export function deckReader(port: number): DeckReader {
  let stream: ClientRequest | undefined;
  let leaving: NodeJS.Timeout | undefined;

  function open(): ClientRequest {
    const opened = request({ host: '127.0.0.1', port, path: '/events', agent: false }, (response) => {
      response.on('error', () => undefined).resume();
    });
    opened.on('error', () => undefined);
    opened.on('close', () => {
      if (stream === opened) stream = undefined;
    });
    opened.end();
    return opened;
  }

  const leave = () => {
    clearTimeout(leaving);
    stream?.destroy();
    stream = undefined;
  };
  return {
    read() {
      stream ??= open();
      clearTimeout(leaving);
      leaving = setTimeout(leave, stayMs);
    },
    leave,
  };
}
