import { assertEquals } from "@std/assert";
import { beginTransaction, endTransactionOn } from "../../test/support/books.ts";
import { ask, assertValid, readyFor, VERSIONS_2X } from "./_session_2x_for_test.ts";
import { NO_TARIFF_DESK, stopUpstream } from "./_link_for_test.ts";

const tariff = { tariffId: "T1", currency: "INR", energy: { prices: [{ priceKwh: 15 }] } };

Deno.test("a 2.1 CSMS orders tariffs, and each order comes to the desk as it was said", async () => {
  const ordered: unknown[] = [];
  const note = <Answer>(name: string, answer: Answer) => (order: unknown) => {
    ordered.push([name, order]);
    return answer;
  };
  const upstream = await readyFor("ocpp2.1", {
    tariffs: () => ({
      ...NO_TARIFF_DESK,
      setDefault: note("set", Promise.resolve({ status: "Accepted" as const })),
      get: note("get", { status: "NoTariff" as const }),
      clear: note(
        "clear",
        Promise.resolve({ clearTariffsResult: [{ status: "NoTariff" as const }] }),
      ),
      change: note("change", Promise.resolve({ status: "TxNotFound" as const })),
    }),
  });
  const set = { evseId: 1, tariff };
  assertEquals(await ask(upstream, "SetDefaultTariff", set), { status: "Accepted" });
  assertEquals(await ask(upstream, "GetTariffs", { evseId: 0 }), { status: "NoTariff" });
  assertEquals(await ask(upstream, "ClearTariffs", { tariffIds: ["T1"] }), {
    clearTariffsResult: [{ status: "NoTariff" }],
  });
  const change = { transactionId: "who", tariff };
  assertEquals(await ask(upstream, "ChangeTransactionTariff", change), { status: "TxNotFound" });
  assertEquals(ordered, [
    ["set", set],
    ["get", { evseId: 0 }],
    ["clear", { tariffIds: ["T1"] }],
    ["change", change],
  ]);
  await stopUpstream(upstream);
});

Deno.test("the tariff that comes with an authorization is the driver's, before he is let in (I08)", async () => {
  const noted: unknown[] = [];
  const upstream = await readyFor("ocpp2.1", {
    tariffs: () => ({
      ...NO_TARIFF_DESK,
      setDriver(idToken, said) {
        noted.push([idToken, said]);
        return Promise.resolve({
          ok: false,
          refusal: { status: "Rejected", reasonCode: "InvalidValue", info: "no" },
        });
      },
    }),
  });
  upstream.answer("Authorize", { idTokenInfo: { status: "Accepted" }, tariff });
  const asha = { idToken: "ASHA", type: "Central" };
  const asked = upstream.csms.authorize(asha);
  await upstream.clock.advance(100);
  assertEquals(await asked, { status: "Accepted" });
  assertEquals(noted, [[asha, tariff]]);
  await stopUpstream(upstream);
});

Deno.test("the end of a session tells what it costs to a CSMS of 2.1, and to no older one (I12)", async () => {
  const costDetails = {
    totalCost: { currency: "INR", typeOfCost: "NormalCost" as const, total: { exclTax: 12 } },
    totalUsage: { energy: 800, chargingTime: 60, idleTime: 0 },
  };
  for (const version of VERSIONS_2X) {
    const upstream = await readyFor(version, {
      tariffs: () => ({ ...NO_TARIFF_DESK, costDetails: () => costDetails }),
    });
    const { id: transactionId } = await beginTransaction(upstream, 1);
    await endTransactionOn(upstream, 1);
    upstream.events.emit("transaction", { transactionId });
    await upstream.clock.advance(10_000);
    const told = upstream.peer().payloads("TransactionEvent");
    assertEquals(told.map((each) => each["costDetails"]), [
      undefined,
      version === "ocpp2.1" ? costDetails : undefined,
    ]);
    await assertValid(upstream, version);
    await stopUpstream(upstream);
  }
});
