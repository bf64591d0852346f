/**
 * The container that clones the repositories of a run, and the volumes it needs (spec jobs.md 5.9, 5.11).
 */
import type { Container, DecorationConfig, Refs, Volume, VolumeMount } from '../../domain/job-config.ts';
import { cookieFile, githubAppKey, oauthToken, sshKeys, type Credential } from './clone-credentials.ts';
import { cloneLog, codeMount, emptyVolume, logsMount } from './mounts.ts';
import { utilityContainer } from './utility-container.ts';

const gitUserName = 'ci-robot';
const gitUserEmail = 'ci-robot@k8s.io';
const publicGitHubApi = 'https://api.github.com';
/** Scratch space, for the list of known hosts among others. */
const tmpMount: VolumeMount = { name: 'clonerefs-tmp', mountPath: '/tmp' };

export interface Clonerefs {
  container: Container;
  volumes: Volume[];
}

/** `refs` are those that are cloned, at least one. */
export function clonerefs(job: string, decoration: DecorationConfig, refs: readonly Refs[]): Clonerefs {
  const keys = sshKeys(decoration);
  const token = oauthToken(decoration);
  const appKey = githubAppKey(decoration);
  const cookies = cookieFile(decoration);
  const before = [...keys, token, appKey].filter((one): one is Credential => one !== undefined);
  const options = {
    src_root: codeMount.mountPath,
    log: cloneLog,
    git_user_name: gitUserName,
    git_user_email: gitUserEmail,
    refs,
    ...(keys.length > 0 && { key_files: keys.map(({ path }) => path) }),
    ...(token && { oauth_token_file: token.path }),
    ...(decoration.ssh_host_fingerprints?.length && { host_fingerprints: decoration.ssh_host_fingerprints }),
    ...(cookies && { cookie_path: cookies.path }),
    github_api_endpoints: decoration.github_api_endpoints?.length ? decoration.github_api_endpoints : [publicGitHubApi],
    ...(decoration.github_app_id && { github_app_id: decoration.github_app_id }),
    ...(appKey && { github_app_private_key_file: appKey.path }),
  };
  return {
    container: utilityContainer(job, 'clonerefs', decoration, {
      args: cookies ? [`--cookiefile=${cookies.path}`] : [],
      env: { CLONEREFS_OPTIONS: JSON.stringify(options) },
      volumeMounts: [
        logsMount,
        codeMount,
        ...before.map(({ mount }) => mount),
        tmpMount,
        ...(cookies ? [cookies.mount] : []),
      ],
    }),
    volumes: [
      ...before.map(({ volume }) => volume),
      emptyVolume(tmpMount.name),
      ...(cookies ? [cookies.volume] : []),
      emptyVolume(codeMount.name),
    ],
  };
}
