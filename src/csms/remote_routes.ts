import { within } from "../lib/clock.ts";
import { drop, put } from "../lib/write.ts";
import type { ChargingProfile, InsideCall, InsideResponse, StartOrder } from "../ocpp/mod.ts";
import { rpcError } from "../ocpp/mod.ts";
import { reservationFor, sameToken, type SlotRecord } from "../site/mod.ts";
import {
  openOn,
  type RemoteStart,
  type Transaction,
  withoutRemoteStart,
  withRemoteStart,
} from "../transactions/mod.ts";
import { type CommandDesk, type Route, slotAt } from "./route.ts";

type StartStatus = InsideResponse<"RequestStartTransaction">["status"];

/**
 * RemoteStartTransaction: the site chooses the EVSE where the CSMS names none, keeps its profile, and
 * has the order on disk before it answers. Accepted means "will try" (1.6 §5.11).
 */
export const requestStart: Route<"RequestStartTransaction"> = {
  handling: "forward",
  async run({ message }, desk) {
    // Not while the registration is pending (1.6 §4.2).
    if (!desk.isAccepted) return refused();
    const record = message.evseId === undefined || message.evseId === 0
      ? chooseSlot(desk)
      : slotAt(desk, message.evseId);
    if (record === undefined || !mayStart(desk, record, message)) return refused();
    const { chargingProfile } = message;
    if (chargingProfile !== undefined && chargingProfile.chargingProfilePurpose !== "TxProfile") {
      // 1.6 §5.11: the profile of a remote start has to be a TxProfile.
      return { error: rpcError("PropertyConstraintViolation", "chargingProfile is no TxProfile") };
    }
    const order = newOrder(desk, record.slot, message);
    desk.transactions.apply({ state: withRemoteStart(desk.transactions.state(), order) });
    await desk.journal.commit([put("remote-starts", order.slot, order)]);
    desk.profiles.keepForStart(record.slot, profileOf(message));
    const outcome = await forwardStart(desk, record, message, order.remoteStartId);
    if (outcome !== "Accepted" && outcome !== "silent") await withdraw(desk, record.slot);
    return { message: { status: outcome === "Accepted" ? outcome : "Rejected" } };
  },
};

/** The transaction that it is for has no id yet, whatever the CSMS says (1.6 errata 3.41). */
function profileOf({ chargingProfile }: StartOrder): ChargingProfile | null {
  if (chargingProfile === undefined) return null;
  const { transactionId: _none, ...profile } = chargingProfile;
  return profile;
}

/** What the charger refused must not make a driver's own start look like an order later. */
async function withdraw(desk: CommandDesk, slot: number): Promise<void> {
  desk.transactions.apply({ state: withoutRemoteStart(desk.transactions.state(), slot) });
  desk.profiles.keepForStart(slot, null);
  await desk.journal.commit([drop("remote-starts", slot)]);
}

function refused() {
  return { message: { status: "Rejected" as const } };
}

/** With no EVSE named: the one where a driver has plugged in and waits, if there is just one. */
function chooseSlot(desk: CommandDesk): SlotRecord | undefined {
  const { site, transactions } = desk;
  const waiting = [...site.slots().values()].filter(({ slot }) =>
    openOn(transactions.state(), slot) === undefined && site.state(slot) === "preparing"
  );
  return waiting.length === 1 ? waiting[0] : undefined;
}

function mayStart(desk: CommandDesk, { slot, chargerId }: SlotRecord, order: StartOrder): boolean {
  const { site, transactions, clock } = desk;
  const verdict = reservationFor(
    site.reservations(),
    {
      slot,
      idToken: order.idToken,
      groupIdToken: order.groupIdToken ?? null,
      freeElsewhere: Number.POSITIVE_INFINITY,
    },
    clock.wallMs(),
    sameToken,
  );
  return site.isConnected(chargerId) && site.isOperative(slot) &&
    openOn(transactions.state(), slot) === undefined && verdict.kind !== "reserved-for-another";
}

function newOrder(desk: CommandDesk, slot: number, message: StartOrder): RemoteStart {
  const patienceMs = desk.variables.integer("TxCtrlr.EVConnectionTimeOut") * 1000;
  return {
    slot,
    idToken: message.idToken,
    remoteStartId: message.remoteStartId ?? desk.transactions.state().lastRemoteStartId + 1,
    origin: "csms",
    // The driver has this long to plug in; the charger's own time-out may be longer.
    expiresAtMs: desk.clock.wallMs() + Math.max(60_000, patienceMs * 2),
  };
}

async function forwardStart(
  desk: CommandDesk,
  record: SlotRecord,
  { idToken }: StartOrder,
  remoteStartId: number,
): Promise<StartStatus | "silent"> {
  // The profile stays here: chargers get profiles of the gateway's own only (ruling 22).
  const message = { evseId: record.evseId, idToken, remoteStartId };
  const outcome = await desk.chargers.call(
    record.chargerId,
    { action: "RequestStartTransaction", message },
    true,
  );
  // A silent charger may start all the same.
  if (outcome.kind === "silent") return "silent";
  return outcome.kind === "answered" ? outcome.message.status : "Rejected";
}

/** RemoteStopTransaction: to the charger, under the number it knows; not while pending (1.6 §4.2). */
export const requestStop: Route<"RequestStopTransaction"> = {
  handling: "forward",
  async run({ message }, desk) {
    const transaction = desk.isAccepted ? await named(desk, message.transactionId) : undefined;
    if (transaction === undefined || transaction.stop !== null) return refused();
    const outcome = await desk.chargers.call(
      transaction.chargerId,
      {
        action: "RequestStopTransaction",
        message: { transactionId: String(transaction.number) },
      },
      true,
    );
    return {
      message: { status: outcome.kind === "answered" ? outcome.message.status : "Rejected" },
    };
  },
};

/** How long a stop waits for the number of its transaction. */
const NUMBER_PATIENCE_MS = 5_000;

/**
 * The transaction that the CSMS means. Its stop may overtake its answer to the start, which gives the
 * transaction its number: while an answer is awaited, so is an unknown number.
 */
async function named(desk: CommandDesk, transactionId: string): Promise<Transaction | undefined> {
  const find = () => desk.numbering.transactionOf(transactionId);
  const isStarting = [...desk.outbox.state().lanes.values()]
    .some(({ rows }) => rows.some(({ kind, sent, dead }) => kind === "started" && sent && !dead));
  if (find() !== undefined || !isStarting) return find();
  const { promise, resolve } = Promise.withResolvers<void>();
  const stopListening = desk.events.on("transaction", () => {
    if (find() !== undefined) resolve();
  });
  await within(desk.clock, NUMBER_PATIENCE_MS, promise);
  stopListening();
  return find();
}

/** UnlockConnector. A charger that is away, or an unknown number: 1.6 says NotSupported (errata 3.87). */
export const unlockConnector: Route<"UnlockConnector"> = {
  handling: "forward",
  async run({ message }, desk) {
    const record = slotAt(desk, message.evseId);
    if (record === undefined) return { message: { status: "UnknownConnector" } };
    const outcome = await desk.chargers.call(record.chargerId, {
      action: "UnlockConnector",
      message: { evseId: record.evseId, connectorId: message.connectorId },
    });
    return outcome.kind === "answered"
      ? outcome
      : { message: { status: outcome.kind === "gone" ? "UnknownConnector" : "UnlockFailed" } };
  },
};

/** Reset: the gateway itself, or the whole site (ruling 11). One charger goes through the tunnel. */
export const reset: Route<"Reset"> = {
  handling: "answer",
  async run(call, desk) {
    if (desk.options.resetMeans === "site") await resetChargers(call, desk);
    desk.restart(`reset (${call.message.type}) by the CSMS`);
    return { message: { status: "Accepted" } };
  },
};

async function resetChargers(call: InsideCall<"Reset">, desk: CommandDesk): Promise<void> {
  await Promise.all(
    desk.chargers.connected().map((chargerId) => desk.chargers.call(chargerId, call)),
  );
}
