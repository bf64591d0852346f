/**
 * The `deck` section (spec jobs.md 1.7 and 1.11).
 */
import { z } from 'zod';
import { RerunAuthConfig } from './job.ts';
import { anything, duration, flag, int, list, map, part, text, textMap, texts } from './kinds.ts';

const Lens = z.object({
  required_files: texts('Regular expressions; each must match a file of the run, or the lens is not shown.'),
  optional_files: texts('Regular expressions of files shown where they exist.'),
  lens: part(
    z.object({ name: text('Name: buildlog, junit, metadata and others.'), config: anything('Its own settings.') }),
    'Which lens.',
  ),
  remote_config: part(
    z.object({
      endpoint: text('Address of the lens.'),
      static_root: text('Address of its files.'),
      title: text('Heading above the lens.'),
      priority: int('Place on the page: lower comes first.'),
      hide_title: flag('Hide the heading once the lens has loaded.'),
    }),
    'Where a lens outside this process is.',
  ),
});

const Spyglass = z.object({
  lenses: list(Lens, 'Viewers of logs and artifacts.'),
  viewers: map(z.array(z.string()), 'Older form of lenses: names of lenses by regular expression.'),
  size_limit: int('Largest artifact that is read whole, in bytes.'),
  gcs_browser_prefix: text(
    'URL of a page that shows the bucket; the path of the run is added. May not be combined with a `*` in the two keys below.',
  ),
  gcs_browser_prefixes: textMap('The same, by *, org or org/repo.'),
  gcs_browser_prefixes_by_bucket: textMap('The same, by * or bucket.'),
  announcement: text('HTML template shown above each page.'),
  testgrid_config: text("Storage path of TestGrid's configuration."),
  testgrid_root: text('Address of TestGrid.'),
  hide_pr_history_link: flag('Show no link to the history of the pull request.'),
  pr_history_link_template: text('Go template of that link.'),
  bucket_aliases: textMap('Names for buckets.'),
});

const ExternalAgentLog = z.object({
  agent: text('Agent whose logs are elsewhere.'),
  selector: text('Label selector of its ProwJobs.'),
  url_template: text('Go template over the ProwJob for the address of the log.'),
});

const Branding = z.object({
  logo: text('Address of the logo.'),
  favicon: text('Address of the icon.'),
  background_color: text('Colour of the background.'),
  header_color: text('Colour of the header.'),
});

export const RerunAuthEntry = z.object({
  repo: text('org or org/repo that it applies to; all by default.'),
  cluster: text('Build cluster that it applies to; all by default.'),
  rerun_auth_configs: part(RerunAuthConfig, 'Who may rerun and abort.'),
});

export const Deck = z.object({
  spyglass: part(Spyglass, 'Pages of single runs.'),
  tide_update_period: duration('How often the state of Tide is read.'),
  hidden_repos: texts(
    'Organisations and repositories whose jobs are hidden: shown only with --show-hidden or --hidden-only.',
  ),
  external_agent_logs: list(ExternalAgentLog, 'Where logs of other agents are.'),
  branding: part(Branding, 'Logo and colours.'),
  google_analytics: text('Tracking code. Without effect: the pages load nothing from elsewhere.'),
  rerun_auth_configs: map(
    RerunAuthConfig,
    'Older form of default_rerun_auth_configs: who may, by *, org or org/repo. Only one of the two may be used.',
  ),
  default_rerun_auth_configs: list(
    RerunAuthEntry,
    'Who may rerun and abort jobs. The last entry that fits a job counts alone; entries are not merged.',
  ),
  skip_storage_path_validation: flag('Only an explicit false restricts artifacts to the buckets of the configuration.'),
  additional_allowed_buckets: texts(
    'Buckets allowed besides those of the configuration; needs skip_storage_path_validation: false.',
  ),
});
