/** Pages of lists, and the header `Link` that leads from one to the next. */

export interface Page {
  /** From 1. */
  page: number;
  perPage: number;
}

/** What is asked for; nonsense gives the default. */
export function readPage(query: URLSearchParams): Page {
  const number = (name: string, fallback: number) => {
    const value = Number(query.get(name) ?? fallback);
    return Number.isInteger(value) && value > 0 ? value : fallback;
  };
  return { page: number('page', 1), perPage: Math.min(100, number('per_page', 30)) };
}

/** Undefined where one page holds all. */
export function pageLinks(url: URL, { page, perPage, total }: Page & { total: number }): string | undefined {
  const last = Math.max(1, Math.ceil(total / perPage));
  const wanted: [string, number][] = [];
  if (page > 1) wanted.push(['prev', Math.min(page - 1, last)]);
  if (page < last) wanted.push(['next', page + 1], ['last', last]);
  if (page > 1) wanted.push(['first', 1]);
  if (wanted.length === 0) return undefined;
  return wanted
    .map(([rel, number]) => {
      const target = new URL(url);
      target.searchParams.set('page', String(number));
      return `<${target}>; rel="${rel}"`;
    })
    .join(', ');
}
