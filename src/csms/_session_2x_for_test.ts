import { assertEquals } from "@std/assert";
import type { Payload } from "../../test/support/frame_peer.ts";
import { speechOf } from "../ocpp/mod.ts";
import { openUpstream, type Upstream } from "./_link_for_test.ts";

export type Version2x = "ocpp2.0.1" | "ocpp2.1";

export const VERSIONS_2X: readonly Version2x[] = ["ocpp2.0.1", "ocpp2.1"];

/** Connected to a CSMS of this version, registered, everything told. */
export async function readyFor(
  version: Version2x,
  given: Parameters<typeof openUpstream>[0] = {},
): Promise<Upstream> {
  const upstream = await openUpstream({ ...given, protocols: [version] });
  for (
    const action of [
      "NotifyReport",
      "ReportChargingProfiles",
      "NotifyCustomerInformation",
      "ReservationStatusUpdate",
    ]
  ) {
    upstream.answer(action, {});
  }
  upstream.answer("TransactionEvent", {});
  upstream.answer("Authorize", { idTokenInfo: { status: "Accepted" } });
  await upstream.settle();
  return upstream;
}

/** What the CSMS asks and is answered; whatever follows the answer has gone up by then. */
export function ask(upstream: Upstream, action: string, payload: Payload): Promise<Payload> {
  return upstream.peer().result(action, payload, 10_000);
}

/** Everything that went up is valid by the schemas of its version. */
export async function assertValid(upstream: Upstream, version: Version2x): Promise<void> {
  const { check } = await speechOf(version);
  for (const { action, payload } of upstream.peer().heard) {
    assertEquals(check.strict("request", action, payload), [], action);
  }
}
