/** A sentence about what was just done; goes away by itself. */
import { useEffect } from 'preact/hooks';

const shownMs = 6_000;

export function Toast({ message, onGone }: { message: string; onGone: () => void }) {
  useEffect(() => {
    const timer = setTimeout(onGone, shownMs);
    return () => clearTimeout(timer);
  }, [message]);
  return (
    <div class="toast" role="status">
      {message}
    </div>
  );
}
