/** Deck's first page: all ProwJobs, filtered, with what each of them can be asked or told (spec deck.md 1.5). */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { JobRow } from '../../../api.ts';
import { formatCount } from '../shared/format.ts';
import { JobDialog, type JobAction } from '../shared/job-dialog.tsx';
import { Problem, Shell } from '../shared/shell.tsx';
import { Toast } from '../shared/toast.tsx';
import { FilterBar } from './filter-bar.tsx';
import { filterRows, unknownFilters, type Filters } from './filters.ts';
import { JobTable } from './job-table.tsx';
import { Overview } from './overview.tsx';
import { useFilters } from './use-filters.ts';
import { useJobs } from './use-jobs.ts';

/** Rows drawn at once; counts, bar and rates are those of all matches. */
const pageSize = 500;

export function JobListPage() {
  const { rows, status, connected, problem } = useJobs();
  const { filters, page, setFilters, setPage } = useFilters();
  const [action, setAction] = useState<JobAction>();
  const [message, setMessage] = useState('');
  const matching = useMemo(() => filterRows(rows ?? [], filters), [rows, filters]);
  useEffect(() => {
    document.title = filters.job ? `${filters.job} · Bowsprit` : 'Jobs · Bowsprit';
  }, [filters.job]);

  const pages = Math.max(1, Math.ceil(matching.length / pageSize));
  const shown = Math.min(page, pages);
  const first = (shown - 1) * pageSize;
  const drawn = matching.slice(first, first + pageSize);

  return (
    <Shell status={status} connected={connected}>
      <h1 class="hidden">ProwJobs</h1>
      {problem && <Problem title="The list cannot be loaded" text={problem} />}
      {rows && (
        <>
          <Overview rows={matching} onState={(state) => setFilters({ ...filters, state })} />
          <FilterBar rows={rows} filters={filters} onChange={setFilters} />
          <div class="count" aria-live="polite">
            {matching.length > 0 && (
              <Count first={first} drawn={drawn.length} matching={matching.length} all={rows.length} />
            )}
            {pages > 1 && (
              <span class="paging">
                <button type="button" disabled={shown <= 1} onClick={() => setPage(shown - 1)}>
                  Newer
                </button>
                <span>
                  Page {shown} of {pages}
                </span>
                <button type="button" disabled={shown >= pages} onClick={() => setPage(shown + 1)}>
                  Older
                </button>
              </span>
            )}
          </div>
          {matching.length > 0 ? (
            <JobTable rows={drawn} onAction={setAction} />
          ) : (
            <Nothing rows={rows} filters={filters} onFilters={setFilters} />
          )}
        </>
      )}
      {!rows && !problem && <p class="empty">Loading jobs …</p>}
      {action && (
        <JobDialog
          key={`${action.kind} ${action.row.name}`}
          action={action}
          onClose={(said) => {
            setAction(undefined);
            if (said) setMessage(said);
          }}
        />
      )}
      {message && <Toast message={message} onGone={() => setMessage('')} />}
    </Shell>
  );
}

function Count({ first, drawn, matching, all }: { first: number; drawn: number; matching: number; all: number }) {
  const range = drawn < matching ? `${formatCount(first + 1)}–${formatCount(first + drawn)} of ` : '';
  return (
    <span>
      Showing {range}
      {formatCount(matching)} {matching === 1 ? 'job' : 'jobs'}
      {matching < all && <span class="muted"> (of {formatCount(all)} in all)</span>}
    </span>
  );
}

interface NothingProps {
  rows: readonly JobRow[];
  filters: Filters;
  onFilters: (filters: Filters) => void;
}

/** Why there are no rows. */
function Nothing({ rows, filters, onFilters }: NothingProps) {
  const unknown = unknownFilters(rows, filters);
  const isPart = unknown.includes('job') && !filters.job.includes('*');
  return (
    <div class="empty">
      <p>{rows.length === 0 ? 'No job has run yet. Jobs appear here as they start.' : 'Showing 0 jobs.'}</p>
      {unknown.map((name) => (
        <p key={name}>
          No job in the list has the {name === 'repo' ? 'repository' : name === 'job' ? 'name' : name}{' '}
          <strong>{filters[name]}</strong>.
        </p>
      ))}
      {rows.length > 0 && unknown.length === 0 && (
        <p>Each filter matches something, but nothing matches all of them.</p>
      )}
      {isPart && (
        <p>
          Names are matched as a whole.{' '}
          <button type="button" onClick={() => onFilters({ ...filters, job: `*${filters.job}*` })}>
            Look for *{filters.job}*
          </button>
        </p>
      )}
    </div>
  );
}
