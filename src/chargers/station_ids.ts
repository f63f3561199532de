import type { InsideCall } from "../ocpp/mod.ts";
import { byNumber, type TransactionState } from "../transactions/mod.ts";

/**
 * A command with the ids by which its charger speaks. The rooms speak of a transaction by the number
 * that a 1.6 charger was given; a 2.x charger gave it an id of its own.
 */
export function withStationIds<Call extends InsideCall>(
  call: Call,
  state: TransactionState,
  chargerId: string,
): Call {
  const idOf = (number: string): string =>
    byNumber(state, chargerId, Number(number))?.stationTransactionId ?? number;
  switch (call.action) {
    case "RequestStopTransaction":
      return { ...call, message: { transactionId: idOf(call.message.transactionId) } } as Call;
    case "SetChargingProfile": {
      const { chargingProfile, evseId } = call.message;
      const { transactionId } = chargingProfile;
      if (transactionId === undefined) return call;
      const profile = { ...chargingProfile, transactionId: idOf(transactionId) };
      return { ...call, message: { evseId, chargingProfile: profile } } as Call;
    }
    default:
      return call;
  }
}
