/** The questions before a job is rerun or aborted. Both change something, by POST and only after the button is pressed. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { JobRow } from '../../../api.ts';
import { post } from './http.ts';
import { Icon } from './icon.tsx';

export interface JobAction {
  kind: 'rerun' | 'abort';
  row: JobRow;
}

export interface JobDialogProps {
  action: JobAction;
  /** With what the server said, when something was done. */
  onClose: (message?: string) => void;
}

const modes = [
  { mode: 'original', text: 'as it was', hint: 'the stored job, unchanged' },
  { mode: 'latest', text: 'as configured now', hint: 'the job from the current configuration' },
];

export function JobDialog({ action, onClose }: JobDialogProps) {
  const { kind, row } = action;
  const dialog = useRef<HTMLDialogElement>(null);
  const [mode, setMode] = useState('original');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  useEffect(() => dialog.current?.showModal(), []);

  const name = encodeURIComponent(row.name);
  const path = kind === 'abort' ? `/abort?prowjob=${name}` : `/rerun?mode=${mode}&prowjob=${name}`;

  async function act(): Promise<void> {
    setBusy(true);
    setProblem('');
    try {
      onClose(await post(path));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  }

  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={() => onClose()}>
      <h2 id="dialog-title">{kind === 'rerun' ? 'Rerun this job?' : 'Abort this job?'}</h2>
      <p class="dialog-job">
        <strong>{row.job}</strong>
        {row.buildId && <span class="muted"> #{row.buildId}</span>}
      </p>
      {kind === 'rerun' ? (
        <fieldset>
          <legend>Run it</legend>
          {modes.map((each) => (
            <label key={each.mode} class="choice">
              <input
                type="radio"
                name="mode"
                value={each.mode}
                checked={mode === each.mode}
                onChange={() => setMode(each.mode)}
              />
              <span>
                {each.text} <span class="muted">– {each.hint}</span>
              </span>
              <a href={`/rerun?mode=${each.mode}&prowjob=${name}`}>YAML</a>
            </label>
          ))}
        </fieldset>
      ) : (
        <p>What it runs is ended, with its grace period. This cannot be undone.</p>
      )}
      <details>
        <summary>By command</summary>
        <Command text={`curl -X POST '${location.origin}${path}'`} />
      </details>
      {problem && (
        <p class="problem-text" role="alert">
          {problem}
        </p>
      )}
      <div class="buttons">
        <button type="button" onClick={() => dialog.current?.close()}>
          {kind === 'rerun' ? 'Cancel' : 'Keep it running'}
        </button>
        <button
          type="button"
          class={kind === 'abort' ? 'primary danger' : 'primary'}
          disabled={isBusy}
          onClick={() => void act()}
        >
          {kind === 'rerun' ? 'Rerun' : 'Abort'}
        </button>
      </div>
    </dialog>
  );
}

function Command({ text }: { text: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <div class="command">
      <code>{text}</code>
      <button
        type="button"
        class="quiet"
        aria-label="Copy the command"
        onClick={() => void navigator.clipboard?.writeText(text).then(() => setCopied(true))}
      >
        <Icon name={isCopied ? 'success' : 'copy'} />
      </button>
    </div>
  );
}
