/**
 * The catalogue of failure types (`ApplicationFailure.type`), recognised by type and never by message.
 *
 * A failing test is a successful activity: outcomes the system is meant to know are returned values. These are for
 * "could not find out" and "must not go on". docs/reference/failures.md is made from this table.
 */

export interface Failure {
  /** Whether the same call may succeed later: the activity is retried, with growing pauses, until its time is over. */
  retry: boolean;
  /** What has happened. */
  text: string;
  /** What an operator can do about it. */
  action: string;
}

export const failureTypes = {
  SpecInvalid: {
    retry: false,
    text: 'The ProwJob cannot be run as specified.',
    action:
      'The message names the job and what its executor cannot do. Change the job, or run it on an executor that can. The ProwJob ends with `error`.',
  },
  ConfigInvalid: {
    retry: false,
    text: 'The configuration does not allow this.',
    action:
      'The message says what is missing or ambiguous: a setting, a type, refs. Give it with the request or in the configuration.',
  },
  MessageInvalid: {
    retry: false,
    text: 'A signal, update or start argument is malformed.',
    action: 'Mend the caller. The message names the field; nothing was started.',
  },
  JobNotFound: {
    retry: false,
    text: 'No such job, ProwJob or periodic is known.',
    action:
      'Check the name with `bowsprit jobs list` or `bowsprit periodic list`; old ProwJobs are forgotten after sinker.max_prowjob_age.',
  },
  NotAbortable: {
    retry: false,
    text: 'The ProwJob has ended, or is being aborted already.',
    action: 'Nothing: it is over. The message says in which state it is.',
  },
  PodRejected: {
    retry: false,
    text: 'The build cluster refuses the pod.',
    action:
      "The message has the API server's words: a quota, an admission rule, a missing service account. The ProwJob ends with `error`.",
  },
  PodNotOurs: {
    retry: false,
    text: 'A pod of that name exists that is not ours.',
    action: 'Find out who made the pod; it is never touched. The ProwJob ends with `error`.',
  },
  PodNotGone: {
    retry: true,
    text: 'An earlier pod of the ProwJob is still being ended.',
    action: 'Nothing, unless it lasts: then a finalizer or a dead node keeps the pod; delete it by hand.',
  },
  ClusterUnknown: {
    retry: false,
    text: 'No build cluster has the alias that the job names.',
    action:
      'Correct `cluster` of the job, add the context to the kubeconfig, or name the cluster with --known-cluster where another worker serves it. The ProwJob ends with `error`.',
  },
  ClusterUnavailable: {
    retry: true,
    text: 'The build cluster cannot be reached.',
    action: 'Mend network, credentials or cluster. Waiting runs go on by themselves when it is back.',
  },
  StorageUnavailable: {
    retry: true,
    text: 'Blob storage cannot be written or read.',
    action:
      'Make room on the disk of the data directory, or mend the bucket. Results that wait are stored when it is back.',
  },
  HostUnavailable: {
    retry: true,
    text: 'The code host, or tot, cannot be reached.',
    action: 'Mend network or service. What waits goes on by itself when it is back.',
  },
  HostRateLimited: {
    retry: true,
    text: 'The code host wants us to wait: a rate limit is used up.',
    action:
      'Nothing: the call is made again when the host allows it. If it happens all the time, use a GitHub App, whose limits grow with the organisation.',
  },
  HostAuth: {
    retry: false,
    text: 'The code host does not accept our token or App.',
    action:
      'Renew the token, or mend the App: its key, its installation, its suspension. Files are read again by themselves.',
  },
  HostForbidden: {
    retry: false,
    text: 'The code host does not let our account do this.',
    action:
      'Give the account or App the permission that the message names; App permissions must be accepted by the organisation.',
  },
  HostNotFound: {
    retry: false,
    text: 'The code host knows nothing of this name, or hides it from our account.',
    action: 'Check the name in the message, and that our account may read it.',
  },
  HostValidation: {
    retry: false,
    text: 'The code host refuses the values of a request.',
    action: "The message has the host's words. The effect is recorded as refused; the others of its event are applied.",
  },
  PluginUnavailable: {
    retry: true,
    text: 'An external plugin cannot be reached, or says that it cannot work now.',
    action:
      'Mend the plugin, its endpoint in plugins.yaml, or the network. What waits is delivered when it is back, for a day.',
  },
  PayloadMissing: {
    retry: false,
    text: 'The bytes of a webhook are not in storage, or not the ones that came.',
    action: 'Have the webhook sent again at the code host, where an external plugin needs it.',
  },
  NotCurrent: {
    retry: true,
    text: 'The worker has not loaded this configuration generation yet.',
    action: 'Nothing, unless it lasts: then look in the log of that worker for a refused configuration.',
  },
  WorkerShutdown: {
    retry: true,
    text: 'The worker that watched a run is stopping.',
    action: 'Nothing: the next worker takes the run over. The run itself goes on.',
  },
} as const satisfies Record<string, Failure>;

export type FailureType = keyof typeof failureTypes;

/** Whether it is a failure that the same call may not meet again later. */
export function mayPass(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('type' in error) || typeof error.type !== 'string') return false;
  const { type } = error;
  return Object.hasOwn(failureTypes, type) && failureTypes[type as FailureType].retry;
}
