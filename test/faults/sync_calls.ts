/** What a trace of a writer's calls to the kernel tells. */
export interface SyncJudgement {
  /** Lines that the writer printed. */
  readonly acknowledged: number;
  /** Those that came while something was written and not yet synced. */
  readonly unsynced: readonly string[];
}

const WRITE = /pwrite64\(\d+<[^>]*\/ledger\.db(?:-wal)?>/;
const SYNC = /f(?:data)?sync\(\d+<[^>]*\/ledger\.db(?:-wal)?>\)\s+= 0/;
const ACKNOWLEDGEMENT = /write\(1<[^>]*>, "[+-]\d+/;

/** Goes through the lines of `strace -f -y`. */
export function unsyncedAcknowledgements(calls: readonly string[]): SyncJudgement {
  let isDirty = false;
  let acknowledged = 0;
  const unsynced: string[] = [];
  for (const call of calls) {
    if (WRITE.test(call)) isDirty = true;
    else if (SYNC.test(call)) isDirty = false;
    else if (ACKNOWLEDGEMENT.test(call)) {
      acknowledged++;
      if (isDirty) unsynced.push(call);
    }
  }
  return { acknowledged, unsynced };
}
