/** A part of what goes up in several messages. */
export interface Piece<Item> {
  readonly part: readonly Item[];
  /** From 0, one more each time. */
  readonly seqNo: number;
  /** More follow. */
  readonly tbc: boolean;
}

/** Cuts a list into parts of at most `size` items; an empty one is no part at all. */
export function pieces<Item>(items: readonly Item[], size: number): readonly Piece<Item>[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, seqNo) => ({
    part: items.slice(seqNo * size, (seqNo + 1) * size),
    seqNo,
    tbc: seqNo < count - 1,
  }));
}
