/**
 * A ProwJob under the names that its Go struct has (`.Spec.Refs.BaseRef`, `.Status.BuildID`), for URL and report templates.
 *
 * Absent pointers are nil, absent scalars zero values, and a name that the struct lacks fails, as in Prow. Pod specs and
 * other foreign objects answer to the Go spelling of any JSON key and have no fixed set of names.
 */
import type { ProwJob } from '../../domain/prowjob.ts';
import { refsText } from '../refs-text.ts';
import { goValue, nilPointer, type StructValue, type Value } from './value.ts';

type GoType =
  | 'string'
  | 'int'
  | 'bool'
  | 'time'
  /** A struct whose only use is its text, such as a duration. */
  | 'text'
  /** A foreign object. */
  | 'object'
  | { pointer: GoType; name?: string }
  | { list: GoType }
  | { map: GoType }
  | StructType;

interface StructType {
  struct: string;
  fields: Readonly<Record<string, Field>>;
  methods?: Readonly<Record<string, (json: Json) => Value>>;
}
/** The JSON key and type of a field; an embedded struct lends its fields, one without key lives in the same object. */
interface Field {
  key?: string;
  type: GoType;
  embedded?: true;
}
type Json = Readonly<Record<string, unknown>>;

const text = (key: string): Field => ({ key, type: 'string' });
const int = (key: string): Field => ({ key, type: 'int' });
const bool = (key: string): Field => ({ key, type: 'bool' });
const list = (key: string, of: GoType = 'string'): Field => ({ key, type: { list: of } });
const map = (key: string, of: GoType = 'string'): Field => ({ key, type: { map: of } });
const pointer = (key: string, to: GoType): Field => ({ key, type: { pointer: to } });
const secret: StructType = { struct: 'v1.Secret', fields: { Name: text('name'), Key: text('key') } };

const pull: StructType = {
  struct: 'v1.Pull',
  fields: {
    Number: int('number'),
    Author: text('author'),
    SHA: text('sha'),
    Title: text('title'),
    Ref: text('ref'),
    HeadRef: text('head_ref'),
    Link: text('link'),
    CommitLink: text('commit_link'),
    AuthorLink: text('author_link'),
  },
};

const refs: StructType = {
  struct: 'v1.Refs',
  fields: {
    Org: text('org'),
    Repo: text('repo'),
    RepoLink: text('repo_link'),
    BaseRef: text('base_ref'),
    BaseSHA: text('base_sha'),
    BaseLink: text('base_link'),
    Pulls: list('pulls', pull),
    PathAlias: text('path_alias'),
    WorkDir: bool('workdir'),
    Auxiliary: bool('auxiliary'),
    CloneURI: text('clone_uri'),
    SkipSubmodules: bool('skip_submodules'),
    CloneDepth: int('clone_depth'),
    SkipFetchHead: bool('skip_fetch_head'),
    BloblessFetch: pointer('blobless_fetch', 'bool'),
    SparseCheckoutFiles: list('sparse_checkout_files'),
  },
  methods: {
    String: (json) => refsText({ org: '', repo: '', ...json }),
    OrgRepoString: (json) => [json['org'], json['repo']].filter(Boolean).join('/'),
  },
};

const decorationConfig: StructType = {
  struct: 'v1.DecorationConfig',
  fields: {
    Timeout: pointer('timeout', 'text'),
    GracePeriod: pointer('grace_period', 'text'),
    UtilityImages: pointer('utility_images', {
      struct: 'v1.UtilityImages',
      fields: {
        CloneRefs: text('clonerefs'),
        InitUpload: text('initupload'),
        Entrypoint: text('entrypoint'),
        Sidecar: text('sidecar'),
      },
    }),
    Resources: pointer('resources', 'object'),
    GCSConfiguration: pointer('gcs_configuration', {
      struct: 'v1.GCSConfiguration',
      fields: {
        Bucket: text('bucket'),
        PathPrefix: text('path_prefix'),
        PathStrategy: text('path_strategy'),
        DefaultOrg: text('default_org'),
        DefaultRepo: text('default_repo'),
        MediaTypes: map('mediaTypes'),
        JobURLPrefix: text('job_url_prefix'),
        LocalOutputDir: text('local_output_dir'),
        CompressFileTypes: list('compress_file_types'),
      },
    }),
    GCSCredentialsSecret: pointer('gcs_credentials_secret', 'string'),
    S3CredentialsSecret: pointer('s3_credentials_secret', 'string'),
    DefaultServiceAccountName: pointer('default_service_account_name', 'string'),
    SSHKeySecrets: list('ssh_key_secrets'),
    SSHHostFingerprints: list('ssh_host_fingerprints'),
    BloblessFetch: pointer('blobless_fetch', 'bool'),
    SparseCheckoutFiles: list('sparse_checkout_files'),
    SkipCloning: pointer('skip_cloning', 'bool'),
    CookiefileSecret: pointer('cookiefile_secret', 'string'),
    OauthTokenSecret: pointer('oauth_token_secret', secret),
    GitHubAPIEndpoints: list('github_api_endpoints'),
    GitHubAppID: text('github_app_id'),
    GitHubAppPrivateKeySecret: pointer('github_app_private_key_secret', secret),
    CensorSecrets: pointer('censor_secrets', 'bool'),
    CensoringOptions: pointer('censoring_options', {
      struct: 'v1.CensoringOptions',
      fields: {
        CensoringConcurrency: pointer('censoring_concurrency', 'int'),
        CensoringBufferSize: pointer('censoring_buffer_size', 'int'),
        IncludeDirectories: list('include_directories'),
        ExcludeDirectories: list('exclude_directories'),
        MinimumSecretLength: pointer('minimum_secret_length', 'int'),
      },
    }),
    UploadIgnoresInterrupts: pointer('upload_ignores_interrupts', 'bool'),
    SetLimitEqualsMemoryRequest: pointer('set_limit_equals_memory_request', 'bool'),
    DefaultMemoryRequest: pointer('default_memory_request', 'text'),
    SchedulingOptions: pointer('scheduling_options', 'object'),
    PodPendingTimeout: pointer('pod_pending_timeout', 'text'),
    PodRunningTimeout: pointer('pod_running_timeout', 'text'),
    PodUnscheduledTimeout: pointer('pod_unscheduled_timeout', 'text'),
    RunAsUser: pointer('run_as_user', 'int'),
    RunAsGroup: pointer('run_as_group', 'int'),
    FsGroup: pointer('fs_group', 'int'),
  },
};

const spec: StructType = {
  struct: 'v1.ProwJobSpec',
  fields: {
    Type: text('type'),
    Agent: text('agent'),
    Cluster: text('cluster'),
    Namespace: text('namespace'),
    Job: text('job'),
    Refs: pointer('refs', refs),
    ExtraRefs: list('extra_refs', refs),
    Report: bool('report'),
    Context: text('context'),
    RerunCommand: text('rerun_command'),
    MaxConcurrency: int('max_concurrency'),
    ErrorOnEviction: bool('error_on_eviction'),
    PodSpec: pointer('pod_spec', 'object'),
    JenkinsSpec: pointer('jenkins_spec', {
      struct: 'v1.JenkinsSpec',
      fields: { GitHubBranchSourceJob: bool('github_branch_source_job') },
    }),
    PipelineRunSpec: pointer('pipeline_run_spec', 'object'),
    TektonPipelineRunSpec: pointer('tekton_pipeline_run_spec', 'object'),
    DecorationConfig: pointer('decoration_config', decorationConfig),
    ReporterConfig: pointer('reporter_config', {
      struct: 'v1.ReporterConfig',
      fields: {
        Slack: pointer('slack', {
          struct: 'v1.SlackReporterConfig',
          fields: {
            Host: text('host'),
            Channel: text('channel'),
            JobStatesToReport: list('job_states_to_report'),
            ReportTemplate: text('report_template'),
            Report: pointer('report', 'bool'),
          },
        }),
      },
    }),
    RerunAuthConfig: pointer('rerun_auth_config', {
      struct: 'v1.RerunAuthConfig',
      fields: {
        AllowAnyone: bool('allow_anyone'),
        GitHubTeamIDs: list('github_team_ids', 'int'),
        GitHubTeamSlugs: list('github_team_slugs', {
          struct: 'v1.GitHubTeamSlug',
          fields: { Slug: text('slug'), Org: text('org') },
        }),
        GitHubUsers: list('github_users'),
        GitHubOrgs: list('github_orgs'),
      },
    }),
    Hidden: bool('hidden'),
    ProwJobDefault: pointer('prowjob_defaults', {
      struct: 'v1.ProwJobDefault',
      fields: {
        ResultStoreConfig: pointer('resultstore_config', {
          struct: 'v1.ResultStoreConfig',
          fields: { ProjectID: text('project_id') },
        }),
        TenantID: text('tenant_id'),
      },
    }),
    JobQueueName: text('job_queue_name'),
  },
};

const status: StructType = {
  struct: 'v1.ProwJobStatus',
  fields: {
    StartTime: { key: 'startTime', type: 'time' },
    PendingTime: pointer('pendingTime', 'time'),
    CompletionTime: pointer('completionTime', 'time'),
    State: text('state'),
    Description: text('description'),
    URL: text('url'),
    PodRevivalCount: int('pod_revival_count'),
    PodName: text('pod_name'),
    BuildID: text('build_id'),
    JenkinsBuildID: text('jenkins_build_id'),
    PrevReportStates: map('prev_report_states'),
  },
};

const prowJob: StructType = {
  struct: 'v1.ProwJob',
  fields: {
    TypeMeta: {
      type: { struct: 'v1.TypeMeta', fields: { Kind: text('kind'), APIVersion: text('apiVersion') } },
      embedded: true,
    },
    ObjectMeta: {
      key: 'metadata',
      type: {
        struct: 'v1.ObjectMeta',
        fields: {
          Name: text('name'),
          GenerateName: text('generateName'),
          Namespace: text('namespace'),
          UID: text('uid'),
          ResourceVersion: text('resourceVersion'),
          Generation: int('generation'),
          CreationTimestamp: { key: 'creationTimestamp', type: 'time' },
          DeletionTimestamp: pointer('deletionTimestamp', 'time'),
          Labels: map('labels'),
          Annotations: map('annotations'),
          Finalizers: list('finalizers'),
        },
      },
      embedded: true,
    },
    Spec: { key: 'spec', type: spec },
    Status: { key: 'status', type: status },
  },
  methods: {
    Complete: (json) => objectAt(json, 'status')['completionTime'] !== undefined,
    ClusterAlias: (json) => goValue(objectAt(json, 'spec')['cluster'] || 'default'),
  },
};

/** An empty object gives what Go's `ProwJob{}` gives: Slack templates are tried on one at load (spec 1.4). */
export function prowJobView(job: Partial<ProwJob>): Value {
  return { kind: 'pointer', type: prowJob.struct, to: view(prowJob, job) };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function objectAt(json: Json, key: string): Json {
  const value = json[key];
  return isObject(value) ? value : {};
}

function view(type: GoType, json: unknown): Value {
  switch (type) {
    case 'string':
      return typeof json === 'string' ? json : '';
    case 'int':
      return typeof json === 'number' && Number.isInteger(json) ? BigInt(json) : 0n;
    case 'bool':
      return json === true;
    case 'time':
      return textStruct('v1.Time', typeof json === 'string' ? goTime(json) : '0001-01-01 00:00:00 +0000 UTC');
    case 'text':
      return textStruct('v1.Duration', typeof json === 'string' ? json : '0s');
    case 'object':
      return foreignView(json);
  }
  if ('pointer' in type) {
    if (json === undefined || json === null) return nilPointer(nameOf(type.pointer));
    return { kind: 'pointer', type: nameOf(type.pointer), to: view(type.pointer, json) };
  }
  if ('list' in type) {
    const items = Array.isArray(json) ? json.map((item) => view(type.list, item)) : [];
    return { kind: 'list', items, isNil: !Array.isArray(json) };
  }
  if ('map' in type) {
    const entries = isObject(json) ? Object.entries(json) : [];
    const zero = view(type.map, undefined);
    return {
      kind: 'map',
      entries: new Map(entries.map(([key, value]) => [key, view(type.map, value)])),
      isNil: !isObject(json),
      zero,
    };
  }
  return structView(type, isObject(json) ? json : {});
}

function nameOf(type: GoType): string {
  if (typeof type === 'string') return type === 'time' ? 'v1.Time' : type;
  return 'struct' in type ? type.struct : 'object';
}

function structView(type: StructType, json: Json): StructValue {
  const own = (name: string): Field | undefined => (Object.hasOwn(type.fields, name) ? type.fields[name] : undefined);
  // Kept, so that two looks at one field give one pointer.
  const seen = new Map<Field, Value>();
  const read = (field: Field): Value => {
    if (!seen.has(field)) seen.set(field, view(field.type, field.key === undefined ? json : json[field.key]));
    return seen.get(field);
  };
  /** The embedded struct that lends the field, if one does. */
  const lender = (name: string): StructValue | undefined => {
    for (const field of Object.values(type.fields)) {
      if (!field.embedded) continue;
      const value = read(field);
      if (typeof value === 'object' && value.kind === 'struct' && value.hasField(name)) return value;
    }
    return undefined;
  };
  return {
    kind: 'struct',
    type: type.struct,
    fieldNames: Object.keys(type.fields),
    hasField: (name) => own(name) !== undefined || lender(name) !== undefined,
    field(name) {
      const field = own(name);
      return field ? read(field) : lender(name)?.field(name);
    },
    method(name) {
      const method = type.methods && Object.hasOwn(type.methods, name) ? type.methods[name] : undefined;
      return method && (() => method(json));
    },
  };
}

/** A struct that is only ever printed. */
function textStruct(type: string, value: string): StructValue {
  return {
    kind: 'struct',
    type,
    fieldNames: [],
    hasField: () => false,
    field: () => undefined,
    method: (name) => (name === 'String' ? () => value : undefined),
  };
}

/** `2026-08-22T10:00:00Z` as Go prints a time: `2026-08-22 10:00:00 +0000 UTC`. */
function goTime(rfc3339: string): string {
  return `${rfc3339.replace('T', ' ').replace(/(?:\.\d+)?Z$/, '')} +0000 UTC`;
}

/** JSON of a type whose fields are not listed here: names are matched without regard to case, absent ones are missing values. */
function foreignView(json: unknown): Value {
  if (Array.isArray(json)) return { kind: 'list', items: json.map(foreignView), isNil: false };
  if (typeof json !== 'object' || json === null) return goValue(json);
  const entries = Object.entries(json);
  const find = (name: string) => entries.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  return {
    kind: 'struct',
    type: 'object',
    fieldNames: entries.map(([key]) => key),
    hasField: () => true,
    field: (name) => foreignView(find(name)),
    method: () => undefined,
  };
}
