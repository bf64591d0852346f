/**
 * The `deck` section (spec jobs.md 1.7 and 1.11).
 */
import { z } from 'zod';
import { RerunAuthConfig } from './job.ts';
import { anything, duration, flag, int, list, map, part, text, textMap, texts } from './kinds.ts';

const Lens = z.object({
  required_files: texts('Regular expressions; all must match a file.'),
  optional_files: texts('Regular expressions of files shown where they exist.'),
  lens: part(z.object({ name: text('Name of the lens.'), config: anything('Settings of the lens.') }), 'The lens.'),
  remote_config: part(
    z.object({
      endpoint: text('Address of the lens.'),
      static_root: text('Address of its files.'),
      title: text('Heading.'),
      priority: int('Lower comes first.'),
      hide_title: flag('Hide the heading once loaded.'),
    }),
    'Where a lens outside this process is.',
  ),
});

const Spyglass = z.object({
  lenses: list(Lens, 'Viewers of artifacts.'),
  viewers: map(z.array(z.string()), 'Older form of lenses.'),
  size_limit: int('Largest artifact that is read whole, in bytes; 100000000 by default.'),
  gcs_browser_prefix: text('Link to a browser of the bucket.'),
  gcs_browser_prefixes: textMap('The same by *, org or org/repo.'),
  gcs_browser_prefixes_by_bucket: textMap('The same by * or bucket.'),
  announcement: text('HTML template shown above each page.'),
  testgrid_config: text("Location of TestGrid's configuration."),
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
  tide_update_period: duration('How often the state of tide is read; 10s by default.'),
  hidden_repos: texts('Organisations and repositories that are not shown.'),
  external_agent_logs: list(ExternalAgentLog, 'Logs of other agents.'),
  branding: part(Branding, 'Look.'),
  google_analytics: text('Tracking code.'),
  rerun_auth_configs: map(RerunAuthConfig, 'Who may rerun and abort, by *, org or org/repo.'),
  default_rerun_auth_configs: list(RerunAuthEntry, 'The same as a list; the last match counts.'),
  skip_storage_path_validation: flag('Only an explicit false restricts artifacts to known buckets.'),
  additional_allowed_buckets: texts('Further buckets; needs skip_storage_path_validation: false.'),
});
