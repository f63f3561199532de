import { assertEquals, assertThrows } from "@std/assert";
import { createSystemClock } from "../lib/clock_io.ts";
import type { SignalWord } from "../site/mod.ts";
import { createHttpSignal } from "./http_signal_io.ts";
import type { HttpSignalOptions } from "./signal_options.ts";

const PLAN = {
  id: "dso",
  by: "http-json dso",
  circuitId: "grid",
  counts: "chargers",
  silentAfterMs: 60_000,
  fallback: null,
} as const;

async function firstWord(
  status: number,
  body: string,
  changes: Partial<HttpSignalOptions> = {},
): Promise<{ readonly word: SignalWord; readonly token: string | null; readonly host: string }> {
  let token: string | null = null;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    token = request.headers.get("authorization");
    return new Response(body, { status });
  });
  const host = `127.0.0.1:${server.addr.port}`;
  const signal = createHttpSignal({
    driver: "http-json",
    plan: PLAN,
    url: `http://${host}/limit?key=hidden`,
    path: "limit.kW",
    unit: "kW",
    intervalMs: 60_000,
    ...changes,
  }, createSystemClock());
  const { promise, resolve } = Promise.withResolvers<SignalWord>();
  signal.start(resolve);
  const word = await promise;
  await signal.stop();
  await server.shutdown();
  return { word, token, host };
}

const LIMITS: readonly [unit: HttpSignalOptions["unit"], told: string, limit: number][] = [
  ["kW", "W", 4_200],
  ["W", "W", 4],
  ["A", "A", 4.2],
];
for (const [unit, told, limit] of LIMITS) {
  Deno.test(`4.2 in ${unit} is a limit of ${limit} ${told} until something else is said`, async () => {
    const { word, token, host } = await firstWord(200, '{"limit":{"kW":4.2}}', {
      unit,
      token: "t0",
    });
    assertEquals(JSON.parse(JSON.stringify(word)), {
      kind: "schedule",
      spans: [{ fromMs: 0, toMs: null, unit: told, limit, reason: `said by ${host}` }],
      problems: [],
    });
    assertEquals(token, "Bearer t0");
  });
}

Deno.test("null is no limit", async () => {
  const { word } = await firstWord(200, '{"limit":{"kW":null}}');
  assertEquals(word, { kind: "schedule", spans: [], problems: [] });
});

const UNHEARD: readonly [status: number, body: string, says: string][] = [
  [200, '{"limit":{}}', 'without a value at "limit.kW"'],
  [200, '{"limit":{"kW":-1}}', '-1 at "limit.kW"'],
  [200, '{"limit":{"kW":"4.2"}}', '"4.2" at "limit.kW"'],
  [200, "busy", "with what is no JSON"],
  [503, "{}", "503"],
];
for (const [status, body, says] of UNHEARD) {
  Deno.test(`an answer ${status} of ${body} lifts nothing: it is not heard`, async () => {
    const { word, host } = await firstWord(status, body);
    assertEquals(word, { kind: "unheard", reason: `${host} answers ${says}` });
  });
}

Deno.test("a path that is none is a programmer's mistake", () => {
  assertThrows(
    () =>
      createHttpSignal({
        driver: "http-json",
        plan: PLAN,
        url: "http://127.0.0.1/",
        path: "a..b",
        unit: "kW",
        intervalMs: 1_000,
      }, createSystemClock()),
    RangeError,
  );
});
