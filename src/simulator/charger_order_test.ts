import { assertEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { chargerCommand, readChargerOrder } from "./charger_order.ts";
import { readFlags } from "./command_flags.ts";
import { EV_MODELS } from "./ev_models.ts";

const LEAST = ["--url", "ws://gateway:9220/ocpp", "--id", "CP1"];

function read(...args: readonly string[]) {
  const reading = readFlags([...LEAST, ...args], chargerCommand);
  assume(reading.kind === "values", JSON.stringify(reading));
  return readChargerOrder(reading.values, "secret");
}

function order(...args: readonly string[]) {
  const result = read(...args);
  assume(result.ok, JSON.stringify(result));
  return result.value;
}

Deno.test("an order with the least flags is one ordinary charger without EV", () => {
  const { options, url, plugIn, isOnce, caFile } = order();
  assertEquals([options.identity, options.password, url], ["CP1", "secret", LEAST[1]]);
  assertEquals(options.outlets, [{ lines: ["L1", "L2", "L3"], maxAmps: 32, fixedCable: false }]);
  assertEquals([plugIn, isOnce, caFile], [null, false, null]);
});

Deno.test("flags shape the charger", () => {
  const { options } = order(
    ...["--evses", "2", "--phases", "1", "--max-current", "16", "--vendor", "ACME"],
    ...["--model", "A model with a very long name", "--firmware", "9"],
  );
  assertEquals(options.outlets.map(({ lines, maxAmps }) => [lines, maxAmps]), [
    [["L1"], 16],
    [["L1"], 16],
  ]);
  assertEquals([options.vendor, options.model, options.firmwareVersion], [
    "ACME",
    "A model with a very ",
    "9",
  ]);
});

Deno.test("flags shape the EV and its driver", () => {
  const { plugIn, isOnce } = order(
    ...["--plug-in", "ANNA", "--ev", "onePhase32", "--soc", "55", "--energy", "7.5"],
    ...["--time-lapse", "10", "--once"],
  );
  assertEquals(plugIn, {
    idTag: "ANNA",
    model: EV_MODELS.onePhase32,
    needs: { soc: 0.55, wantedWh: 7_500, timeLapse: 10 },
  });
  assertEquals(isOnce, true);
});

Deno.test("faults are switched on, with a number where they have one", () => {
  const { options } = order("--fault", "ignoresProfiles", "--fault", "clockOffsetMs=-90000");
  assertEquals([options.faults.ignoresProfiles, options.faults.clockOffsetMs], [true, -90_000]);
  assertEquals(options.faults.namesNoProtocol, false);
});

const PROBLEMS: readonly (readonly [readonly string[], string])[] = [
  [["--url", "http://x"], "--url is http://x: expected ws://… or wss://…"],
  [["--url", "gateway"], "--url is gateway: expected ws://… or wss://…"],
  [["--protocol", "ocpp2.0"], "--protocol is ocpp2.0: expected ocpp2.1, ocpp2.0.1, ocpp1.6"],
  [["--ev", "tank"], "--ev is tank: --help lists the kinds"],
  [["--once"], "--once needs --plug-in"],
  [
    ["--plug-in", "123456789012345678901"],
    "--plug-in has more than the 20 characters that ocpp1.6 knows",
  ],
  [
    ["--protocol", "ocpp2.1", "--plug-in", "1234567890123456789012345678901234567"],
    "--plug-in has more than the 36 characters that ocpp2.1 knows",
  ],
  [["--fault", "smokes"], "--fault smokes is not known: --help lists them"],
  [["--fault", "ignoresProfiles=3"], "--fault ignoresProfiles=3: expected ignoresProfiles"],
  [["--fault", "clockOffsetMs"], "--fault clockOffsetMs: expected clockOffsetMs=NUMBER"],
  [["--fault", "clockOffsetMs=x"], "--fault clockOffsetMs=x: expected clockOffsetMs=NUMBER"],
];

for (const [args, error] of PROBLEMS) {
  Deno.test(`an order with ${args.join(" ")} is refused`, () => {
    assertEquals(read(...args), { ok: false, error });
  });
}
