/** The icons, as shapes of our own: nothing is loaded for them. Decoration only; what they mean is said in words beside them. */
import type { JSX } from 'preact';

const shapes = {
  success: <path d="m4.5 10.5 3.5 3.5 7.5-8" />,
  failure: <path d="m5.5 5.5 9 9m0-9-9 9" />,
  error: <path d="M10 4.5v7m0 3.5v.5" />,
  aborted: <path d="M5 10h10" />,
  pending: <path d="M10 3.5a6.5 6.5 0 1 1-6.5 6.5" />,
  triggered: <path d="M10 5.5V10l3 2.5M10 3a7 7 0 1 0 .01 0" />,
  scheduling: <path d="M5 10h.01M10 10h.01M15 10h.01" />,
  unknown: <path d="M7.5 7.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .9-1 1.7m0 3v.5" />,
  log: <path d="M4 5h12M4 10h12M4 15h7" />,
  rerun: <path d="M15.5 10a5.5 5.5 0 1 1-1.6-3.9M15.5 3v3.5H12" />,
  abort: <path d="M6 6h8v8H6z" />,
  code: <path d="m7 6-4 4 4 4m6-8 4 4-4 4" />,
  history: <path d="M4 4v4h4M4.3 8A6.5 6.5 0 1 1 3.5 11M10 6.5V10l2.5 2" />,
  close: <path d="m6 6 8 8m0-8-8 8" />,
  file: <path d="M5.5 3h6l3 3v11h-9zM11 3v4h4" />,
  down: <path d="M10 4v11m-4.5-4.5L10 15l4.5-4.5" />,
  wrap: <path d="M3 5h14M3 10h11a2.5 2.5 0 0 1 0 5h-3m2-2-2 2 2 2M3 15h4" />,
  copy: <path d="M7 7h9v9H7zM13 7V4H4v9h3" />,
} satisfies Record<string, JSX.Element>;

export type IconName = keyof typeof shapes;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {shapes[name]}
    </svg>
  );
}
