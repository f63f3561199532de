/** What one frame of the CSMS may be, and one of ours to it. */
export const FRAMES = { lengthMax: 1_048_576, depthMax: 32, valuesMax: 200_000 } as const;

/** Variables in one message of the CSMS at most. */
export const REPORT_ITEMS_MAX = 100;
