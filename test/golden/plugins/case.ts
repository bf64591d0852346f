/** A case of `<plugin>.jsonl` (golden data, plugins/README.md): a world, an event, and what the plugin does. */

export interface CaseItem {
  isPR: boolean;
  number: number;
  title: string;
  body: string;
  author: string;
  authorType?: 'User' | 'Bot';
  state?: 'open' | 'closed';
  assignees?: string[];
  base?: string;
  headRef?: string;
  headTree?: string;
  draft?: boolean;
  merged?: boolean;
  mergeable?: boolean | null;
  requestedReviewers?: string[];
  files?: { path: string; status: string; additions: number; deletions: number; patch?: string; previous?: string }[];
  commits?: { sha: string; message: string; author?: string; parents?: number }[];
}

export interface CaseState {
  item: CaseItem;
  labels?: string[];
  repoLabels?: string[];
  collaborators?: string[];
  members?: Record<string, string[]>;
  permissions?: Record<string, string>;
  teams?: Record<string, { name?: string; members: string[] }>;
  comments?: { id: number; author: string; type?: 'User' | 'Bot'; body: string; edited?: boolean }[];
  reviews?: { author: string; type?: 'User' | 'Bot'; state: string; body?: string }[];
  statuses?: { context: string; state: string; description?: string }[];
  labelEvents?: { label: string; actor?: string }[];
  milestones?: Record<string, number>;
  baseFiles?: Record<string, string>;
  headFiles?: Record<string, string | null>;
  notAssignable?: string[];
  notReviewable?: string[];
  busy?: string[];
  search?: unknown[];
  requiredContexts?: string[];
  otherItems?: Record<string, { labels: string[] }>;
  activeJobs?: { id: string; job: string; state: string; pull?: number; type?: string }[];
  reopenFails?: boolean;
  /** Not in golden data, which knows token authentication only. */
  isApp?: boolean;
  checkRuns?: { name: string; completed: boolean; conclusion?: string }[];
}

export interface CaseEvent {
  type: string;
  action?: string;
  body?: string;
  author?: string;
  authorType?: 'User' | 'Bot';
  sender?: string;
  label?: string;
  reviewState?: string;
  changes?: {
    title?: { from: string };
    body?: { from: string };
    base?: { ref?: { from: string }; sha?: { from: string } };
  };
  context?: string;
  state?: string;
  description?: string;
  sha?: string;
  ref?: string;
  pushFiles?: string[];
  deleted?: boolean;
}

export interface PluginCase {
  plugin: string;
  name: string;
  config?: Record<string, unknown>;
  prow?: Record<string, unknown>;
  concurrentHandlers?: boolean;
  state: CaseState;
  event: CaseEvent;
  effects: Record<string, unknown>;
}
