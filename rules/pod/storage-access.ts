/**
 * How initupload and sidecar reach the storage of results: their common options, the mounts they get and the volumes behind
 * those (spec jobs.md 5.9, 5.12).
 */
import type { DecorationConfig, GcsConfiguration, Volume, VolumeMount } from '../../domain/job-config.ts';
import { gcsCredentialsMount, outputMount, s3CredentialsMount } from './mounts.ts';

/** Options of both programs. */
export interface StorageOptions extends GcsConfiguration {
  gcs_credentials_file?: string;
  s3_credentials_file?: string;
  dry_run: boolean;
}

export interface StorageAccess {
  options: StorageOptions;
  /** To the secrets with the credentials. */
  credentials: { mounts: VolumeMount[]; volumes: Volume[] };
  /** To a folder of the node, instead. */
  output: { mounts: VolumeMount[]; volumes: Volume[] };
}

const credentialsFile = 'service-account.json';
const nothing = () => ({ mounts: [], volumes: [] });

/** With `localOutputDir`, a folder of the node, results are copied there and no credentials are needed. */
export function storageAccess(decoration: DecorationConfig, localOutputDir?: string): StorageAccess {
  const storage = decoration.gcs_configuration;
  if (localOutputDir) {
    return {
      options: { ...storage, local_output_dir: outputMount.mountPath, dry_run: false },
      credentials: nothing(),
      output: { mounts: [outputMount], volumes: [{ name: outputMount.name, hostPath: { path: localOutputDir } }] },
    };
  }
  const { gcs_credentials_secret: gcs, s3_credentials_secret: s3 } = decoration;
  const secrets = [
    ...(gcs ? [{ mount: gcsCredentialsMount, secretName: gcs }] : []),
    ...(s3 ? [{ mount: s3CredentialsMount, secretName: s3 }] : []),
  ];
  return {
    options: {
      ...storage,
      ...(gcs && { gcs_credentials_file: `${gcsCredentialsMount.mountPath}/${credentialsFile}` }),
      ...(s3 && { s3_credentials_file: `${s3CredentialsMount.mountPath}/${credentialsFile}` }),
      dry_run: false,
    },
    credentials: {
      mounts: secrets.map(({ mount }) => mount),
      volumes: secrets.map(({ mount, secretName }) => ({ name: mount.name, secret: { secretName } })),
    },
    output: nothing(),
  };
}
