import { assertEquals, assertStringIncludes } from "@std/assert";
import { createSiteState } from "../_fixture_site.ts";
import { formatOf } from "../format.ts";
import { textOf } from "../text.ts";
import type { DemandView, EvseView } from "../views.ts";
import { demandText, FirstForm } from "./demand_forms.tsx";
import type { Page } from "./page.ts";

const NOW_MS = Date.UTC(2026, 0, 5, 8, 35, 0);
const STATE = createSiteState(NOW_MS);
const PAGE: Page = {
  site: STATE.site,
  principal: { name: "asha", role: "operator" },
  text: textOf("en"),
  format: formatOf("en", "Asia/Kolkata"),
  nowMs: NOW_MS,
  csrf: "",
  path: "/",
  address: "/",
};

const EVSE = only(STATE.evses[0]);

function only(evse: EvseView | undefined): EvseView {
  if (evse === undefined) throw new Error("The fixture is empty");
  return evse;
}

function said(demand: Partial<DemandView> | null): string | null {
  const nothing = {
    departure: null,
    departureBy: null,
    remainingWh: null,
    energyBy: null,
    urgent: false,
  };
  return demandText(PAGE, { ...EVSE, demand: demand === null ? null : { ...nothing, ...demand } })
    ?.replaceAll(/\s/g, " ") ?? null;
}

const at = (minutes: number) => new Date(NOW_MS + minutes * 60_000).toISOString();

Deno.test("what a driver wants is said in a line, and of others than the operator whose word it is", () => {
  assertEquals(
    said({
      departure: at(205),
      departureBy: "operator",
      remainingWh: 12_000,
      energyBy: "operator",
    }),
    "leaves 17:30, needs 12.0 kWh",
  );
  assertEquals(
    said({ departure: at(205), departureBy: "vehicle", remainingWh: 12_000, energyBy: "habit" }),
    "leaves 17:30 (says the car), needs 12.0 kWh (guess from past sessions)",
  );
  assertEquals(
    said({ departure: at(205), departureBy: "token" }),
    "leaves 17:30 (usual for this card)",
  );
});

Deno.test("who was to leave by now, has what it needs, or may not wait, is said to", () => {
  assertEquals(
    said({ departure: at(-5), departureBy: "operator", urgent: true }),
    "was to leave 14:00, may not wait",
  );
  assertEquals(
    said({ remainingWh: 0, energyBy: "group" }),
    "has what it needs (usual for its group)",
  );
});

Deno.test("where nobody knows what a driver wants, nothing is said", () => {
  assertEquals([said(null), said({})], [null, null]);
});

Deno.test("the button puts a session first, or takes that back where an operator has said so", () => {
  const button = (by: "operator" | "token") =>
    String(<FirstForm page={PAGE} evse={{ ...EVSE, priority: { class: 9, by } }} />);
  assertStringIncludes(button("token"), 'value="first"');
  assertStringIncludes(button("token"), "This one first");
  assertStringIncludes(button("operator"), 'value="as-others"');
});
