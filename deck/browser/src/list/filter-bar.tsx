/** The controls of the filters. A value from the address that nothing has stays visible, so that one sees why there are no rows. */
import { useMemo } from 'preact/hooks';
import type { JobRow } from '../../../api.ts';
import { Icon } from '../shared/icon.tsx';
import { filterNames, noFilters, optionsOf, type FilterName, type Filters } from './filters.ts';

export interface FilterBarProps {
  rows: readonly JobRow[];
  filters: Filters;
  onChange: (filters: Filters, options?: { replace?: boolean }) => void;
}

const selects: readonly { name: FilterName; label: string; all: string }[] = [
  { name: 'type', label: 'Type', all: 'all types' },
  { name: 'repo', label: 'Repository', all: 'all repositories' },
  { name: 'pull', label: 'Pull', all: 'all pulls' },
  { name: 'author', label: 'Author', all: 'all authors' },
  { name: 'state', label: 'State', all: 'all states' },
  { name: 'cluster', label: 'Cluster', all: 'all clusters' },
];

export function FilterBar({ rows, filters, onChange }: FilterBarProps) {
  const { type, repo } = filters;
  const options = useMemo(
    () => Object.fromEntries(filterNames.map((name) => [name, optionsOf(rows, name, filters)])),
    [rows, type, repo],
  );
  const isFiltered = filterNames.some((name) => filters[name] !== '');
  return (
    <form class="filters" role="search" aria-label="Filter jobs" onSubmit={(event) => event.preventDefault()}>
      <label class="field job-field">
        <span>Job</span>
        <input
          type="search"
          name="job"
          list="job-names"
          placeholder="name or pattern, like pull-*"
          autocomplete="off"
          spellcheck={false}
          value={filters.job}
          onInput={(event) => onChange({ ...filters, job: event.currentTarget.value }, { replace: true })}
        />
        <datalist id="job-names">
          {options['job']?.map((job) => (
            <option key={job} value={job} />
          ))}
        </datalist>
      </label>
      {selects.map(({ name, label, all }) => (
        <Choice
          key={name}
          name={name}
          label={label}
          all={all}
          value={filters[name]}
          options={options[name] ?? []}
          onChange={(value) => onChange({ ...filters, [name]: value })}
        />
      ))}
      <button type="button" class="quiet clear" disabled={!isFiltered} onClick={() => onChange(noFilters)}>
        <Icon name="close" /> Clear
      </button>
    </form>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  all: string;
  value: string;
  options: readonly string[];
  onChange: (value: string) => void;
}

function Choice({ name, label, all, value, options, onChange }: ChoiceProps) {
  const isUnknown = value !== '' && !options.includes(value);
  return (
    <label class={value === '' ? 'field' : 'field set'}>
      <span>{label}</span>
      <select name={name} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{all}</option>
        {isUnknown && <option value={value}>{value} (none)</option>}
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}
