import type { CsmsAction, InsideCall, InsideRequest, StationAction } from "../ocpp/mod.ts";

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

/** An order of the CSMS that went to one charger. */
export interface FollowedOrder {
  readonly chargerId: string;
  /** By which the CSMS meant the charger. */
  readonly slot: number;
  readonly by: FollowUpAction;
  /** The number under which the charger got it. */
  readonly stationRequestId: number;
  /** The CSMS's own; null where it gave none, as 1.6 does. */
  readonly requestId: number | null;
}

/** Orders that chargers still tell of, so that the CSMS hears of them under its own number. */
export interface FollowUps {
  /** The same order under a number of ours, and remembered; as it is where nothing follows. */
  expect<A extends CsmsAction>(
    call: InsideCall<A> & { readonly action: A },
    to: { readonly chargerId: string; readonly slot: number; readonly is16: boolean },
  ): InsideCall<A> & { readonly action: A };
  /** The order that a charger speaks of: the newest where it gives no number. */
  find(
    chargerId: string,
    by: FollowUpAction,
    stationRequestId: number | undefined,
  ): FollowedOrder | undefined;
}

/** Nobody waits for more, and a charger that never ends an order must not fill the memory. */
const ORDERS_MAX = 200;
/** Above the numbers that the gateway uses for questions of its own, and below 2^31. */
const NUMBERS_FROM = 1_000_000_000;
const NUMBERS = 1_000_000_000;

/** Creates an empty list of orders. Numbers begin with the time, so that a restart repeats none. */
export function createFollowUps(wallMs: () => number): FollowUps {
  let orders: readonly FollowedOrder[] = [];
  let lastNumber = 0;

  function nextNumber(): number {
    const seconds = Math.floor(wallMs() / 1_000) % NUMBERS;
    lastNumber = Math.max(lastNumber + 1, NUMBERS_FROM + seconds);
    return lastNumber;
  }

  return {
    expect(call, { chargerId, slot, is16 }) {
      if (!isFollowed(call.action)) return call;
      const message = call.message as { readonly requestId?: number };
      const stationRequestId = nextNumber();
      const order: FollowedOrder = {
        chargerId,
        slot,
        by: FOLLOW_UPS[call.action],
        stationRequestId,
        requestId: message.requestId ?? null,
      };
      orders = [...orders, order].slice(-ORDERS_MAX);
      const { requestId: _theirs, ...unnumbered } = message;
      const numbered = is16 && !isNumberedIn16(call)
        ? unnumbered
        : { ...unnumbered, requestId: stationRequestId };
      return { ...call, message: numbered } as unknown as typeof call;
    },
    find: (chargerId, by, stationRequestId) =>
      orders.findLast((order) =>
        order.chargerId === chargerId && order.by === by &&
        (stationRequestId === undefined || order.stationRequestId === stationRequestId)
      ),
  };
}

function isFollowed(action: CsmsAction): action is keyof typeof FOLLOW_UPS {
  return Object.hasOwn(FOLLOW_UPS, action);
}

/**
 * In 1.6 a number turns GetDiagnostics into the GetLog of the security extension, which fewer chargers
 * know: only what the extension alone can say gets one.
 */
function isNumberedIn16({ action, message }: InsideCall): boolean {
  if (action === "GetLog") {
    return (message as InsideRequest<"GetLog">).logType === "SecurityLog";
  }
  if (action !== "UpdateFirmware") return false;
  const { firmware } = message as InsideRequest<"UpdateFirmware">;
  return firmware.signature !== undefined && firmware.signingCertificate !== undefined;
}
