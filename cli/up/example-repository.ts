/**
 * The git repository that the shipped example clones: made in the data directory at first start from the files in
 * `config/example/repository`, so that the example needs no network.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Where the example's job file expects it, given to jobs as `${BOWSPRIT_EXAMPLE_REPOSITORY}`. */
export function exampleRepositoryPath(dataDir: string): string {
  return join(dataDir, 'example-repository');
}

export function ensureExampleRepository(dataDir: string, source: string): void {
  const path = exampleRepositoryPath(dataDir);
  if (existsSync(path)) return;
  const temporary = `${path}.new`;
  rmSync(temporary, { recursive: true, force: true });
  cpSync(source, temporary, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: temporary,
      stdio: 'pipe',
      env: {
        ...process.env,
        GIT_AUTHOR_NAME: 'Bowsprit',
        GIT_AUTHOR_EMAIL: 'bowsprit@localhost',
        GIT_COMMITTER_NAME: 'Bowsprit',
        GIT_COMMITTER_EMAIL: 'bowsprit@localhost',
      },
    });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('-c', 'commit.gpgsign=false', 'commit', '--quiet', '--message=An example to test');
  renameSync(temporary, path);
}
