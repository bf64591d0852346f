/** One store in front of several: by the provider that a key names (`domain/blob-key.ts`). Errors and lists keep the whole key. */
import type { BlobObject, BlobStore } from '../../domain/blob-store.ts';
import { keyOfPlace, placeOfKey, type BlobPlace } from '../../domain/blob-key.ts';

/** `storeOf` says where a place lies; it throws a BlobKeyError for what lies nowhere. Stores get keys without provider. */
export function createStoreByProvider(storeOf: (place: BlobPlace) => Promise<BlobStore>): BlobStore {
  /** The store, and the key as it knows it. */
  async function find(
    key: string,
  ): Promise<{ store: BlobStore; rest: string; named: <T extends BlobObject>(object: T) => T }> {
    const place = placeOfKey(key);
    const { provider, rest } = place;
    const store = await storeOf(place);
    return { store, rest, named: (object) => ({ ...object, key: keyOfPlace({ provider, rest: object.key }) }) };
  }

  return {
    async put(key, ...args) {
      const { store, rest } = await find(key);
      await store.put(rest, ...args);
    },
    async putFile(key, ...args) {
      const { store, rest } = await find(key);
      await store.putFile(rest, ...args);
    },
    async get(key) {
      const { store, rest } = await find(key);
      return await store.get(rest);
    },
    async stream(key, range) {
      const { store, rest } = await find(key);
      return await store.stream(rest, range);
    },
    async stat(key) {
      const { store, rest, named } = await find(key);
      const found = await store.stat(rest);
      return found && named(found);
    },
    async *list(prefix) {
      const { store, rest, named } = await find(prefix);
      for await (const object of store.list(rest)) yield named(object);
    },
    async delete(key) {
      const { store, rest } = await find(key);
      await store.delete(rest);
    },
  };
}
