import { assertEquals } from "@std/assert";
import { createSiteState } from "../_fixture_site.ts";
import type { ChargerView, EvseView } from "../views.ts";
import type { Command } from "./command.ts";
import { isInEffect } from "./effect.ts";

const ASKED_AT_MS = Date.UTC(2026, 0, 5, 8, 35, 0);
const state = createSiteState(ASKED_AT_MS);
const charging = state.evses[0];
const charger = state.chargers[0];
if (charging === undefined || charger === undefined) throw new Error("the fixture is empty");
const idle: EvseView = { ...charging, state: "available", transaction: null };
const other: EvseView = {
  ...charging,
  transaction: charging.transaction === null ? null : { ...charging.transaction, id: "other" },
};
const BEFORE = charging.transaction?.id ?? "";

function inEffect(
  command: Command,
  evse: EvseView | undefined,
  more: { charger?: ChargerView; transactionBefore?: string | null } = {},
): boolean | null {
  return isInEffect(command, {
    evse,
    charger: more.charger,
    askedAtMs: ASKED_AT_MS,
    transactionBefore: more.transactionBefore === undefined ? BEFORE : more.transactionBefore,
  });
}

Deno.test("start is in effect with a session that was not there before", () => {
  const start: Command = { kind: "start", slot: 1, idToken: "A1" };
  assertEquals(inEffect(start, idle, { transactionBefore: null }), false);
  assertEquals(inEffect(start, charging, { transactionBefore: null }), true);
  assertEquals(inEffect(start, charging), false);
  assertEquals(inEffect(start, undefined), false);
});

Deno.test("stop is in effect when the session that ran is over", () => {
  const stop: Command = { kind: "stop", slot: 1 };
  assertEquals(inEffect(stop, charging), false);
  assertEquals(inEffect(stop, idle), true);
  assertEquals(inEffect(stop, other), true);
});

Deno.test("availability is in effect when the connector says so itself", () => {
  const command = (operational: boolean): Command => ({
    kind: "availability",
    slot: 1,
    operational,
  });
  const out: EvseView = { ...idle, operative: false, state: "unavailable" };
  assertEquals(inEffect(command(false), out), true);
  assertEquals(inEffect(command(false), { ...idle, operative: false }), false);
  assertEquals(inEffect(command(true), out), false);
  assertEquals(inEffect(command(true), idle), true);
});

Deno.test("limit is in effect when no more is offered", () => {
  const limit: Command = { kind: "limit", slot: 1, amps: 10, minutes: 60 };
  assertEquals(inEffect(limit, charging), false);
  assertEquals(inEffect(limit, { ...charging, offeredAmps: 10 }), true);
  assertEquals(inEffect(limit, { ...charging, offeredAmps: null }), false);
});

Deno.test("reset is in effect with a boot after it was asked for", () => {
  const reset: Command = { kind: "reset", chargerId: "CP01", type: "soft" };
  const bootedAt = (offsetMs: number) => new Date(ASKED_AT_MS + offsetMs).toISOString();
  assertEquals(inEffect(reset, undefined, { charger }), false);
  assertEquals(
    inEffect(reset, undefined, { charger: { ...charger, bootedAt: bootedAt(1) } }),
    true,
  );
  assertEquals(
    inEffect(reset, undefined, { charger: { ...charger, bootedAt: bootedAt(0) } }),
    false,
  );
  assertEquals(inEffect(reset, undefined, { charger: { ...charger, bootedAt: null } }), false);
});

Deno.test("adopt is in effect when the charger is connected; an unlocked plug cannot be seen", () => {
  const adopt: Command = { kind: "adopt", chargerId: "CP01" };
  assertEquals(inEffect(adopt, undefined), false);
  assertEquals(inEffect(adopt, undefined, { charger }), true);
  assertEquals(inEffect({ kind: "unlock", slot: 1 }, charging), null);
});
