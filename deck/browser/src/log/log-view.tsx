/** A log on the screen: follows its end until the reader scrolls up, and survives whatever a job writes. */
import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatCount, formatSize } from '../shared/format.ts';
import { Icon } from '../shared/icon.tsx';
import type { Block, Line, Span } from './log-text.ts';
import { useLog } from './use-log.ts';

export interface LogViewProps {
  url: string;
  size: number | undefined;
  /** The run has ended: a log that is still empty stays so. */
  hasEnded: boolean;
}

/** Pixels from the end that still count as being there. */
const nearEnd = 40;

export function LogView({ url, size, hasEnded }: LogViewProps) {
  const log = useLog(url, size);
  const { text, isComplete, problem, skipped } = log;
  const [isFollowing, setFollowing] = useState(!hasEnded);
  const [isWrapped, setWrapped] = useState(true);
  const frame = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (isFollowing && frame.current) frame.current.scrollTop = frame.current.scrollHeight;
  }, [text, isFollowing, isWrapped]);

  function onScroll(): void {
    const { current } = frame;
    if (!current) return;
    setFollowing(current.scrollHeight - current.scrollTop - current.clientHeight < nearEnd && !isComplete);
  }

  const isEmpty = text.blocks.length === 0 && text.tail === '';
  const lines = text.tailNumber - (text.tail === '' ? 1 : 0);
  return (
    <section class="log" aria-labelledby="log-title">
      <div class="log-bar">
        <h2 id="log-title">Log</h2>
        <span class="muted" aria-live="off">
          {skipped === 0 && lines > 0 && `${formatCount(lines)} ${lines === 1 ? 'line' : 'lines'}`}
        </span>
        {!isComplete && !problem && <span class="live on">{isEmpty ? 'Waiting for output' : 'Growing'}</span>}
        {problem && <span class="problem-text">{problem} Trying again …</span>}
        <span class="spacer" />
        {!isComplete && (
          <button type="button" aria-pressed={isFollowing} onClick={() => setFollowing(!isFollowing)}>
            <Icon name="down" /> Follow
          </button>
        )}
        <button type="button" aria-pressed={isWrapped} onClick={() => setWrapped(!isWrapped)}>
          <Icon name="wrap" /> Wrap
        </button>
        <a class="button" href={url}>
          <Icon name="log" /> Raw
        </a>
      </div>
      <div
        ref={frame}
        class={isWrapped ? 'log-text wrapped' : 'log-text'}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label="Log text"
        onScroll={onScroll}
      >
        {skipped > 0 && (
          <p class="log-note">
            The first {formatSize(skipped)} are left out.{' '}
            <button type="button" onClick={log.readAll}>
              Read from the beginning
            </button>
          </p>
        )}
        {text.dropped > 0 && (
          <p class="log-note">
            {formatCount(text.dropped)} earlier lines are not shown; <a href={url}>the raw log</a> has them.
          </p>
        )}
        {text.blocks.map(blockNode)}
        {text.tail !== '' && (
          <div class="line">
            {skipped === 0 && <span class="number">{text.tailNumber}</span>}
            <span class="text">{text.tail}</span>
          </div>
        )}
        {isEmpty && isComplete && <p class="log-note">This run wrote no log.</p>}
      </div>
    </section>
  );
}

/** Blocks do not change: one that was drawn is taken as it is, without a look at its lines. */
const drawn = new WeakMap<readonly Line[], VNode>();

function blockNode({ id, lines }: Block): VNode {
  const known = drawn.get(lines);
  if (known) return known;
  const node = (
    <div class="block" key={id}>
      {lines.map((line, index) => (
        <div class="line" key={index} id={line.continued ? undefined : `L${line.number}`}>
          <span class="number">{line.continued ? '' : line.number}</span>
          <span class="text">{line.spans.length === 0 ? ' ' : line.spans.map(spanNode)}</span>
        </div>
      ))}
    </div>
  );
  drawn.set(lines, node);
  return node;
}

function spanNode({ text, className, color, background }: Span, index: number) {
  if (!className && !color && !background) return text;
  // Through properties of the element, which the content security policy lets scripts set.
  return (
    <span key={index} class={className} style={{ color, backgroundColor: background }}>
      {text}
    </span>
  );
}
