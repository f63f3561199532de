/** Plays the part of a month that it is sent, in a thread of its own. */
import { gatewayDelivery, type GatewayMonth, type GatewayMonthOptions } from "./gateway_month.ts";
import type { AcnSession } from "./sessions.ts";

/** What it is sent; it answers with a `GatewayMonth`. */
export interface PartAsked {
  readonly sessions: readonly AcnSession[];
  readonly options: GatewayMonthOptions;
}

/** The side of a worker that looks inside: its types stand in a library that fits no other module. */
interface Inside {
  onmessage: (event: MessageEvent<PartAsked>) => Promise<void>;
  postMessage(month: GatewayMonth): void;
}

const inside = globalThis as unknown as Inside;
inside.onmessage = async ({ data: { sessions, options } }) =>
  inside.postMessage(await gatewayDelivery(sessions, options));
