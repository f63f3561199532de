import { drop, put } from "../lib/write.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { CsmsAction, InsideCall, StationAction } from "../ocpp/mod.ts";
import type { FollowedOrder, Journal } from "../outbox/mod.ts";

/** Messages with which a charger goes on about an order after it has answered it. */
export type FollowUpAction = typeof FOLLOW_UPS[keyof typeof FOLLOW_UPS];

/** By which message each order is followed. */
const FOLLOW_UPS = {
  CustomerInformation: "NotifyCustomerInformation",
  GetBaseReport: "NotifyReport",
  GetDisplayMessages: "NotifyDisplayMessages",
  GetLog: "LogStatusNotification",
  GetMonitoringReport: "NotifyMonitoringReport",
  GetReport: "NotifyReport",
  UpdateFirmware: "FirmwareStatusNotification",
} as const satisfies { readonly [A in CsmsAction]?: StationAction };

/** Those that 1.6 knows; its other reports are in the answer. */
const FOLLOWED_IN_16: readonly CsmsAction[] = ["GetLog", "UpdateFirmware"];

/** Orders that chargers still tell of, so that the CSMS hears of them under its own number. */
export interface FollowUps {
  /**
   * The same order under a number of ours, and where something follows, what is remembered of it: on
   * disk before the charger hears of it.
   */
  expect<A extends CsmsAction>(
    call: InsideCall<A> & { readonly action: A },
    to: { readonly chargerId: string; readonly slot: number; readonly is16: boolean },
  ): Promise<ExpectedCall<A>>;
  /** The order that a charger speaks of: the newest where it gives no number. */
  find(
    chargerId: string,
    by: FollowUpAction,
    stationRequestId: number | undefined,
  ): FollowedOrder | undefined;
  /** Nothing more follows it. */
  forget(order: FollowedOrder): void;
}

/** An order as the charger gets it. */
export interface ExpectedCall<A extends CsmsAction> {
  readonly call: InsideCall<A> & { readonly action: A };
  readonly order: FollowedOrder | null;
}

/** What the list of orders works with. */
export interface FollowUpPorts {
  readonly clock: { wallMs(): number };
  readonly journal: Pick<Journal, "commit">;
  readonly spawn: Spawner;
}

/** Nobody waits for more, and a charger that never ends an order must not fill the memory. */
const ORDERS_MAX = 200;
/** An installation may be planned for next week; of what is older nobody tells any more. */
const AGE_MAX_MS = 30 * 86_400_000;
/** Above the numbers that the gateway uses for questions of its own, and below 2^31. */
const NUMBERS_FROM = 1_000_000_000;
const NUMBERS = 1_000_000_000;

/** Creates the list, with what was `stored`. Numbers begin with the time: no restart repeats one. */
export function createFollowUps(
  { clock, journal, spawn }: FollowUpPorts,
  stored: Iterable<FollowedOrder>,
): FollowUps {
  let orders: readonly FollowedOrder[] = [...stored].toSorted((one, other) =>
    one.stationRequestId - other.stationRequestId
  );
  let lastNumber = orders.at(-1)?.stationRequestId ?? 0;

  function nextNumber(): number {
    const seconds = Math.floor(clock.wallMs() / 1_000) % NUMBERS;
    lastNumber = Math.max(lastNumber + 1, NUMBERS_FROM + seconds);
    return lastNumber;
  }

  /** Takes an order in; those that are too old, and the oldest of too many, make room. */
  function remember(order: FollowedOrder): Promise<void> {
    const sinceMs = clock.wallMs() - AGE_MAX_MS;
    const kept = [...orders.filter(({ givenAtMs }) => givenAtMs >= sinceMs), order]
      .slice(-ORDERS_MAX);
    const gone = orders.filter((each) => !kept.includes(each));
    orders = kept;
    return journal.commit([
      put("followed-orders", order.stationRequestId, order),
      ...gone.map((each) => drop("followed-orders", each.stationRequestId)),
    ]);
  }

  return {
    async expect(call, { chargerId, slot, is16 }) {
      const { action } = call;
      if (!isFollowed(action) || (is16 && !FOLLOWED_IN_16.includes(action))) {
        return { call, order: null };
      }
      const { message } = call;
      const order: FollowedOrder = {
        chargerId,
        slot,
        by: FOLLOW_UPS[action],
        stationRequestId: nextNumber(),
        requestId: "requestId" in message ? message.requestId ?? null : null,
        givenAtMs: clock.wallMs(),
      };
      await remember(order);
      const number = is16 && !isNumberedIn16(call) ? null : order.stationRequestId;
      return { call: renumbered(call, number), order };
    },
    find: (chargerId, by, stationRequestId) =>
      orders.findLast((order) =>
        order.chargerId === chargerId && order.by === by &&
        (stationRequestId === undefined || order.stationRequestId === stationRequestId)
      ),
    forget(order) {
      if (!orders.includes(order)) return;
      orders = orders.filter((each) => each !== order);
      const write = drop("followed-orders", order.stationRequestId);
      spawn("forget an order to a charger", () => journal.commit([write]));
    },
  };
}

/** The same call under another number, or none, and with what else is to be in it. */
export function renumbered<Call extends { readonly message: object }>(
  call: Call,
  requestId: number | null,
  more: object = {},
): Call {
  const { requestId: _its, ...unnumbered } = { requestId: null, ...call.message };
  const number = requestId === null ? {} : { requestId };
  return { ...call, message: { ...unnumbered, ...number, ...more } };
}

/** Firmware and logs after which a charger has nothing more to tell; a failed transfer it may try again. */
const LAST_STATUSES: readonly string[] = [
  "AcceptedCanceled",
  "BadMessage",
  "InstallationFailed",
  "InstallVerificationFailed",
  "Installed",
  "InvalidSignature",
  "NotSupportedOperation",
  "PermissionDenied",
  "Uploaded",
];

/** Whether nothing more follows of an order after this. */
export function isLastWord({ action, message }: InsideCall<FollowUpAction>): boolean {
  if (action === "FirmwareStatusNotification" || action === "LogStatusNotification") {
    return LAST_STATUSES.includes(message.status);
  }
  return message.tbc !== true;
}

function isFollowed(action: CsmsAction): action is keyof typeof FOLLOW_UPS {
  return Object.hasOwn(FOLLOW_UPS, action);
}

/**
 * In 1.6 a number turns GetDiagnostics into the GetLog of the security extension, which fewer chargers
 * know: only what the extension alone can say gets one.
 */
function isNumberedIn16(call: InsideCall): boolean {
  if (call.action === "GetLog") return call.message.logType === "SecurityLog";
  if (call.action !== "UpdateFirmware") return false;
  const { firmware } = call.message;
  return firmware.signature !== undefined && firmware.signingCertificate !== undefined;
}
