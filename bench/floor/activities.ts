/** Activities of the floor: they answer at once. */
export interface FloorActivities {
  start(): Promise<void>;
  watch(): Promise<void>;
  record(): Promise<void>;
}

export function createFloorActivities(): FloorActivities {
  const nothing = async () => undefined;
  return { start: nothing, watch: nothing, record: nothing };
}
