import type { IdToken } from "../ocpp/mod.ts";
import type { Transaction } from "./transaction.ts";

/** Whose a session is of whom nobody is to know any more. */
const NOBODY: IdToken = { idToken: "", type: "NoAuthorization" };

/**
 * A session that ended without the person whose it was: who began, stopped or paid it is gone, its
 * energy, times and cost stay (2.x N10; books have to be kept).
 */
export function withoutPerson(transaction: Transaction): Transaction {
  const { intendedBy: _by, correction, stop, authorization, ...facts } = transaction;
  const erased: Transaction = {
    ...facts,
    idToken: NOBODY,
    groupIdToken: null,
    authorization: { ...authorization, info: { status: authorization.info.status } },
    stop: stop === null ? null : { ...stop, idToken: null },
  };
  if (correction === undefined) return erased;
  const { idToken: _who, ...message } = correction.stop.message;
  return { ...erased, correction: { ...correction, stop: { message } } };
}
