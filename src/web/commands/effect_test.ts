import { assertEquals } from "@std/assert";
import { createSiteState } from "../_fixture_site.ts";
import type { SecurityOrder } from "../../site/mod.ts";
import type { ChargerSecurityView, ChargerView, EvseView } from "../views.ts";
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

Deno.test("an order about security is in effect when the charger has come so, or the book says so", () => {
  const later = new Date(ASKED_AT_MS + 5_000).toISOString();
  const before = new Date(ASKED_AT_MS - 5_000).toISOString();
  const secured = (order: SecurityOrder, security: Partial<ChargerSecurityView>) =>
    inEffect({ kind: "security", chargerId: "CP01", order }, undefined, {
      charger: { ...charger, security: { ...charger.security, ...security } },
    });
  const password = { kept: true, changing: false };
  const newPassword = { do: "new-password" } as const;
  assertEquals(secured(newPassword, { password: { ...password, since: before } }), false);
  assertEquals(secured(newPassword, { password: { ...password, since: null } }), false);
  assertEquals(secured(newPassword, { password: { ...password, since: later } }), true);
  const certificate = {
    fingerprint: "AB",
    serialNumber: "01",
    subject: null,
    from: before,
    until: later,
    issuedAt: before,
    firstUsed: null,
    revoked: null,
  };
  const renew = { do: "renew-certificate" } as const;
  assertEquals(secured(renew, { certificates: [certificate] }), false);
  assertEquals(secured(renew, { certificates: [{ ...certificate, issuedAt: later }] }), true);
  const revoke = { do: "revoke-certificates", reason: "" } as const;
  const revoked = { ...certificate, revoked: { at: later, reason: "stolen" } };
  assertEquals(secured(revoke, { certificates: [certificate, revoked] }), false);
  assertEquals(secured(revoke, { certificates: [revoked] }), true);
  const raise = { do: "raise-profile", profile: 2, url: null } as const;
  for (const [profile, expected] of [[null, false], [1, false], [2, true], [3, true]] as const) {
    assertEquals(secured(raise, { profile }), expected, String(profile));
  }
  const allow = { do: "allow-profile", profile: 1 } as const;
  for (const [leastProfile, expected] of [[0, true], [1, true], [2, false]] as const) {
    assertEquals(secured(allow, { leastProfile }), expected, String(leastProfile));
  }
  assertEquals(inEffect({ kind: "security", chargerId: "CP99", order: renew }, undefined), false);
});
