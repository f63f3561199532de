import type { IdToken } from "../ocpp/mod.ts";
import { signedEntries } from "./signed_reading.ts";
import type { Transaction } from "./transaction.ts";

/** Whose a session is of whom nobody is to know any more. */
const NOBODY: IdToken = { idToken: "", type: "NoAuthorization" };

/**
 * A session that ended without the person whose it was: who began, stopped or paid it is gone, its
 * energy, times and cost stay (2.x N10; books have to be kept). Signed readings name the
 * card inside what is signed: they go, and whoever writes this drops those that stand beside it.
 */
export function withoutPerson(transaction: Transaction): Transaction {
  const { intendedBy: _by, signedReadings: _signed, correction, ...kept } = transaction;
  const { stop, authorization, lateReadings, ...facts } = kept;
  const unsigned = lateReadings?.filter(({ meterValue }) => signedEntries(meterValue).length === 0);
  const erased: Transaction = {
    ...facts,
    idToken: NOBODY,
    groupIdToken: null,
    authorization: { ...authorization, info: { status: authorization.info.status } },
    stop: stop === null ? null : { ...stop, idToken: null },
    ...(unsigned === undefined || unsigned.length === 0 ? {} : { lateReadings: unsigned }),
  };
  if (correction === undefined) return erased;
  const { idToken: _who, meterValue: _read, ...message } = correction.stop.message;
  return { ...erased, correction: { ...correction, stop: { message } } };
}
