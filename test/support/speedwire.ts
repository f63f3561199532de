/** What a made-up SMA meter says: raw numbers by OBIS index and kind, "21.4" in tenths of a watt. */
export type ObisValues = Readonly<Record<string, number | bigint>>;

/** Who sends, and how it says so. */
export interface SpeedwireSender {
  readonly serial: number;
  readonly susyId?: number;
  readonly protocol?: number;
}

/** A datagram as the protocol's paper describes it, for tests: nothing of the reader is used. */
export function speedwireDatagram(values: ObisValues, sender: SpeedwireSender): Uint8Array {
  const { serial, susyId = 372, protocol = 0x6069 } = sender;
  const body: number[] = [
    ...number(protocol, 2),
    ...(protocol === 0x6081 ? [0x90, 0xa0] : []),
    ...number(susyId, 2),
    ...number(serial, 4),
    ...number(12_345, 4),
  ];
  for (const [key, value] of Object.entries(values)) {
    const [index = 0, kind = 0] = key.split(".").map(Number);
    body.push(0, index, kind, 0, ...number(value, kind === 8 ? 8 : 4));
  }
  // The version of its software comes last, under a channel of its own.
  body.push(0x90, 0, 0, 0, 2, 7, 4, 0x52);
  return Uint8Array.from([
    ...[0x53, 0x4d, 0x41, 0x00],
    ...[0x00, 0x04, 0x02, 0xa0, 0x00, 0x00, 0x00, 0x01],
    ...number(body.length, 2),
    ...[0x00, 0x10],
    ...body,
    ...[0, 0, 0, 0],
  ]);
}

function number(value: number | bigint, bytes: number): number[] {
  let rest = BigInt(value);
  return Array.from({ length: bytes }, () => {
    const low = Number(rest & 0xffn);
    rest >>= 8n;
    return low;
  }).reverse();
}

/** A house that draws on L1 and L3 and feeds in on L2. */
export const SPEEDWIRE_HOUSE: ObisValues = {
  "1.4": 12_300,
  "1.8": 36_000_000_000n,
  "2.4": 0,
  "2.8": 7_200_000,
  "14.4": 49_987,
  "21.4": 20_000,
  "22.4": 0,
  "31.4": 8_750,
  "32.4": 229_800,
  "41.4": 0,
  "42.4": 10_000,
  "51.4": 4_400,
  "52.4": 230_100,
  "61.4": 2_300,
  "62.4": 0,
  "71.4": 1_010,
  "72.4": 231_400,
};
