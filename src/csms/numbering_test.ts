import { assertEquals } from "@std/assert";
import { beginTransaction } from "../../test/support/books.ts";
import { bindUpstream } from "../transactions/mod.ts";
import { CONNECTOR_OF_SLOT_3, type Desk, openDesk } from "./_desk_for_test.ts";
import { numberingFor } from "./numbering.ts";

const towards = (version: "ocpp1.6" | "ocpp2.0.1", { site, transactions }: Desk) =>
  numberingFor(version, site, transactions);

async function bound(desk: Desk, slot: number, upstreamNumber: number) {
  const { id } = await beginTransaction(desk, slot, { idToken: `DRIVER${slot}` });
  desk.transactions.apply(bindUpstream(desk.transactions.state(), id, upstreamNumber));
  return id;
}

Deno.test("a 1.6 CSMS speaks of connectors, by their own sequence (ruling 9)", async () => {
  const numbering = towards("ocpp1.6", await openDesk());
  assertEquals([0, 1, 3].map((slot) => numbering.evseOf(slot)), [0, 1, CONNECTOR_OF_SLOT_3]);
  assertEquals(numbering.slotOf(CONNECTOR_OF_SLOT_3)?.slot, 3);
  assertEquals([0, 3, -1].map((id) => numbering.slotOf(id)), [undefined, undefined, undefined]);
});

Deno.test("a 2.x CSMS speaks of slots", async () => {
  const numbering = towards("ocpp2.0.1", await openDesk());
  assertEquals([0, 1, 3].map((slot) => numbering.evseOf(slot)), [0, 1, 3]);
  assertEquals(numbering.slotOf(3)?.slot, 3);
  assertEquals(numbering.slotOf(CONNECTOR_OF_SLOT_3), undefined);
});

Deno.test("every slot that a CSMS is told of is found again under the number that it was told", async () => {
  const desk = await openDesk();
  for (const version of ["ocpp1.6", "ocpp2.0.1"] as const) {
    const numbering = towards(version, desk);
    for (const slot of desk.site.slots().keys()) {
      assertEquals(numbering.slotOf(numbering.evseOf(slot))?.slot, slot);
    }
  }
});

Deno.test("a 1.6 CSMS speaks of transactions by the number that it gave, and of none before", async () => {
  const desk = await openDesk();
  const numbering = towards("ocpp1.6", desk);
  const id = await bound(desk, 1, 4711);
  const unknown = await beginTransaction(desk, 2);
  assertEquals(numbering.transactionOf("4711")?.id, id);
  assertEquals(numbering.transactionOf(String(unknown.number)), undefined);
  assertEquals(numbering.transactionOf("no number"), undefined);
  const named = desk.transactions.state().transactions.get(id);
  assertEquals(named && numbering.transactionIdOf(named), "4711");
  assertEquals(numbering.transactionIdOf(unknown), null);
});

Deno.test("a 2.x CSMS speaks of transactions by our id", async () => {
  const desk = await openDesk();
  const numbering = towards("ocpp2.0.1", desk);
  const open = await beginTransaction(desk, 1);
  assertEquals(numbering.transactionOf(open.id)?.id, open.id);
  assertEquals(numbering.transactionIdOf(open), open.id);
});
