/** What every page has around it: the name, the pages there are, whether changes arrive, and what is wrong with Deck itself. */
import type { ComponentChildren } from 'preact';
import type { DeckStatus } from '../../../api.ts';
import { formatElapsed } from './format.ts';
import { useNow } from './use-now.ts';

export interface ShellProps {
  status: DeckStatus | undefined;
  connected: boolean;
  children: ComponentChildren;
}

/** Pages of the navigation; more of them come with their features. */
const pages = [{ href: '/', text: 'Jobs' }];

export function Shell({ status, connected, children }: ShellProps) {
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="top">
        <a class="brand" href="/">
          <img src="/favicon.svg" alt="" width="26" height="26" />
          Bowsprit
        </a>
        <nav aria-label="Pages">
          {pages.map(({ href, text }) => (
            <a key={href} href={href} aria-current={location.pathname === href ? 'page' : undefined}>
              {text}
            </a>
          ))}
        </nav>
        <span class={connected ? 'live on' : 'live'} role="status">
          {connected ? 'Live' : 'Connecting…'}
        </span>
      </header>
      <main id="main">
        {status && <Notices status={status} />}
        {children}
      </main>
      <footer>
        Bowsprit {status?.version} · <a href="/prowjobs.js?omit=annotations,labels,decoration_config,pod_spec">JSON</a>{' '}
        · <a href="/metrics">Metrics</a>
      </footer>
    </>
  );
}

function Notices({ status }: { status: DeckStatus }) {
  const { configRefused, staleSince, staleReason } = status;
  return (
    <div aria-live="polite">
      {configRefused && (
        <section class="notice warning">
          <h2>A changed configuration was refused; the one before it stays in force</h2>
          <pre>{configRefused.reason}</pre>
          <p>
            Refused <time dateTime={configRefused.at}>{new Date(configRefused.at).toLocaleTimeString()}</time>.{' '}
            <code>bowsprit check</code> says what is wrong with the files as they are now.
          </p>
        </section>
      )}
      {staleSince && (
        <section class="notice warning">
          <h2>
            This list is <Age since={staleSince} /> old
          </h2>
          <p>What happened since cannot be read{staleReason ? `: ${staleReason}` : '.'}</p>
        </section>
      )}
    </div>
  );
}

function Age({ since }: { since: string }) {
  return <>{formatElapsed(useNow() - Date.parse(since))}</>;
}

/** Something went wrong with what the page shows. */
export function Problem({ title, text }: { title: string; text: string }) {
  return (
    <section class="notice problem" role="alert">
      <h2>{title}</h2>
      <p>{text}</p>
    </section>
  );
}
