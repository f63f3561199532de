import { assertEquals } from "@std/assert";
import { after, START_MS } from "./_profile_samples.ts";
import type { Status16 } from "./connector_status.ts";
import { claim, type Reservation, reserve, standing } from "./reservations.ts";

function connectors(...statuses: readonly Status16[]) {
  return statuses.map((status, index) => ({ id: index + 1, status }));
}

function reservation(changes: Partial<Reservation> = {}): Reservation {
  return {
    reservationId: 1,
    connectorId: 1,
    idTag: "ANNA",
    parentIdTag: null,
    expiryMs: START_MS + 600_000,
    ...changes,
  };
}

const REQUEST = { reservationId: 1, connectorId: 1, idTag: "ANNA", expiryDate: after(600) };

Deno.test("reserve() keeps a free connector", () => {
  assertEquals(reserve([], REQUEST, connectors("Available"), true), {
    status: "Accepted",
    reservations: [reservation()],
  });
});

const REFUSALS: readonly [Status16, string][] = [
  ["Charging", "Occupied"],
  ["Preparing", "Occupied"],
  ["Finishing", "Occupied"],
  ["Reserved", "Occupied"],
  ["Faulted", "Faulted"],
  ["Unavailable", "Unavailable"],
];

for (const [status, refusal] of REFUSALS) {
  Deno.test(`reserve() answers ${refusal} for a connector that is ${status}`, () => {
    assertEquals(reserve([], REQUEST, connectors(status), true).status, refusal);
    assertEquals(
      reserve([], { ...REQUEST, connectorId: 0 }, connectors(status), true).status,
      refusal,
    );
  });
}

Deno.test("reserve() refuses a connector that there is not, and connector 0 where not supported", () => {
  const any = { ...REQUEST, connectorId: 0 };
  assertEquals(
    reserve([], { ...REQUEST, connectorId: 2 }, connectors("Available"), true).status,
    "Rejected",
  );
  assertEquals(reserve([], any, connectors("Available"), false).status, "Rejected");
});

Deno.test("reserve() replaces the reservation with the same id", () => {
  const before = [reservation()];
  const longer = { ...REQUEST, expiryDate: after(900), idTag: "BERT", parentIdTag: "FIRM" };
  const { status, reservations } = reserve(before, longer, connectors("Reserved"), true);
  assertEquals(status, "Accepted");
  assertEquals(reservations, [
    reservation({ expiryMs: START_MS + 900_000, idTag: "BERT", parentIdTag: "FIRM" }),
  ]);
});

Deno.test("reserve() of connector 0 needs a free connector for each", () => {
  const any = (reservationId: number) => ({ ...REQUEST, reservationId, connectorId: 0 });
  const free = connectors("Available", "Available", "Charging");
  const one = reserve([], any(1), free, true);
  const two = reserve(one.reservations, any(2), free, true);
  const three = reserve(two.reservations, any(3), free, true);
  assertEquals([one.status, two.status, three.status], ["Accepted", "Accepted", "Occupied"]);
});

const ANNA = { idTag: "anna", parentIdTag: null };
const STRANGER = { idTag: "ZOE", parentIdTag: "OTHERS" };

Deno.test("claim() lets the reserved token in, by itself or by its group", () => {
  const own = reservation({ parentIdTag: "FIRM" });
  const places = connectors("Reserved");
  assertEquals(claim([own], 1, ANNA, places), { allowed: true, reservation: own });
  const colleague = { idTag: "CARL", parentIdTag: "firm" };
  assertEquals(claim([own], 1, colleague, places), { allowed: true, reservation: own });
  assertEquals(claim([own], 1, STRANGER, places), { allowed: false });
});

Deno.test("claim() of another connector leaves the reservation alone", () => {
  const places = connectors("Reserved", "Available");
  assertEquals(claim([reservation()], 2, ANNA, places), { allowed: true, reservation: null });
});

Deno.test("claim() keeps the last free connector for whoever reserved any", () => {
  const any = reservation({ connectorId: 0 });
  const twoFree = connectors("Available", "Available");
  const oneFree = connectors("Available", "Charging");
  assertEquals(claim([any], 1, STRANGER, twoFree), { allowed: true, reservation: null });
  assertEquals(claim([any], 1, STRANGER, oneFree), { allowed: false });
  assertEquals(claim([any], 1, ANNA, oneFree), { allowed: true, reservation: any });
});

Deno.test("standing() ends reservations at their time and with their connector", () => {
  const all = [
    reservation({ reservationId: 1, expiryMs: START_MS }),
    reservation({ reservationId: 2, expiryMs: START_MS + 1 }),
    reservation({ reservationId: 3, connectorId: 2 }),
    reservation({ reservationId: 4, connectorId: 0 }),
  ];
  const left = (...statuses: readonly Status16[]) =>
    standing(all, connectors(...statuses), START_MS).map((each) => each.reservationId);
  assertEquals(left("Reserved", "Faulted"), [2, 4]);
  assertEquals(left("Reserved", "Reserved"), [2, 3, 4]);
  assertEquals(left("Unavailable", "Faulted"), []);
});
