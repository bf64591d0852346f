/** The text that the configuration adds to report comments (spec plugins-community.md B.2.4, 9). */
import type { Plank } from '../../domain/main-config.ts';
import type { ProwJob } from '../../domain/prowjob.ts';
import type { RepoName } from '../../domain/review/item.ts';
import { executeTemplate } from '../gotemplate/execute-template.ts';
import { parseTemplate } from '../gotemplate/parse-template.ts';
import { prowJobView } from '../gotemplate/prowjob-view.ts';

/** That of the repository, else of its organisation, else of all; never merged. */
export function reportTemplateFor(
  { report_templates: templates = {} }: Pick<Plank, 'report_templates'>,
  { org, repo }: RepoName,
): string | undefined {
  const key = [`${org}/${repo}`, org, '*'].find((one) => Object.hasOwn(templates, one));
  return key === undefined ? undefined : templates[key] || undefined;
}

/** Throws TemplateError where the template cannot be executed on this ProwJob. */
export function renderReportTemplate(template: string, prowJob: ProwJob): string {
  return executeTemplate(parseTemplate(template), prowJobView(prowJob));
}
