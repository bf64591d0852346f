/** The text of a log as it grows. A large log of a run that has ended is read from near its end, unless all of it is asked for. */
import { useEffect, useState } from 'preact/hooks';
import { followLog } from './follow-log.ts';
import { createLogText, type LogText } from './log-text.ts';

export interface Log {
  text: LogText;
  isComplete: boolean;
  problem: string;
  /** Bytes left out at the beginning. */
  skipped: number;
  readAll: () => void;
}

const nothing: LogText = { blocks: [], tail: '', tailNumber: 1, dropped: 0 };
/** About what the page keeps anyway. */
const tailBytes = 4_000_000;

/** `size` in bytes, where it is known. */
export function useLog(url: string, size: number | undefined): Log {
  const [isAll, setAll] = useState(false);
  const [state, setState] = useState({ text: nothing, isComplete: false, problem: '' });
  // The size is known of ended runs only; one that ends while it is looked at is not read again.
  const [skippable] = useState(() => Math.max(0, (size ?? 0) - tailBytes));
  const skipped = isAll ? 0 : skippable;
  useEffect(() => {
    const builder = createLogText();
    setState({ text: nothing, isComplete: false, problem: '' });
    return followLog({
      url,
      offset: skipped,
      onText: (text) => setState({ text: builder.append(text), isComplete: false, problem: '' }),
      onEnd: () => setState({ text: builder.end(), isComplete: true, problem: '' }),
      onProblem: (problem) => setState((previous) => ({ ...previous, problem })),
    });
  }, [url, skipped]);
  return { ...state, skipped, readAll: () => setAll(true) };
}
