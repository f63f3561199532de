import type { FreeVendOptions } from "../authorization/mod.ts";
import type { IdToken } from "../ocpp/mod.ts";
import { reservationFor, sameToken } from "../site/mod.ts";
import { openOn } from "../transactions/mod.ts";
import type { ChargersPorts } from "./ports.ts";
import type { OrderStart } from "./start_orders.ts";
import type { Station } from "./station.ts";

/** What starting needs of the charger edge. */
export interface FreeVendLines {
  station(chargerId: string): Station | undefined;
  readonly orderStart: OrderStart;
}

/** Some chargers start by themselves, and some drivers show a card: they get this long to. */
const PATIENCE_MS = 2_000;
/** The car is plugged in: a charger that has not started by then will not. */
const ORDER_LASTS_MS = 60_000;

/**
 * Starts 1.6 chargers that want a card on a site that sells to everybody, once for each time that a
 * car is plugged in: not again when the charger refused, and not again after the session. Returns
 * what ends it.
 */
export function createFreeVend(
  { token }: FreeVendOptions,
  ports: Pick<ChargersPorts, "clock" | "events" | "site" | "spawn" | "transactions">,
  lines: FreeVendLines,
): () => void {
  const { clock, events, site, transactions } = ports;
  const idToken: IdToken = { idToken: token, type: "Central" };
  /** Slots where this car has had its start, or its refusal. */
  const spent = new Set<number>();
  const waiting = new Map<number, () => void>();

  function look(slot: number): void {
    const status = site.connector(slot)?.report.message.connectorStatus;
    if (status === "Available" || status === "Reserved") spent.delete(slot);
    if (openOn(transactions.state(), slot) !== undefined) spent.add(slot);
    if (!wantsStart(slot)) return forget(slot);
    if (waiting.has(slot)) return;
    waiting.set(
      slot,
      clock.after(PATIENCE_MS, () => {
        waiting.delete(slot);
        if (wantsStart(slot)) ports.spawn("free vend", () => start(slot));
      }),
    );
  }

  function forget(slot: number): void {
    waiting.get(slot)?.();
    waiting.delete(slot);
  }

  async function start(slot: number): Promise<void> {
    spent.add(slot);
    const outcome = await lines.orderStart({
      slot,
      idToken,
      groupIdToken: null,
      origin: "free-vend",
      remoteStartId: null,
      lastsMs: ORDER_LASTS_MS,
    });
    // It was never told: when it is back it will be.
    if (outcome.kind === "gone") spent.delete(slot);
  }

  function wantsStart(slot: number): boolean {
    const chargerId = site.slots().get(slot)?.chargerId;
    const station = chargerId === undefined ? undefined : lines.station(chargerId);
    return station !== undefined && station.life.accepted && station.version === "ocpp1.6" &&
      site.state(slot) === "preparing" && site.isOperative(slot) && !spent.has(slot) &&
      openOn(transactions.state(), slot) === undefined && !isOrdered(slot) &&
      !isReserved(slot) && !hasHadItsSession(slot);
  }

  function isOrdered(slot: number): boolean {
    const order = transactions.state().remoteStarts.get(slot);
    return order !== undefined && order.expiresAtMs > clock.wallMs();
  }

  function isReserved(slot: number): boolean {
    const wish = { slot, idToken, groupIdToken: null, freeElsewhere: Number.POSITIVE_INFINITY };
    return reservationFor(site.reservations(), wish, clock.wallMs(), sameToken).kind !== "free";
  }

  /** Also after a restart: some chargers go back to Preparing while the car is still plugged in. */
  function hasHadItsSession(slot: number): boolean {
    const unpluggedAtMs = site.connector(slot)?.unpluggedAtMs ?? Number.NEGATIVE_INFINITY;
    for (const { slot: of, stop } of transactions.state().transactions.ended.values()) {
      if (of === slot && stop !== null && stop.heardAtMs >= unpluggedAtMs) return true;
    }
    return false;
  }

  const unlisten = [
    events.on("evse", ({ slot }) => look(slot)),
    events.on("charger", ({ chargerId }) => {
      for (const { slot } of site.slotsOf(chargerId)) look(slot);
    }),
  ];
  return () => {
    for (const stop of unlisten) stop();
    for (const cancel of waiting.values()) cancel();
    waiting.clear();
  };
}
