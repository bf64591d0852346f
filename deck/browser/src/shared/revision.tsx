/** What a job tests: its repository, and the pulls or the branch. */
import type { ComponentChildren } from 'preact';
import type { Pull, Refs } from '../../../../domain/job-config.ts';
import { authorHref, baseHref, commitHref, pullHref, repoHref } from './links.ts';

export function Repository({ refs }: { refs: Refs | undefined }) {
  if (!refs) return <span class="none">–</span>;
  return <Outside href={repoHref(refs)}>{`${refs.org}/${refs.repo}`}</Outside>;
}

export function Revision({ refs }: { refs: Refs | undefined }) {
  if (!refs) return <span class="none">–</span>;
  if (refs.pulls?.length) {
    return (
      <ul class="pulls">
        {refs.pulls.map((pull) => (
          <li key={pull.number}>
            <PullRevision refs={refs} pull={pull} />
          </li>
        ))}
      </ul>
    );
  }
  if (!refs.base_ref && !refs.base_sha) return <span class="none">–</span>;
  return (
    <>
      <Outside href={baseHref(refs)}>{refs.base_ref || 'HEAD'}</Outside>
      {refs.base_sha && (
        <>
          {' '}
          (<code>{refs.base_sha.slice(0, 7)}</code>)
        </>
      )}
    </>
  );
}

function PullRevision({ refs, pull }: { refs: Refs; pull: Pull }) {
  return (
    <span title={pull.title}>
      <Outside href={pullHref(refs, pull)}>{`#${pull.number}`}</Outside>
      {pull.sha && (
        <>
          {' '}
          (
          <Outside href={commitHref(refs, pull)}>
            <code>{pull.sha.slice(0, 7)}</code>
          </Outside>
          )
        </>
      )}
      {pull.author && (
        <>
          {' '}
          by <Outside href={authorHref(refs, pull)}>{pull.author}</Outside>
        </>
      )}
    </span>
  );
}

/** A link to another site, or the plain text where there is none. */
export function Outside({ href, children }: { href: string | undefined; children: ComponentChildren }) {
  if (!href) return <>{children}</>;
  return (
    <a href={href} rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}
