import { assertEquals } from "@std/assert";
import type { Payload } from "../../test/support/frame_peer.ts";
import { isoTime } from "../lib/clock.ts";
import { ask, assertValid, readyFor, VERSIONS_2X } from "./_session_2x_for_test.ts";
import { openUpstream, stopUpstream, type Upstream } from "./_link_for_test.ts";

const told = ({ peer }: Upstream): readonly Payload[] => peer().payloads("ReservationStatusUpdate");

function report({ site, events, clock }: Upstream, connectorStatus: "Available" | "Faulted") {
  site.setConnected("CP1", true);
  site.report(1, { message: { evseId: 1, connectorId: 1, connectorStatus } }, clock.wallMs());
  events.emit("evse", { slot: 1 });
}

async function reserved(upstream: Upstream): Promise<void> {
  report(upstream, "Available");
  const answer = await ask(upstream, "ReserveNow", {
    id: 6,
    evseId: 1,
    expiryDateTime: isoTime(upstream.clock.wallMs() + 3_600_000),
    idToken: { idToken: "ASHA", type: "Central" },
  });
  assertEquals(answer, { status: "Accepted" });
}

for (const version of VERSIONS_2X) {
  Deno.test(`${version}: a fault at a reserved EVSE ends the reservation, and the CSMS hears so (H01.FR.16)`, async () => {
    const upstream = await readyFor(version);
    await reserved(upstream);
    report(upstream, "Faulted");
    await upstream.clock.advance(5_000);
    assertEquals(told(upstream), [{ reservationId: 6, reservationUpdateStatus: "Removed" }]);
    assertEquals((await upstream.store.load(0)).reservations.size, 0);
    report(upstream, "Faulted");
    await upstream.clock.advance(5_000);
    assertEquals(told(upstream).length, 1);
    await assertValid(upstream, version);
    await stopUpstream(upstream);
  });

  Deno.test(`${version}: a reservation whose time is over is told, after an outage too (H04.FR.01)`, async () => {
    const upstream = await readyFor(version);
    upstream.dialer.policy = { kind: "failed", reason: "away", httpStatus: null };
    upstream.peer().socket.close(1001, "away");
    upstream.events.emit("reservation-over", { id: 9 });
    await upstream.clock.advance(5_000);
    upstream.dialer.policy = { kind: "open", protocol: version };
    await upstream.clock.advance(60_000);
    assertEquals(told(upstream), [{ reservationId: 9, reservationUpdateStatus: "Expired" }]);
    await stopUpstream(upstream);
  });
}

Deno.test("in 1.6 a reservation outlives a fault, and nothing is said of its end", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  report(upstream, "Available");
  const order = {
    connectorId: 1,
    expiryDate: isoTime(upstream.clock.wallMs() + 3_600_000),
    idTag: "ASHA",
    reservationId: 6,
  };
  assertEquals(await upstream.peer().result("ReserveNow", order, 100), { status: "Accepted" });
  report(upstream, "Faulted");
  upstream.events.emit("reservation-over", { id: 5 });
  await upstream.clock.advance(5_000);
  assertEquals(upstream.site.reservations().size, 1);
  assertEquals(upstream.heard().includes("ReservationStatusUpdate"), false);
  await stopUpstream(upstream);
});
