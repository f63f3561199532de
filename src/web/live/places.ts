/** Each stream costs memory and work; beyond this, new ones are turned away. */
export const STREAMS_MAX = 64;

/** The streams that are open, in the order in which they came, and who holds each. */
export interface Places<Stream> {
  /**
   * Makes sure that there is a place for one more of `holder`. Where all are taken, whoever holds most
   * gives up the oldest one, so that nobody locks the others out; false where `holder` has as many.
   */
  makeRoom(holder: string): boolean;
  take(stream: Stream, holder: string): void;
  free(stream: Stream): void;
  readonly count: () => number;
  readonly all: () => readonly Stream[];
}

/** Creates them, all free. */
export function createPlaces<Stream extends { close(): void }>(): Places<Stream> {
  const holders = new Map<Stream, string>();

  function greediest(): { readonly holder: string; readonly streams: readonly Stream[] } {
    const byHolder = Map.groupBy(holders.keys(), (stream) => holders.get(stream) ?? "");
    const [holder, streams] = [...byHolder].reduce((most, each) =>
      each[1].length > most[1].length ? each : most
    );
    return { holder, streams };
  }

  return {
    makeRoom(holder) {
      if (holders.size < STREAMS_MAX) return true;
      const { holder: other, streams: [oldest, ...others] } = greediest();
      const own = [...holders.values()].filter((each) => each === holder).length;
      if (oldest === undefined || other === holder || others.length <= own) return false;
      oldest.close();
      return true;
    },
    take: (stream, holder) => void holders.set(stream, holder),
    free: (stream) => void holders.delete(stream),
    count: () => holders.size,
    all: () => [...holders.keys()],
  };
}
