/** A job's page: one run with its phases, log and files, and what can be done about it. */
import { useEffect, useState } from 'preact/hooks';
import type { JobRow, RunPage as Run } from '../../../api.ts';
import { mainRefs, type ProwJob } from '../../../../domain/prowjob.ts';
import { LogView } from '../log/log-view.tsx';
import { Icon } from '../shared/icon.tsx';
import { JobDialog, type JobAction } from '../shared/job-dialog.tsx';
import { Repository, Revision } from '../shared/revision.tsx';
import { Problem, Shell } from '../shared/shell.tsx';
import { State } from '../shared/state.tsx';
import { Toast } from '../shared/toast.tsx';
import { Duration, Time } from '../shared/times.tsx';
import { Artifacts } from './artifacts.tsx';
import { Phases } from './phases.tsx';
import { useRun } from './use-run.ts';

export function RunPage({ source }: { source: string }) {
  const { run, status, connected, problem } = useRun(source);
  return (
    <Shell status={status} connected={connected}>
      {problem && !run && <Problem title="This run cannot be shown" text={problem} />}
      {run ? <RunView run={run} /> : !problem && <p class="empty">Loading …</p>}
    </Shell>
  );
}

function RunView({ run }: { run: Run }) {
  const { row, prowJob, job, buildId } = run;
  const [action, setAction] = useState<JobAction>();
  const [message, setMessage] = useState('');
  const times = row ?? timesOf(prowJob);
  const state = times?.state ?? 'unknown';
  const hasEnded = !row || row.completionTime !== undefined;
  useEffect(() => {
    document.title = `${state}: ${job} #${buildId} · Bowsprit`;
  }, [state, job, buildId]);
  const description = row?.description ?? prowJob?.status.description;
  const size = hasEnded ? run.artifacts.find(({ name }) => name === 'build-log.txt')?.size : undefined;
  return (
    <>
      <div class="run-head">
        <div>
          <p class="crumb">
            <a href="/">Jobs</a> / <a href={`/?job=${encodeURIComponent(job)}`}>{job}</a>
          </p>
          <h1>
            {job} <span class="muted">#{buildId}</span>
          </h1>
          <p class="run-state">
            <State state={state} /> {description && <span>{description}</span>}
          </p>
        </div>
        <Actions run={run} onAction={setAction} />
      </div>
      {times && <Phases status={times} />}
      <Facts row={row} prowJob={prowJob} />
      <div class="run-body">
        <LogView url={run.log} size={size} hasEnded={hasEnded} />
        <Artifacts artifacts={run.artifacts} hasEnded={hasEnded} />
      </div>
      {action && (
        <JobDialog
          action={action}
          onClose={(said) => {
            setAction(undefined);
            if (said) setMessage(said);
          }}
        />
      )}
      {message && <Toast message={message} onGone={() => setMessage('')} />}
    </>
  );
}

function Actions({ run, onAction }: { run: Run; onAction: (action: JobAction) => void }) {
  const { row, prowJobYaml } = run;
  return (
    <div class="actions">
      {row?.abortable && (
        <button type="button" class="danger" onClick={() => onAction({ kind: 'abort', row })}>
          <Icon name="abort" /> Abort
        </button>
      )}
      {row && (
        <button type="button" onClick={() => onAction({ kind: 'rerun', row })}>
          <Icon name="rerun" /> Rerun
        </button>
      )}
      {prowJobYaml && (
        <a class="button" href={prowJobYaml}>
          <Icon name="code" /> YAML
        </a>
      )}
      {row && (
        <a class="button" href={row.temporalUrl} rel="noopener noreferrer">
          <Icon name="history" /> Temporal history
        </a>
      )}
    </div>
  );
}

function Facts({ row, prowJob }: { row: JobRow | undefined; prowJob: ProwJob | undefined }) {
  const spec = prowJob?.spec;
  const refs = row?.refs ?? (spec && mainRefs(spec));
  const times = row ?? timesOf(prowJob);
  const facts = [
    { name: 'Type', value: row?.type ?? spec?.type },
    { name: 'Repository', value: refs && <Repository refs={refs} /> },
    { name: 'Revision', value: refs && <Revision refs={refs} /> },
    { name: 'Agent', value: row?.agent ?? spec?.agent },
    { name: 'Cluster', value: row?.cluster ?? spec?.cluster },
    { name: 'Scheduled', value: times && <Time value={times.startTime} /> },
    { name: 'Duration', value: times && <Duration row={times} /> },
    { name: 'ProwJob', value: <code>{row?.name ?? prowJob?.metadata.name}</code> },
  ];
  return (
    <dl class="facts">
      {facts
        .filter(({ value }) => value)
        .map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function timesOf(prowJob: ProwJob | undefined) {
  return prowJob?.status;
}
