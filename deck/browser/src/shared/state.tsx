/** A ProwJob's state: an icon, a colour and always the word. States that we do not know get a neutral look. */
import { Icon, type IconName } from './icon.tsx';

const known = ['success', 'failure', 'error', 'aborted', 'pending', 'triggered', 'scheduling'] as const;
type Known = (typeof known)[number];

export function stateName(state: string): Known | 'unknown' {
  return known.find((each) => each === state) ?? 'unknown';
}

export function State({
  state,
  href,
  title,
}: {
  state: string;
  href?: string | undefined;
  title?: string | undefined;
}) {
  const name: IconName = stateName(state);
  const content = (
    <>
      <Icon name={name} />
      <span>{state || 'unknown'}</span>
    </>
  );
  const props = { class: `state state-${name}`, ...(title && { title }) };
  return href ? (
    <a {...props} href={href}>
      {content}
    </a>
  ) : (
    <span {...props}>{content}</span>
  );
}
