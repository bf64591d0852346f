/** Places in a log whose offset and time are both known, from which it can be read on. */

export interface LogPlace {
  /** In bytes, at the beginning of a line. */
  offset: number;
  time: string;
}

export interface LogPlaces {
  /** The first line of its time begins here: only that one can be told from the others. */
  passed(place: LogPlace): void;
  /** The last known place at or before an offset; undefined means the beginning. */
  before(offset: number): LogPlace | undefined;
}

/** For a log of a gigabyte some 250 places are remembered. */
const distance = 4 * 1024 * 1024;

export function createLogPlaces(): LogPlaces {
  const places: LogPlace[] = [];
  /** The newest one, for who reads at the end. */
  let newest: LogPlace | undefined;
  return {
    passed(place) {
      if (place.offset === 0) return;
      if (place.offset >= (places.at(-1)?.offset ?? 0) + distance) places.push(place);
      if (place.offset > (newest?.offset ?? 0)) newest = place;
    },
    before(offset) {
      if (newest && newest.offset <= offset) return newest;
      return places.findLast((place) => place.offset <= offset);
    },
  };
}
