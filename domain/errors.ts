/**
 * The catalogue of failure types (`ApplicationFailure.type`), recognised by type and never by message.
 *
 * A failing test is a successful activity: outcomes the system is meant to know are returned values. These are for
 * "could not find out" and "must not go on".
 */
export const failureTypes = {
  SpecInvalid: { retry: false, text: 'The ProwJob cannot be run as specified.' },
  ConfigInvalid: { retry: false, text: 'The configuration does not allow this.' },
  MessageInvalid: { retry: false, text: 'A signal, update or start argument is malformed.' },
  JobNotFound: { retry: false, text: 'No such job, ProwJob or periodic is known.' },
  PodRejected: { retry: false, text: 'The build cluster refuses the pod.' },
  PodNotOurs: { retry: false, text: 'A pod of that name exists that is not ours.' },
  ClusterUnavailable: { retry: true, text: 'The build cluster cannot be reached.' },
  StorageUnavailable: { retry: true, text: 'Blob storage cannot be written or read.' },
  HostUnavailable: { retry: true, text: 'The code host cannot be reached.' },
  NotCurrent: { retry: true, text: 'The worker has not loaded this configuration generation yet.' },
} as const satisfies Record<string, { retry: boolean; text: string }>;

export type FailureType = keyof typeof failureTypes;
