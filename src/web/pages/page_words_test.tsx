import { assertEquals } from "@std/assert";
import { createSiteState } from "../_fixture_site.ts";
import type { Command } from "../commands/command.ts";
import type { CommandRecord } from "../commands/desk.ts";
import { formatOf } from "../format.ts";
import { textOf } from "../text.ts";
import type { EvseView } from "../views.ts";
import { clockInWords } from "./charger_facts.tsx";
import { commandName, outcomeNote, sentence, stepsOf } from "./command_list.tsx";
import { reachableAddress } from "./empty_site.tsx";
import { currents, isStale } from "./evse_card.tsx";
import { STATE_LOOKS } from "./evse_tone.ts";
import { frameName, prettyFrame } from "./message_list.tsx";
import { MeterCard } from "./meter_card.tsx";
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

const plain = (text: string) => text.replaceAll("\u202f", " ");
const words = (html: unknown) =>
  plain(String(html)).replaceAll(/<[^>]+>/g, " ").replaceAll(/ +/g, " ").trim();

Deno.test("currents() names amperes and phases of a car that loads them alike", () => {
  for (
    const [amps, text] of [
      [[16, 16, 16], "16 A × 3"],
      [[16.4, 15.6, 16], "16 A × 3"],
      [[31.6, 0, 0.3], "32 A × 1"],
      [[0, 10, 10], "10 A × 2"],
      [[16, 10, 0], "16 · 10 · 0 A"],
      [[0, 0, 0], "0 A"],
      [[0.4, 0.4, 0.4], "0 A"],
    ] as const
  ) assertEquals(plain(currents(PAGE, amps)), text);
});

Deno.test("isStale() is about numbers of a session that have not come for long", () => {
  const [evse] = STATE.evses;
  if (evse === undefined) throw new Error("no EVSE");
  const at = (more: Partial<EvseView>) => isStale({ ...evse, ...more });
  assertEquals(at({ measuredAgeMs: 150_000 }), false);
  assertEquals(at({ measuredAgeMs: 150_001 }), true);
  assertEquals(at({ measuredAgeMs: null }), false);
  assertEquals(at({ measuredAgeMs: 999_999, transaction: null }), false);
});

Deno.test("states have the colours of the design, and no two of one colour look alike", () => {
  const tones = Object.fromEntries(
    Object.entries(STATE_LOOKS).map(([state, { tone }]) => [state, tone]),
  );
  assertEquals(tones, {
    "available": "ready",
    "preparing": "waiting",
    "charging": "charging",
    "suspended-by-ev": "waiting",
    "suspended-by-evse": "waiting",
    "finishing": "waiting",
    "reserved": "waiting",
    "unavailable": "unreachable",
    "faulted": "fault",
    "unreachable": "unreachable",
    "unknown": "unreachable",
  });
  const looks = Object.entries(STATE_LOOKS).map(([state, { icon }]) =>
    `${icon} ${PAGE.text.states[state as keyof typeof STATE_LOOKS]}`
  );
  // The two ways of being suspended share icon and word; the reason tells them apart.
  assertEquals(new Set(looks).size, looks.length - 1);
});

Deno.test("clockInWords() says how far a charger's clock is off, and which way", () => {
  for (
    const [offsetMs, text] of [
      [null, "Unknown"],
      [0, "right"],
      [-4_999, "right"],
      [5_000, "5 seconds ahead"],
      [-40_000, "40 seconds behind"],
      [119_000, "119 seconds ahead"],
      [-120_000, "2 minutes behind"],
      [3_600_000, "60 minutes ahead"],
    ] as const
  ) assertEquals(clockInWords(PAGE, offsetMs), text);
});

Deno.test("frameName() and prettyFrame() read frames, and show what is none as it came", () => {
  assertEquals(frameName(`[2,"1","Heartbeat",{}]`), "Heartbeat");
  assertEquals(frameName(`[3,"1",{}]`), "result");
  assertEquals(frameName(`[4,"1","InternalError","",{}]`), "error");
  for (const text of ["", "not json", "{}", "[]", "[9]", `[2,"1",7]`, "null"]) {
    assertEquals(frameName(text), "?", text);
  }
  assertEquals(prettyFrame(`[3,"1",{"a":1}]`), `[\n  3,\n  "1",\n  {\n    "a": 1\n  }\n]`);
  assertEquals(prettyFrame("not json"), "not json");
  const long = prettyFrame(JSON.stringify(["x".repeat(20_000)]));
  assertEquals([long.length, long.endsWith("…")], [8_001, true]);
});

Deno.test("reachableAddress() puts the browser's host where the listener is everywhere", () => {
  for (
    const [url, address] of [
      ["ws://0.0.0.0:9220/ocpp", "ws://gateway.local:9220/ocpp"],
      ["wss://[::]:9221/ocpp/", "wss://gateway.local:9221/ocpp"],
      ["ws://*:9220", "ws://gateway.local:9220"],
      ["ws://0.0.0.0:9220/ocpp/<identity>", "ws://gateway.local:9220/ocpp"],
      ["ws://192.168.1.4:9220/ocpp", "ws://192.168.1.4:9220/ocpp"],
      ["ws://0.0.0.0.example:9220/ocpp", "ws://0.0.0.0.example:9220/ocpp"],
    ] as const
  ) assertEquals(reachableAddress(url, "gateway.local"), address);
});

Deno.test("sentence() makes a phrase of another room end like one of ours", () => {
  for (
    const [phrase, result] of [
      ["the plug is stuck", "The plug is stuck."],
      ["Try again!", "Try again!"],
      ["why?", "Why?"],
      ["", ""],
    ] as const
  ) assertEquals(sentence(phrase), result);
});

const RECORD: CommandRecord = {
  id: 1,
  command: { kind: "stop", slot: 1 },
  chargerId: "CP01",
  by: "asha",
  askedAtMs: NOW_MS,
  progress: { kind: "accepted", detail: "" },
  effect: "awaited",
  seenAtMs: null,
};

Deno.test("stepsOf() shows how far a command came, and not a step further", () => {
  const steps = (more: Partial<CommandRecord>) =>
    stepsOf(PAGE, { ...RECORD, ...more }).map(({ label, state }) => `${label} (${state})`);
  const asked = "Asked (done)";
  const sent = "Sent (done)";
  const accepted = "Accepted (done)";
  const no = { reason: "r", advice: "a" };
  assertEquals(steps({ progress: { kind: "sent" } }), [asked, "waiting for the answer (going)"]);
  assertEquals(steps({ progress: { kind: "refused", ...no } }), [asked, sent, "Refused (no)"]);
  assertEquals(steps({ progress: { kind: "failed", ...no } }), [asked, "Not delivered (no)"]);
  assertEquals(steps({ progress: { kind: "unanswered" } }), [asked, sent, "No answer (unknown)"]);
  assertEquals(steps({}), [asked, sent, accepted, "Waiting to see it (going)"]);
  assertEquals(steps({ effect: "seen", seenAtMs: NOW_MS + 4_000 }), [
    asked,
    sent,
    accepted,
    "In effect, 14:05:04 (done)",
  ]);
  assertEquals(steps({ effect: "missed" }).at(-1), "Not seen in effect (unknown)");
  assertEquals(steps({ effect: "unseeable" }).at(-1), "Cannot be seen from here (unknown)");
});

Deno.test("outcomeNote() is a sentence, and nothing while the command is under way", () => {
  const note = (progress: CommandRecord["progress"]) => outcomeNote(PAGE, { ...RECORD, progress });
  const no = { reason: "the plug is stuck", advice: "pull it" };
  assertEquals(note({ kind: "sent" }), null);
  assertEquals(note({ kind: "accepted", detail: "" }), "Stop connector 1: done.");
  assertEquals(
    note({ kind: "refused", ...no }),
    "Stop connector 1: refused, the plug is stuck. Pull it.",
  );
  assertEquals(
    note({ kind: "failed", ...no }),
    "Stop connector 1: did not work, the plug is stuck. Pull it.",
  );
  assertEquals(note({ kind: "unanswered" }), "Stop connector 1: no answer.");
});

Deno.test("commandName() has words for every command, cards masked", () => {
  const commands: readonly (readonly [Command, string])[] = [
    [{ kind: "start", slot: 1, idToken: "04A1B2C3" }, "Start connector 1 for card ••••B2C3"],
    [{ kind: "unlock", slot: 2 }, "Unlock connector 2"],
    [{ kind: "availability", slot: 2, operational: true }, "Put connector 2 back into service"],
    [{ kind: "availability", slot: 2, operational: false }, "Take connector 2 out of service"],
    [{ kind: "limit", slot: 2, amps: 8, minutes: 5 }, "Limit connector 2 to 8 A for 5 min"],
    [{ kind: "reset", chargerId: "CP01", type: "soft" }, "Restart"],
    [{ kind: "reset", chargerId: "CP01", type: "hard" }, "Restart hard"],
    [{ kind: "trigger", chargerId: "CP01", message: "Heartbeat", slot: null }, "Ask for Heartbeat"],
    [{ kind: "adopt", chargerId: "CP01" }, "Adopt"],
    [{ kind: "rebind", chargerId: "CP01", slots: {} }, "Take it as it is now"],
    [{ kind: "security", chargerId: "CP01", order: { do: "new-password" } }, "New password"],
    [{ kind: "delete-token", token: "04A1B2C3" }, "Remove card ••••B2C3"],
    [{ kind: "close-session", transactionId: "tx-1" }, "Close the session"],
    [{ kind: "retry-row", id: 7 }, "Send record 7 again"],
    [{ kind: "discard-row", id: 7 }, "Discard record 7"],
    [
      {
        kind: "put-token",
        token: "04A1B2C3",
        type: "Central",
        status: "Blocked",
        expires: null,
        group: null,
        priority: null,
        departure: null,
        energyKwh: null,
      },
      "Save card ••••B2C3",
    ],
    [{ kind: "priority", slot: 2, class: "first", minutes: null }, "Connector 2 first"],
    [{ kind: "priority", slot: 2, class: 8, minutes: 30 }, "Connector 2 in class 8"],
    [{ kind: "priority", slot: 2, class: null, minutes: null }, "Connector 2 as others"],
    [
      { kind: "demand", slot: 2, departure: null, energyKwh: 12, urgent: false },
      "What the driver at connector 2 wants",
    ],
  ];
  for (const [command, name] of commands) {
    assertEquals(plain(commandName(PAGE, command)), name);
  }
});

Deno.test("a meter says the direction in words and shows old values as old", () => {
  const [main, , , pv, heatPump] = STATE.meters;
  if (!main || !pv || !heatPump) throw new Error("no meters");
  const card = (meter: typeof main) => words(<MeterCard page={PAGE} meter={meter} />);
  assertEquals(card(pv), "Solar pv 9.1 kW producing");
  assertEquals(card(main), "Grid main 50.8 kW from grid");
  assertEquals(card({ ...main, totalPowerW: -400 }), "Grid main 400 W to grid");
  assertEquals(card({ ...pv, role: "battery" }), "Battery pv 9.1 kW producing");
  assertEquals(card({ ...pv, role: "battery", totalPowerW: 900 }), "Battery pv 900 W drawing");
  assertEquals(
    card(heatPump),
    "Consumer heat-pump 3.3 kW measured 3 min ago Nothing answers at 192.168.10.24:502.",
  );
  assertEquals(
    card({ ...main, health: "waiting", totalPowerW: null, ageMs: null }),
    "Grid main – No reading yet",
  );
  assertEquals(
    card({ ...main, health: "failing", totalPowerW: null, ageMs: null }),
    "Grid main – No usable reading",
  );
  const isOld = (meter: typeof main) =>
    String(<MeterCard page={PAGE} meter={meter} />).includes("is-old");
  assertEquals([isOld(main), isOld({ ...main, ageMs: 15_001 }), isOld(heatPump)], [
    false,
    true,
    true,
  ]);
});
