/** A model as a device has it: its number, how many registers follow, and some of them by offset. */
export interface SunspecModel {
  readonly model: number;
  readonly length: number;
  /** By offset from the model's number, as the tables at github.com/sunspec/models count. */
  readonly at: Readonly<Record<number, readonly number[]>>;
}

/** Two registers of a float. */
export function float(value: number): readonly number[] {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return [view.getUint16(0), view.getUint16(2)];
}

/** The registers of a device: the mark, the models and the end. What no model names is 0. */
export function sunspecImage(base: number, models: readonly SunspecModel[]): Map<number, number> {
  const words = [0x5375, 0x6e53];
  for (const { model, length, at } of models) {
    const block = [model, length, ...new Array<number>(length).fill(0)];
    for (const [offset, registers] of Object.entries(at)) {
      registers.forEach((register, index) => block[Number(offset) + index] = register & 0xffff);
    }
    words.push(...block.slice(0, length + 2));
  }
  words.push(0xffff, 0);
  return new Map(words.map((word, index) => [base + index, word]));
}

/** Who the device is; every SunSpec device begins with it. */
export const COMMON_MODEL: SunspecModel = { model: 1, length: 66, at: {} };

/** A three-phase meter with integers: 12.34 A, −5.67 A and 0.89 A; 2.81, −1.3 and 0.2 kW. */
export const METER_203: SunspecModel = {
  model: 203,
  length: 105,
  at: {
    2: [756, 1_234, 567, 89, -2],
    7: [2_301, 2_298, 2_302, 2_303],
    15: [-1],
    16: [5_001, -2],
    18: [171, 281, -130, 20, 1],
    38: [0, 900],
    46: [1, 0],
    54: [2],
  },
};

/** The same with floats. */
export const METER_213: SunspecModel = {
  model: 213,
  length: 124,
  at: {
    4: [...float(12.5), ...float(-6), ...float(1)],
    12: [...float(230.1), ...float(229.5), ...float(231)],
    26: float(49.98),
    28: [...float(1_700), ...float(2_800), ...float(-1_300), ...float(200)],
    60: float(900),
    68: float(65_536),
  },
};

/** An inverter that gives 9 kW on three lines. */
export const INVERTER_103: SunspecModel = {
  model: 103,
  length: 50,
  at: {
    2: [391, 130, 131, 130, -1],
    10: [2_300, 2_310, 2_320, -1],
    14: [9_000, 0],
    16: [500, -1],
    24: [0, 4_000, 1],
  },
};

/** A storage inverter of 701 that takes 1.5 kW on one line. */
export const DER_701: SunspecModel = {
  model: 701,
  length: 153,
  at: {
    10: [-150],
    17: [0, 50_000],
    19: [0, 0, 0, 7],
    23: [0, 0, 0, 9],
    41: [-150],
    45: [65],
    47: [2_305],
    64: [0x8000],
    68: [0x8000],
    70: [0xffff],
    87: [0x8000],
    91: [0x8000],
    93: [0xffff],
    113: [-1, -1, -3, 1, 0, 0, 0, 3],
  },
};
