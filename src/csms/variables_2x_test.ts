import { assertEquals } from "@std/assert";
import type { Payload } from "../../test/support/frame_peer.ts";
import { ask, readyFor } from "./_session_2x_for_test.ts";
import { stopUpstream } from "./_link_for_test.ts";

const at = (component: Payload | string, variable: string, more: Payload = {}) => ({
  component: typeof component === "string" ? { name: component } : component,
  variable: { name: variable },
  ...more,
});

Deno.test("a 2.x CSMS reads what the gateway is, entry by entry, in the order it asked", async () => {
  const upstream = await readyFor("ocpp2.0.1");
  const getVariableData = [
    at({ name: "EVSE", evse: { id: 2 } }, "SupplyPhases"),
    at("TxCtrlr", "StopTxOnInvalidId", { attributeType: "Actual" }),
    at("TxCtrlr", "StopTxOnInvalidId", { attributeType: "Target" }),
    at("TxCtrlr", "Nonsense"),
    at("NonsenseCtrlr", "Enabled"),
  ];
  const { getVariableResult } = await ask(upstream, "GetVariables", { getVariableData });
  const results = getVariableResult as readonly Payload[];
  assertEquals(results.map((each) => [each["attributeStatus"], each["attributeValue"]]), [
    ["Accepted", "3"],
    ["Accepted", "true"],
    ["NotSupportedAttributeType", undefined],
    ["UnknownVariable", undefined],
    ["UnknownComponent", undefined],
  ]);
  assertEquals(results.map(({ component }) => component), getVariableData.map((d) => d.component));
  await stopUpstream(upstream);
});

Deno.test("a 2.x CSMS sets what it may, and is told why the rest stays as it is", async () => {
  const upstream = await readyFor("ocpp2.1");
  const { setVariableResult } = await ask(upstream, "SetVariables", {
    setVariableData: [
      at("TxCtrlr", "EVConnectionTimeOut", { attributeValue: "90" }),
      at("TxCtrlr", "EVConnectionTimeOut", { attributeValue: "soon" }),
      at("ClockCtrlr", "DateTime", { attributeValue: "2026-01-01T00:00:00Z" }),
      at("TxCtrlr", "EVConnectionTimeOut", { attributeValue: "9", attributeType: "MaxSet" }),
      at("OCPPCommCtrlr", "MessageAttempts", { attributeValue: "9" }),
    ],
  });
  assertEquals(
    (setVariableResult as readonly Payload[]).map(({ attributeStatus }) => attributeStatus),
    ["Accepted", "Rejected", "Rejected", "NotSupportedAttributeType", "UnknownVariable"],
  );
  assertEquals(upstream.variables.value("TxCtrlr.EVConnectionTimeOut"), "90");
  await stopUpstream(upstream);
});

Deno.test("what is not the gateway's own of an EVSE is its charger's, under the charger's number", async () => {
  const upstream = await readyFor("ocpp2.1");
  const theirs = at({ name: "EVSE", evse: { id: 2 } }, "ISO15118EvseId");
  upstream.chargers.outcome = () => ({
    kind: "answered",
    message: {
      getVariableResult: [{
        component: { name: "EVSE", evse: { id: 1 } },
        variable: { name: "ISO15118EvseId" },
        attributeStatus: "Accepted",
        attributeValue: "IN*ABC*E1",
      }],
    },
  });
  const { getVariableResult } = await ask(upstream, "GetVariables", { getVariableData: [theirs] });
  assertEquals(getVariableResult, [{
    ...theirs,
    attributeStatus: "Accepted",
    attributeValue: "IN*ABC*E1",
  }]);
  assertEquals(upstream.chargers.calls, [{ chargerId: "CP2", action: "GetVariables" }]);
  await stopUpstream(upstream);
});
