/** Task queues of the floor. */
export const floorQueue = 'floor';
export const floorActivityQueue = 'floor-activities';
