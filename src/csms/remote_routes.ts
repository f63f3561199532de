import { within } from "../lib/clock.ts";
import { put } from "../lib/write.ts";
import type {
  BootReason,
  ChargingProfile,
  InsideCall,
  InsideRequest,
  StartOrder,
} from "../ocpp/mod.ts";
import { rpcError } from "../ocpp/mod.ts";
import { auditDecision, HELD, reservationFor, sameToken, type SlotRecord } from "../site/mod.ts";
import { openOn, type Transaction } from "../transactions/mod.ts";
import { isAloneAtItsCharger } from "./device_model.ts";
import { type CommandAnswer, type CommandDesk, type Route, slotAt } from "./route.ts";

/**
 * RemoteStartTransaction: the site chooses the EVSE where the CSMS names none, keeps its profile, and
 * has the order on disk before it answers. Accepted means "will try" (1.6 §5.11).
 */
export const requestStart: Route<"RequestStartTransaction"> = {
  handling: ["forward"],
  async run({ message }, desk) {
    // Not while the registration is pending (1.6 §4.2).
    if (!desk.isAccepted) return refused();
    const record = message.evseId === undefined || message.evseId === 0
      ? chooseSlot(desk, message)
      : slotAt(desk, message.evseId);
    if (record === undefined) return turnedAway(desk, message, null, "no EVSE could be chosen");
    const obstacle = obstacleTo(desk, record, message);
    if (obstacle !== null) return turnedAway(desk, message, record, obstacle);
    const { chargingProfile } = message;
    if (chargingProfile !== undefined && chargingProfile.chargingProfilePurpose !== "TxProfile") {
      // 1.6 §5.11: the profile of a remote start has to be a TxProfile.
      return { error: rpcError("PropertyConstraintViolation", "chargingProfile is no TxProfile") };
    }
    const problem = chargingProfile === undefined
      ? null
      : desk.profiles.problemOfStart(record.slot, chargingProfile);
    // It would be of no use to the session that follows (2.1 K05.FR.05).
    if (problem !== null) return turnedAway(desk, message, record, `its profile: ${problem}`);
    // The profile stays here: chargers get profiles of the gateway's own only (ruling 22).
    desk.profiles.keepForStart(record.slot, profileOf(message));
    const outcome = await desk.chargers.orderStart({
      slot: record.slot,
      idToken: message.idToken,
      groupIdToken: message.groupIdToken ?? null,
      origin: "csms",
      remoteStartId: message.remoteStartId ?? null,
      lastsMs: patienceMs(desk),
    });
    const isAccepted = outcome.kind === "answered" && outcome.message.status === "Accepted";
    // A silent charger may start all the same.
    if (!isAccepted && outcome.kind !== "silent") desk.profiles.keepForStart(record.slot, null);
    return { message: { status: isAccepted ? "Accepted" : "Rejected" } };
  },
};

/** The transaction that it is for has no id yet, whatever the CSMS says (1.6 errata 3.41). */
function profileOf({ chargingProfile }: StartOrder): ChargingProfile | null {
  if (chargingProfile === undefined) return null;
  const { transactionId: _none, ...profile } = chargingProfile;
  return profile;
}

function refused() {
  return { message: { status: "Rejected" as const } };
}

/**
 * With no EVSE named: the one that is kept for this driver; else the one where somebody has plugged in
 * and waits, if there is just one that he may use.
 */
function chooseSlot(desk: CommandDesk, order: StartOrder): SlotRecord | undefined {
  const { site } = desk;
  const nowMs = desk.clock.wallMs();
  const kept =
    [...site.reservations().values()].find(({ slot, idToken, expiresAtMs }) =>
      slot !== null && expiresAtMs > nowMs && sameToken(idToken, order.idToken)
    )?.slot ?? null;
  if (kept !== null) return site.slots().get(kept);
  const waiting = [...site.slots().values()].filter((record) =>
    site.state(record.slot) === "preparing" && obstacleTo(desk, record, order) === null
  );
  return waiting.length === 1 ? waiting[0] : undefined;
}

/** What the site has against the order; null where nothing is. */
function obstacleTo(
  desk: CommandDesk,
  { slot, chargerId }: SlotRecord,
  order: StartOrder,
): string | null {
  const { site, transactions, clock } = desk;
  if (!site.isConnected(chargerId)) return "the charger is not connected";
  if (site.isHeld(chargerId)) return HELD;
  if (!site.isOperative(slot)) return "the EVSE is out of service";
  if (openOn(transactions.state(), slot) !== undefined) return "a session is running there";
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
  return verdict.kind === "reserved-for-another" ? "the EVSE is reserved for another driver" : null;
}

function turnedAway(
  desk: CommandDesk,
  { idToken }: StartOrder,
  record: SlotRecord | null,
  reason: string,
) {
  const place = {
    chargerId: record?.chargerId ?? "site",
    slot: record?.slot ?? null,
    what: "remote-start",
  } as const;
  const decision = { info: { status: "Invalid" }, source: "site-rule", reason } as const;
  auditDecision(desk, place, idToken, decision, 0);
  return refused();
}

/** The driver has this long to plug in; the charger's own time-out may be longer. */
function patienceMs(desk: CommandDesk): number {
  return Math.max(60_000, desk.variables.integer("TxCtrlr.EVConnectionTimeOut") * 2_000);
}

/** RemoteStopTransaction: to the charger, under the number it knows; not while pending (1.6 §4.2). */
export const requestStop: Route<"RequestStopTransaction"> = {
  handling: ["forward"],
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
  handling: ["forward"],
  isForOne: true,
  async run({ message }, desk) {
    const record = slotAt(desk, message.evseId);
    if (record === undefined) return { message: { status: "UnknownConnector" } };
    // In 1.6 the session ends first; in 2.x the connector stays as it is (F05.FR.02).
    if (
      desk.version !== "ocpp1.6" && openOn(desk.transactions.state(), record.slot) !== undefined
    ) {
      return { message: { status: "OngoingAuthorizedTransaction" } };
    }
    const outcome = await desk.chargers.call(record.chargerId, {
      action: "UnlockConnector",
      message: { evseId: record.evseId, connectorId: message.connectorId },
    });
    return outcome.kind === "answered"
      ? outcome
      : { message: { status: outcome.kind === "gone" ? "UnknownConnector" : "UnlockFailed" } };
  },
};

/**
 * Reset: the gateway itself, or the whole site (`csms.resetMeans`). 2.x may mean one EVSE, which is its
 * charger's; to 1.6 one charger goes through the tunnel.
 */
export const reset: Route<"Reset"> = {
  handling: ["answer"],
  isForOne: true,
  async run(call, desk) {
    const { evseId } = call.message;
    if (evseId !== undefined) return await resetEvse(evseId, call, desk);
    if (desk.options.resetMeans === "site") await resetChargers(call, desk);
    keepReason(call.message.type, desk);
    desk.restart(`reset (${call.message.type}) by the CSMS`);
    return { message: { status: "Accepted" } };
  },
};

/** The next BootNotification says why (B11, B12). */
function keepReason(type: InsideRequest<"Reset">["type"], desk: CommandDesk): void {
  const reason: BootReason = type === "OnIdle" ? "ScheduledReset" : "RemoteReset";
  desk.spawn("keep why it starts", () => desk.journal.commit([put("boot-reason", "next", reason)]));
}

/**
 * A charger of 2.x that has several EVSEs may be able to start one of them anew; of others it would end
 * the sessions beside it, which nobody has asked for (B11.FR.09).
 */
async function resetEvse(
  evseId: number,
  { message: { type } }: InsideCall<"Reset">,
  desk: CommandDesk,
): Promise<CommandAnswer<"Reset">> {
  const record = slotAt(desk, evseId);
  if (record === undefined) return refused();
  const isAlone = isAloneAtItsCharger(record, desk);
  const is16 = (desk.site.charger(record.chargerId)?.version ?? "ocpp1.6") === "ocpp1.6";
  const isBusy = openOn(desk.transactions.state(), record.slot) !== undefined;
  // A reset of 1.6 does not wait: it would end the session.
  if (is16 && (!isAlone || isBusy && type === "OnIdle")) return refused();
  const outcome = await desk.chargers.call(record.chargerId, {
    action: "Reset",
    message: isAlone ? { type } : { type, evseId: record.evseId },
  });
  return outcome.kind === "answered" ? outcome : refused();
}

async function resetChargers(call: InsideCall<"Reset">, desk: CommandDesk): Promise<void> {
  await Promise.all(
    desk.chargers.connected().map((chargerId) => desk.chargers.call(chargerId, call)),
  );
}
