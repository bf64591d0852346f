/** docs/reference/config.md, from the schemas in `config/schema/` and the defaults that loading fills in. */
import { z } from 'zod';
import { defaultPeriodic, defaultPostsubmit, defaultPresubmit } from '../../config/job-defaults.ts';
import { mainWithDefaults } from '../../config/main-defaults.ts';
import { pluginsWithDefaults } from '../../config/plugin-defaults.ts';
import { DecorationConfig, GcsConfiguration } from '../../config/schema/decoration.ts';
import {
  jobFileShape,
  Periodic,
  Postsubmit,
  Preset,
  Presubmit,
  ProwJobDefaults,
  RerunAuthConfig,
  SlackReporterConfig,
} from '../../config/schema/job.ts';
import { prowShape } from '../../config/schema/main.ts';
import { PluginsFile } from '../../config/schema/plugins.ts';
import { Pull, Refs } from '../../config/schema/refs.ts';
import { keyRows, objectBelow, type KeyRow, type WalkOptions } from './config-keys.ts';
import { code, generatedFrom, page, table } from './markdown.ts';

type Shape = Readonly<Record<string, z.core.$ZodType>>;

/** Objects that several keys hold: a section each. */
const shared: readonly [title: string, schema: z.ZodObject, intro: string][] = [
  ['Preset', Preset, 'Settings that jobs get by their labels.'],
  ['Refs', Refs, 'A repository to clone, as `extra_refs` and requests to start a job have it.'],
  ['Pull', Pull, 'A pull request merged onto the base.'],
  [
    'Decoration',
    DecorationConfig,
    'How a job is given clone, log and artifacts. The defaults of unset keys are those of the configuration; ' +
      'what nobody sets is as the meaning says.',
  ],
  ['Storage', GcsConfiguration, 'Where results are stored, and under which paths.'],
  ['Rerun rules', RerunAuthConfig, 'Who may rerun and abort.'],
  ['Slack report', SlackReporterConfig, 'One Slack message.'],
  ['ProwJob defaults', ProwJobDefaults, 'Fields of the ProwJob that are no business of the run.'],
];
const jobKinds: readonly [title: string, schema: z.ZodObject, intro: string][] = [
  ['Presubmit', Presubmit, 'A job for pull requests, below `presubmits.<org/repo>`; also the keys of all jobs.'],
  ['Postsubmit', Postsubmit, 'A job for pushes, below `postsubmits.<org/repo>`; also the keys of all jobs.'],
  ['Periodic', Periodic, 'A job that runs by the clock, below `periodics`; also the keys of all jobs.'],
];

export interface ConfigReference {
  text: string;
  /** Keys that lack a description in the schema. */
  undescribed: string[];
  rows: number;
}

export function configReference(): ConfigReference {
  const undescribed: string[] = [];
  const named = new Map([...shared, ...jobKinds].map(([title, schema]) => [schema, title] as const));
  let count = 0;
  const rowsOf = (shape: Shape, prefix = '', defaultOf?: WalkOptions['defaultOf']) => {
    const rows = keyRows(shape, prefix, { named, undescribed, ...(defaultOf && { defaultOf }) });
    count += rows.length;
    return rows;
  };

  const main = mainWithDefaults({});
  const plugins = pluginsWithDefaults({}, '');
  const mainDefault = (path: readonly string[]) => at(main, path);
  const hasSection = (schema: z.core.$ZodType) => {
    const below = objectBelow(schema);
    return below !== undefined && !named.has(below.object);
  };
  const top = Object.entries(prowShape);
  const plain = Object.fromEntries(top.filter(([, schema]) => !hasSection(schema)));
  const sections = top
    .filter(([, schema]) => hasSection(schema))
    .map(([name, schema]) => {
      const [own, ...rows] = rowsOf({ [name]: schema }, '', mainDefault);
      return [`### ${name}`, own?.meaning ?? '', keyTable(rows)].join('\n\n');
    });

  const kinds = jobKinds.map(([title, schema, intro]) => ({
    title,
    intro,
    shape: schema.shape,
    defaults: jobDefaults(title),
  }));
  const [first, ...others] = kinds;
  const isCommon = (name: string) => others.every(({ shape }) => name in shape);
  const common = Object.fromEntries(Object.entries(first?.shape ?? {}).filter(([name]) => isCommon(name)));
  const kindParts = kinds.flatMap(({ title, intro, shape, defaults }) => {
    const own = Object.fromEntries(Object.entries(shape).filter(([name]) => !isCommon(name)));
    return [`### ${title}`, intro, keyTable(rowsOf(own, '', (path) => at(defaults, path)))];
  });

  const text = page(
    generatedFrom('config/schema/'),
    '# Configuration keys',
    "Every key that is read. Names and meaning are Prow's unless a key says otherwise; [configuration](../configuration.md) " +
      'tells how files are found, combined and checked, and what differs. Paths are written with `.` for keys, `[]` for the ' +
      'entries of lists and `<name>` for the keys of maps. `*`, org and org/repo as keys of a map mean: all repositories, those ' +
      "of an organisation, one. Kubernetes' own types take all keys that Kubernetes has. An empty default means unset.",
    '## Main file',
    'Settings of the main file (`--config-path`), which may hold the keys of [job files](#job-files) as well.',
    '### Top level',
    keyTable(rowsOf(plain, '', mainDefault)),
    ...sections,
    '## Job files',
    keyTable(rowsOf(jobFileShape, '', mainDefault)),
    '## Jobs',
    '### All jobs',
    keyTable(rowsOf(common, '', (path) => at(first?.defaults, path))),
    ...kindParts,
    '## Plugins file',
    'What `--plugin-config` names: `plugins.yaml` in Prow. Options of plugins that do not exist here are without effect.',
    keyTable(rowsOf(PluginsFile.shape, '', (path) => at(plugins, path))),
    '## Parts',
    ...shared.flatMap(([title, schema, intro]) => [`### ${title}`, intro, keyTable(rowsOf(schema.shape))]),
  );
  return { text, undescribed, rows: count };
}

function keyTable(rows: readonly KeyRow[]): string {
  return table(
    ['Key', 'Type', 'Default', 'Meaning'],
    rows.map(({ key, type, default: value, meaning }) => [code(key), type, value, meaning]),
  );
}

/** What loading makes of a job that sets nothing but its name. */
function jobDefaults(kind: string): unknown {
  const defaults = { main: mainWithDefaults({}), presets: [] };
  const ignore = () => undefined;
  const name = '<name>';
  if (kind === 'Periodic') {
    const job = { name };
    defaultPeriodic(job, defaults, ignore);
    return nameless(job);
  }
  const job = { name };
  if (kind === 'Presubmit') defaultPresubmit(job, 'org/repo', defaults, ignore);
  else defaultPostsubmit(job, 'org/repo', defaults, ignore);
  return nameless(job);
}

function nameless({ name: _name, ...rest }: { name: string }): Record<string, unknown> {
  return rest;
}

function at(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const part of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, part);
  }
  return found;
}
