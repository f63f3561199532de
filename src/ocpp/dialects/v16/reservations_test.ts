import { assertEquals } from "@std/assert";
import { codecs16 } from "./mod.ts";

const { request } = codecs16.ReserveNow.ReserveNow;
const NOW = "2026-01-05T06:00:00Z";
const WIRE = { connectorId: 2, expiryDate: NOW, idTag: "A", parentIdTag: "P", reservationId: 7 };

Deno.test("a reservation of 1.6 is one of 2.1 with a group", () => {
  assertEquals(request.read(WIRE), {
    message: {
      id: 7,
      expiryDateTime: NOW,
      idToken: { idToken: "A", type: "Central" },
      groupIdToken: { idToken: "P", type: "Central" },
      evseId: 2,
    },
  });
});

Deno.test("a reservation of connector 0 is for any EVSE, and back", () => {
  const read = request.read({ ...WIRE, connectorId: 0 });
  assertEquals("evseId" in read.message, false);
  assertEquals(request.write(read).connectorId, 0);
});

Deno.test("a reservation is cancelled by its id", () => {
  const cancel = codecs16.CancelReservation.CancelReservation;
  assertEquals(cancel.request.read({ reservationId: 7 }), { message: { reservationId: 7 } });
  assertEquals(cancel.response.read({ status: "Rejected" }), { message: { status: "Rejected" } });
});
