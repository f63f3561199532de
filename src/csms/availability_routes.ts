import type { InsideRequest, InsideResponse } from "../ocpp/mod.ts";
import { openTransactions } from "../transactions/mod.ts";
import { type CommandDesk, type Route, slotAt } from "./route.ts";

type Status = InsideResponse<"ChangeAvailability">["status"];

/** ChangeAvailability: one EVSE, or (connector 0, no EVSE) the whole site. */
export const changeAvailability: Route<"ChangeAvailability"> = {
  handling: ["forward", "fan-out"],
  async run({ message }, desk) {
    const evseId = message.evse?.id ?? 0;
    if (evseId === 0) return { message: { status: await changeSite(message, desk) } };
    const record = slotAt(desk, evseId);
    if (record === undefined) return { message: { status: "Rejected" } };
    const outcome = await desk.chargers.call(record.chargerId, {
      action: "ChangeAvailability",
      message: { ...message, evse: { id: record.evseId } },
    });
    const status = outcome.kind === "answered"
      ? outcome.message.status
      : whileAway(desk, [record.slot]);
    if (status !== "Rejected") await order(desk, record.slot, message);
    return { message: { status } };
  },
};

/**
 * Every charger is told; the order stands for those that are away too, because the site itself
 * refuses starts. Scheduled when any is, Rejected only when all do.
 */
async function changeSite(
  message: InsideRequest<"ChangeAvailability">,
  desk: CommandDesk,
): Promise<Status> {
  const outcomes = await Promise.all(
    desk.chargers.connected().map((chargerId) =>
      desk.chargers.call(chargerId, {
        action: "ChangeAvailability",
        message: { operationalStatus: message.operationalStatus },
      })
    ),
  );
  const statuses = outcomes.flatMap((outcome): Status[] =>
    outcome.kind === "answered" ? [outcome.message.status] : []
  );
  const isRejected = statuses.length > 0 && statuses.every((status) => status === "Rejected");
  if (isRejected) return "Rejected";
  await order(desk, 0, message);
  const slots = [...desk.site.slots().keys()];
  return statuses.includes("Scheduled") ? "Scheduled" : whileAway(desk, slots);
}

/** A charger that is away cannot answer; its running transaction still ends first. */
function whileAway(desk: CommandDesk, slots: readonly number[]): Status {
  const isCharging = openTransactions(desk.transactions.state())
    .some(({ slot, chargerId }) => slots.includes(slot) && !desk.site.isConnected(chargerId));
  return isCharging ? "Scheduled" : "Accepted";
}

/** An order for the site is one for every EVSE, whatever was ordered for it before (1.6 §5.2). */
async function order(
  desk: CommandDesk,
  slot: number,
  { operationalStatus }: InsideRequest<"ChangeAvailability">,
): Promise<void> {
  const { site } = desk;
  const withOrders = [...site.availability().keys()].filter((each) => each !== 0);
  const ordered = slot === 0 ? [0, ...withOrders] : [slot];
  await desk.journal.commit(ordered.flatMap((each) =>
    site.orderAvailability({
      slot: each,
      operative: operationalStatus === "Operative",
      orderedBy: "csms",
      orderedAtMs: desk.clock.wallMs(),
    })
  ));
  const touched = slot === 0 ? [0, ...site.slots().keys()] : [slot];
  for (const each of touched) desk.events.emit("evse", { slot: each });
}
