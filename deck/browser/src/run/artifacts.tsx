/** What a run left behind. */
import type { ArtifactLink } from '../../../api.ts';
import { formatCount, formatSize } from '../shared/format.ts';
import { Icon } from '../shared/icon.tsx';

export function Artifacts({ artifacts, hasEnded }: { artifacts: readonly ArtifactLink[]; hasEnded: boolean }) {
  return (
    <section class="artifacts" aria-labelledby="artifacts-title">
      <h2 id="artifacts-title">
        Artifacts {artifacts.length > 0 && <span class="muted">{formatCount(artifacts.length)}</span>}
      </h2>
      {artifacts.length === 0 ? (
        <p class="muted">{hasEnded ? 'This run left no files.' : 'Files appear here when the run has ended.'}</p>
      ) : (
        <ul>
          {artifacts.map(({ name, size, href }) => (
            <li key={name}>
              <a href={href}>
                <Icon name="file" />
                <span>{name}</span>
              </a>
              <span class="muted">{formatSize(size)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
