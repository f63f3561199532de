import type { Clock } from "./lib/clock.ts";
import type { OutboxStore } from "./outbox/mod.ts";
import {
  type OcpiOptions,
  recordOf,
  recordsJson,
  type RecordSources,
  signedArchive,
  signedFiles,
  signedOf,
  type SignedSession,
  signedSessions,
} from "./reports/mod.ts";
import type { Transaction, TransactionBook } from "./transactions/mod.ts";
import type { WebRecords } from "./web/mod.ts";

/** What records for others are made from. */
export interface RecordParts {
  readonly clock: Clock;
  readonly transactions: Pick<TransactionBook, "state">;
  readonly store: Pick<OutboxStore, "transactions" | "signedReadings">;
  readonly sources: Pick<RecordSources, "sessions" | "tariff">;
  readonly ocpi: OcpiOptions | null;
}

/** What pages and API make records of sessions with. */
export function createRecordDesk(parts: RecordParts): WebRecords {
  const { clock, store, ocpi } = parts;
  const sources: RecordSources = {
    ...parts.sources,
    signedReadings: (id) => store.signedReadings(id),
  };

  async function sessionOf(id: string): Promise<Transaction | undefined> {
    const held = parts.transactions.state().transactions.get(id);
    if (held !== undefined) return held;
    const [found] = await store.transactions({ id, limit: 1 });
    return found;
  }

  async function readOne(id: string): Promise<SignedSession | undefined> {
    const session = await sessionOf(id);
    if (session === undefined) return undefined;
    return { session, readings: await signedOf(sources, session) };
  }

  return {
    cdr: ocpi === null ? null : {
      async one(id) {
        const session = await sessionOf(id);
        return session === undefined ? undefined : await recordOf(sources, session, ocpi);
      },
      all: (time) => recordsJson(sources, time, ocpi),
    },
    async signed(id) {
      const found = await readOne(id);
      if (found === undefined) return undefined;
      const { session, readings } = found;
      return { number: session.number, readings, files: signedFiles(session, readings) };
    },
    signedFiles: ({ number, readings }) =>
      signedArchive(only({ session: { id: "", number }, readings }), clock.wallMs()),
    signedArchive: (time) => signedArchive(signedSessions(sources, time), clock.wallMs()),
  };
}

async function* only(session: SignedSession): AsyncGenerator<SignedSession> {
  yield await Promise.resolve(session);
}
