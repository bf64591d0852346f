/** The filters in the address: each choice is a step that Back undoes; typing is not. */
import { useEffect, useState } from 'preact/hooks';
import { filtersFromSearch, searchFromFilters, type Filters } from './filters.ts';

export interface FilterState {
  filters: Filters;
  /** From 1. */
  page: number;
}

export interface FilterControl extends FilterState {
  setFilters: (filters: Filters, options?: { replace?: boolean }) => void;
  setPage: (page: number) => void;
}

export function useFilters(): FilterControl {
  const [state, setState] = useState(() => fromAddress());
  useEffect(() => {
    const onPop = () => setState(fromAddress());
    addEventListener('popstate', onPop);
    return () => removeEventListener('popstate', onPop);
  }, []);

  function go(next: FilterState, replace = false): void {
    const address = `/${searchFromFilters(next.filters, next.page)}`;
    if (replace) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
    setState(next);
  }

  return {
    ...state,
    setFilters: (filters, options) => go({ filters, page: 1 }, options?.replace),
    setPage: (page) => go({ ...state, page }),
  };
}

function fromAddress(): FilterState {
  const page = Number(new URLSearchParams(location.search).get('page') ?? 1);
  return { filters: filtersFromSearch(location.search), page: Number.isInteger(page) && page > 0 ? page : 1 };
}
