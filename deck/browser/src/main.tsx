/** Deck's pages in the browser: which one, the address says. */
import { render } from 'preact';
import { JobListPage } from './list/job-list-page.tsx';
import { RunPage } from './run/run-page.tsx';

const viewPath = '/view/';

function Page() {
  const { pathname } = location;
  if (pathname.startsWith(viewPath)) return <RunPage source={decoded(pathname.slice(viewPath.length))} />;
  return <JobListPage />;
}

function decoded(path: string): string {
  try {
    return path.split('/').map(decodeURIComponent).join('/');
  } catch {
    return path;
  }
}

const root = document.getElementById('app');
if (root) render(<Page />, root);
