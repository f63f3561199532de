import { assertEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { readFlags } from "./command_flags.ts";
import { readSiteOrder, siteCommand } from "./site_order.ts";

function read(...args: readonly string[]) {
  const reading = readFlags(args, siteCommand);
  assume(reading.kind === "values", JSON.stringify(reading));
  return readSiteOrder(reading.values);
}

function order(...args: readonly string[]) {
  const result = read(...args);
  assume(result.ok, JSON.stringify(result));
  return result.value;
}

Deno.test("an order without flags is for a gateway with its defaults on this machine", () => {
  assertEquals(order(), {
    drawing: { chargers: 6, timeLapse: 20, withQuirks: false },
    seed: null,
    versions: [],
    csmsVersions: ["ocpp2.0.1"],
    listening: { host: "127.0.0.1", csmsPort: 19_000, meterPort: 19_001, brokerPort: 19_002 },
    gatewayUrl: "ws://127.0.0.1:9220/ocpp",
    gateway: {
      chargersHost: "127.0.0.1",
      chargersPort: 9_220,
      chargersPath: "/ocpp",
      webPort: 8_080,
      dataPath: "./data",
    },
    writeTo: null,
    hasFaults: false,
    isQuiet: false,
  });
});

Deno.test("flags shape the site", () => {
  const { drawing, seed, hasFaults, isQuiet, writeTo } = order(
    ...["--chargers", "30", "--seed", "7", "--time-lapse", "1", "--quirks", "--faults", "--quiet"],
    ...["--write", "site.yaml"],
  );
  assertEquals(drawing, { chargers: 30, timeLapse: 1, withQuirks: true });
  assertEquals([seed, hasFaults, isQuiet, writeTo], [7, true, true, "site.yaml"]);
});

Deno.test("the gateway is told to listen where chargers dial", () => {
  const { gateway, gatewayUrl } = order("--gateway", "ws://192.168.7.2:80/cp/");
  assertEquals([gateway.chargersHost, gateway.chargersPort, gateway.chargersPath], [
    "0.0.0.0",
    80,
    "/cp",
  ]);
  assertEquals(gatewayUrl, "ws://192.168.7.2:80/cp/");
});

Deno.test("port 0 is any port for all three", () => {
  const { listening } = order("--port", "0", "--host", "192.168.7.3");
  assertEquals(listening, { host: "192.168.7.3", csmsPort: 0, meterPort: 0, brokerPort: 0 });
});

const PROBLEMS: readonly (readonly [readonly string[], string])[] = [
  [["--gateway", "http://x"], "--gateway is http://x: expected ws://host:port/path"],
  [["--gateway", "wss://x"], "--gateway is wss://x: expected ws://host:port/path"],
  [["--gateway", "x"], "--gateway is x: expected ws://host:port/path"],
  [["--chargers", "2.5"], "--chargers is 2.5: expected a whole number"],
];

for (const [args, error] of PROBLEMS) {
  Deno.test(`an order with ${args.join(" ")} is refused`, () => {
    assertEquals(read(...args), { ok: false, error });
  });
}
