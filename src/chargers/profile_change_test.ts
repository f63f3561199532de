import { assertEquals } from "@std/assert";
import { createEdge } from "./_edge_for_test.ts";
import { CHARGERS_TIMING } from "./options.ts";
import { changeProfile, type ProfileChange } from "./profile_change.ts";
import type { Station } from "./station.ts";

const CP1 = { id: "CP1", password: "secret", addresses: [] };
const WANTED = { profile: 2, url: null } as const;

Deno.test("a 1.6 charger is told by its SecurityProfile, and may come as before until it has come so", async () => {
  const edge = await createEdge({ known: [CP1] });
  const charger = await edge.arrive("CP1");
  const underWay = edge.chargers.changeProfile("CP1", WANTED);
  await edge.clock.advance(100);
  assertEquals(await underWay, { kind: "taken" });
  assertEquals(charger.payloads("ChangeConfiguration").at(-1), {
    key: "SecurityProfile",
    value: "2",
  });
  assertEquals(edge.site.charger("CP1")?.leastProfile, 1);
});

Deno.test("a charger says why it does not go over, or nothing at all", async () => {
  for (
    const [answer, expected] of [
      [{ status: "Rejected" }, { kind: "refused", status: "Rejected" }],
      [{ status: "RebootRequired" }, { kind: "needs-reset" }],
      ["silence", { kind: "unsure" }],
    ] as const
  ) {
    const edge = await createEdge({ known: [CP1] });
    const charger = await edge.arrive("CP1");
    charger.answer("ChangeConfiguration", answer);
    const underWay = edge.chargers.changeProfile("CP1", WANTED);
    await edge.clock.advance(CHARGERS_TIMING.answerTimeoutMs + 1_000);
    assertEquals(await underWay, expected);
  }
});

Deno.test("who is away is told nothing, and who comes so already neither", async () => {
  const edge = await createEdge({ known: [CP1] });
  assertEquals(await edge.chargers.changeProfile("CP1", WANTED), { kind: "away" });
  const charger = await edge.arrive("CP1");
  const before = charger.payloads("ChangeConfiguration").length;
  const order = { profile: 1, url: null } as const;
  assertEquals(await edge.chargers.changeProfile("CP1", order), { kind: "has-it" });
  assertEquals(charger.payloads("ChangeConfiguration").length, before);
});

/** A charger of 2.x that answers each message with what stands here. */
function station2x(
  version: "ocpp2.0.1" | "ocpp2.1",
  answers: Readonly<Record<string, unknown>>,
) {
  const told: { readonly action: string; readonly message: unknown }[] = [];
  const station = {
    chargerId: "CP1",
    version,
    securityProfile: 1,
    life: { accepted: true },
    speaker: {
      call(command: { readonly action: string; readonly message: unknown }) {
        told.push(command);
        return Promise.resolve({ kind: "answered", message: answers[command.action] });
      },
    },
  } as unknown as Station;
  return { station, told };
}

const URL_2X = "wss://10.0.0.5:9221/ocpp";
const priority = (attributeValue: string) => ({ getVariableResult: [{ attributeValue }] });
const set = (attributeStatus: string) => ({ setVariableResult: [{ attributeStatus }] });

function order2x(station: Station): Promise<ProfileChange> {
  return changeProfile({ log: () => {} }, station, { profile: 2, url: URL_2X });
}

Deno.test("a 2.x charger gets a network profile beside the one in use, which stays its second choice", async () => {
  for (
    const [version, words, inUse, order] of [
      ["ocpp2.0.1", { ocppVersion: "OCPP20", ocppInterface: "Wired0" }, "1", [2, "2,1"]],
      ["ocpp2.1", { ocppVersion: "OCPP21", ocppInterface: "Any" }, "2,1", [1, "1,2"]],
      ["ocpp2.1", { ocppVersion: "OCPP21", ocppInterface: "Any" }, "", [2, "2,1"]],
    ] as const
  ) {
    const { station, told } = station2x(version, {
      GetVariables: priority(inUse),
      SetNetworkProfile: { status: "Accepted" },
      SetVariables: set("Accepted"),
    });
    assertEquals(await order2x(station), { kind: "needs-reset" });
    assertEquals(told[1], {
      action: "SetNetworkProfile",
      message: {
        configurationSlot: order[0],
        connectionData: {
          ...words,
          ocppTransport: "JSON",
          ocppCsmsUrl: URL_2X,
          messageTimeout: 30,
          securityProfile: 2,
        },
      },
    });
    assertEquals(
      JSON.stringify(told[2]).includes(`"attributeValue":"${order[1]}"`),
      true,
      JSON.stringify(told[2]),
    );
  }
});

Deno.test("a 2.x charger that takes no network profile keeps the order of those it has", async () => {
  const { station, told } = station2x("ocpp2.1", {
    GetVariables: priority("1"),
    SetNetworkProfile: { status: "Failed" },
  });
  assertEquals(await order2x(station), { kind: "refused", status: "Failed" });
  assertEquals(told.map(({ action }) => action), ["GetVariables", "SetNetworkProfile"]);
  const silent = station2x("ocpp2.1", {});
  const wanted = { profile: 2, url: null } as const;
  assertEquals(await changeProfile({ log: () => {} }, silent.station, wanted), {
    kind: "needs-url",
  });
  assertEquals(silent.told, []);
});
