/** The rows of the list. A row is drawn again only when its job changed. */
import { useMemo } from 'preact/hooks';
import type { JobRow } from '../../../api.ts';
import { Icon, type IconName } from '../shared/icon.tsx';
import type { JobAction } from '../shared/job-dialog.tsx';
import { jobHref } from '../shared/links.ts';
import { Repository, Revision } from '../shared/revision.tsx';
import { State } from '../shared/state.tsx';
import { Duration, Time } from '../shared/times.tsx';

export interface JobTableProps {
  rows: readonly JobRow[];
  onAction: (action: JobAction) => void;
}

export function JobTable({ rows, onAction }: JobTableProps) {
  return (
    <div class="table-frame">
      <table class="jobs">
        <caption class="hidden">ProwJobs, newest first</caption>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col" class="narrow">
              <span class="hidden">Log</span>
            </th>
            <th scope="col" class="narrow">
              <span class="hidden">Rerun</span>
            </th>
            <th scope="col" class="narrow">
              <span class="hidden">Abort</span>
            </th>
            <th scope="col" class="narrow">
              <span class="hidden">YAML</span>
            </th>
            <th scope="col">Repository</th>
            <th scope="col">Revision</th>
            <th scope="col" class="wide">
              Job
            </th>
            <th scope="col">Scheduled</th>
            <th scope="col" class="right">
              Duration
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Row key={row.name} row={row} repeats={isSameRevision(rows[index - 1], row)} onAction={onAction} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  row: JobRow;
  /** Repository and revision are those of the row above. */
  repeats: boolean;
  onAction: (action: JobAction) => void;
}

function Row({ row, repeats, onAction }: RowProps) {
  return useMemo(() => {
    const href = jobHref(row);
    const name = encodeURIComponent(row.name);
    return (
      <tr class={repeats ? 'repeats' : undefined}>
        <td>
          <State state={row.state} href={row.page} title={row.description} />
        </td>
        <td>{row.buildId && <IconLink name="log" href={logHref(row)} label={`Log of ${row.job}`} />}</td>
        <td>
          <IconButton name="rerun" label={`Rerun ${row.job}`} onClick={() => onAction({ kind: 'rerun', row })} />
        </td>
        <td>
          {row.abortable && (
            <IconButton name="abort" label={`Abort ${row.job}`} onClick={() => onAction({ kind: 'abort', row })} />
          )}
        </td>
        <td>
          <IconLink name="code" href={`/prowjob?prowjob=${name}`} label={`YAML of ${row.job}`} />
        </td>
        <td class="what">
          <Repository refs={row.refs} />
        </td>
        <td class="what">
          <Revision refs={row.refs} />
        </td>
        <td class="job-name">
          {href ? <a href={href}>{row.job}</a> : row.job}
          {hasReason(row) && <div class="why">{row.description}</div>}
        </td>
        <td class="time">
          <Time value={row.startTime} />
        </td>
        <td class="time right">
          <Duration row={row} />
        </td>
      </tr>
    );
  }, [row, repeats]);
}

/** Why a job did not succeed is worth a line. */
function hasReason({ state, description }: JobRow): boolean {
  return description !== undefined && ['failure', 'error', 'aborted'].includes(state);
}

/** Several containers have several logs, which the job's page shows. */
function logHref(row: JobRow): string {
  if ((row.containers ?? 1) > 1 && row.page) return row.page;
  return `/log?job=${encodeURIComponent(row.job)}&id=${encodeURIComponent(row.buildId ?? '')}`;
}

function IconLink({ name, href, label }: { name: IconName; href: string; label: string }) {
  return (
    <a class="icon-button" href={href} title={label} aria-label={label}>
      <Icon name={name} />
    </a>
  );
}

function IconButton({ name, label, onClick }: { name: IconName; label: string; onClick: () => void }) {
  return (
    <button type="button" class="icon-button" title={label} aria-label={label} onClick={onClick}>
      <Icon name={name} />
    </button>
  );
}

function isSameRevision(above: JobRow | undefined, row: JobRow): boolean {
  return above !== undefined && row.refs !== undefined && revisionKey(above) === revisionKey(row);
}

function revisionKey({ refs }: JobRow): string {
  if (!refs) return '';
  const pulls = refs.pulls?.map(({ number, sha }) => `${number}:${sha}`).join(',') ?? '';
  return `${refs.org}/${refs.repo} ${refs.base_ref ?? ''} ${refs.base_sha ?? ''} ${pulls}`;
}
