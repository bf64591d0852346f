/**
 * Histories as JSON, as the Temporal CLI and UI write them. The SDK's `historyToJSON` does the same where npm installs one copy of
 * protobufjs; with several, its converter does not know the types of `@temporalio/proto`, so the copy of that package is asked.
 */
import { createRequire } from 'node:module';

interface History {
  events?: unknown[];
}
interface ProtoJson {
  toJson: (type: unknown, message: unknown) => unknown;
  fromJson: (type: unknown, json: unknown, options: { ignoreUnknownFields: boolean }) => History;
}
interface Root {
  lookupType(name: string): { fromObject: (value: object) => unknown };
}

const fromHere = createRequire(import.meta.url);
const ofCommon = createRequire(fromHere.resolve('@temporalio/common'));
const protoPath = ofCommon.resolve('@temporalio/proto');
const ofProto = createRequire(protoPath);
const { toJson, fromJson } = ofProto('protobufjs/ext/protojson') as ProtoJson;
const { patchProtobufRoot } = ofProto('@temporalio/proto/lib/patch-protobuf-root') as {
  patchProtobufRoot: (root: unknown) => Root;
};
const historyType = patchProtobufRoot(ofCommon('@temporalio/proto')).lookupType('temporal.api.history.v1.History');

export function historyToJson(history: object): unknown {
  return toJson(historyType, historyType.fromObject(history));
}

export function historyFromJson(json: unknown): History {
  return fromJson(historyType, json, { ignoreUnknownFields: true });
}
