/** Work that is done one after the other. */
export interface Turns {
  isFull(): boolean;
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Creates turns for work of which at most `waitingMax` may wait. */
export function createTurns(waitingMax: number): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    isFull: () => waiting >= waitingMax,
    async run(work) {
      waiting++;
      const turn = last.then(work);
      last = turn.catch(() => {});
      try {
        return await turn;
      } finally {
        waiting--;
      }
    },
  };
}
