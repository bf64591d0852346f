/**
 * Repositories and pulls as jobs name them (spec jobs.md 2.3).
 */
import { z } from 'zod';
import { flag, int, list, text, texts } from './kinds.ts';

export const Pull = z.object({
  number: z.int().meta({ description: 'Number of the pull request.' }),
  author: z.string().meta({ description: 'Login of its author.' }),
  sha: z.string().meta({ description: 'Head commit.' }),
  title: text('Title.'),
  ref: text('Ref to fetch instead of the SHA, for hosts that do not serve pull/<n>/head.'),
  head_ref: text('Name of the source branch.'),
  link: text('Page of the pull request.'),
  commit_link: text('Page of the head commit.'),
  author_link: text('Page of the author.'),
});

export const Refs = z.object({
  org: z.string().meta({ description: 'Organisation or user that owns the repository.' }),
  repo: z.string().meta({ description: 'Name of the repository.' }),
  repo_link: text('Page of the repository.'),
  base_ref: text('Branch or tag to check out.'),
  base_sha: text('Commit to check out; the tip of base_ref by default.'),
  base_link: text('Page of the base commit.'),
  pulls: list(Pull, 'Pull requests merged onto the base, in order.'),
  path_alias: text('Import path below GOPATH/src to clone to, instead of github.com/<org>/<repo>.'),
  workdir: flag('The job starts in this repository; else in the first one.'),
  auxiliary: flag('Not taken as the version that was tested.'),
  clone_uri: text('URI to clone from, instead of the one made of org and repo.'),
  skip_submodules: flag('Do not check out submodules.'),
  clone_depth: int('Number of commits to fetch; 0 means all.'),
  skip_fetch_head: flag('Fetch only what is needed, not the tips of all branches.'),
  blobless_fetch: flag('Fetch file contents only when they are needed.'),
  sparse_checkout_files: texts('Paths to check out; everything by default.'),
});
