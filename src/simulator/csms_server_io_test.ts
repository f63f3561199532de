import { assertEquals } from "@std/assert";
import { createSystemClock } from "../lib/clock_io.ts";
import { createEvents, type Events } from "../lib/events.ts";
import { createSystemIds } from "../lib/ids_io.ts";
import { createSpawner } from "../lib/spawn.ts";
import { loadChecks } from "./checks.ts";
import type { Charger, ChargerEvents } from "./charger.ts";
import { createChargerDialer } from "./charger_dial_io.ts";
import { createCharger16 } from "./charger16/charger16.ts";
import { type ChargerChanges, chargerOptions } from "./charger_options.ts";
import { type CsmsEvents, FRIENDLY_CSMS, type SimulatedCsms } from "./csms.ts";
import { startCsmsServer } from "./csms_server_io.ts";
import { createCsms } from "./csms/simulated_csms.ts";

interface World {
  readonly csms: SimulatedCsms;
  readonly csmsEvents: Events<CsmsEvents>;
  readonly port: number;
  /** Builds a charger that dials this server. It is stopped at the end. */
  charger(changes?: Partial<ChargerChanges>): {
    readonly charger: Charger;
    readonly events: Events<ChargerEvents>;
  };
}

/** A CSMS on a real port, and whoever dials it. */
async function withServer(
  password: string | null,
  work: (world: World) => Promise<void>,
): Promise<void> {
  const checks = await loadChecks();
  const spawn = createSpawner(() => {});
  const shared = {
    clock: createSystemClock(),
    ids: createSystemIds(),
    log: () => {},
    spawn,
    checks,
  };
  const csmsEvents = createEvents<CsmsEvents>(() => {});
  const csms = createCsms(FRIENDLY_CSMS, { ...shared, events: csmsEvents });
  const server = await startCsmsServer({ host: "127.0.0.1", port: 0, password }, csms);
  const chargers: Charger[] = [];
  await work({
    csms,
    csmsEvents,
    port: server.port,
    charger(changes) {
      const events = createEvents<ChargerEvents>(() => {});
      const url = () => `ws://127.0.0.1:${server.port}/any/path/`;
      const options = chargerOptions({
        identity: "CP 1/ä",
        timing: { redialFirstMs: 10 },
        ...changes,
      });
      const charger = createCharger16(options, {
        ...shared,
        events,
        dialer: createChargerDialer({ url }),
      });
      chargers.push(charger);
      return { charger, events };
    },
  });
  await Promise.all(chargers.map((charger) => charger.stop()));
  csms.stop();
  await server.stop();
  await spawn.drain();
}

/** The next event of that name. */
function next<Map, Name extends keyof Map>(events: Events<Map>, name: Name): Promise<Map[Name]> {
  return new Promise((resolve) => {
    const off = events.on(name, (value) => {
      off();
      resolve(value);
    });
  });
}

Deno.test("a charger boots over a real connection, whatever its identity looks like", async () => {
  await withServer(null, async ({ csms, csmsEvents, charger }) => {
    const connected = next(csmsEvents, "connected");
    const { charger: one, events } = charger();
    const registered = next(events, "registered");
    one.start();
    assertEquals(await connected, { identity: "CP 1/ä" });
    assertEquals(await registered, { status: "Accepted" });
    assertEquals(csms.books.boot()?.model, "Simulated 16J");
  });
});

Deno.test("a command goes down and its answer comes up", async () => {
  await withServer(null, async ({ csms, charger }) => {
    const { charger: one, events } = charger();
    const registered = next(events, "registered");
    one.start();
    await registered;
    assertEquals(await csms.call("GetLocalListVersion", {}), {
      kind: "answered",
      payload: { listVersion: 0 },
    });
  });
});

const PASSWORDS: readonly (readonly [string, string | null, boolean])[] = [
  ["the right password", "secret:with:colons", true],
  ["a wrong password", "guess", false],
  ["no password", null, false],
];

for (const [name, password, isWelcome] of PASSWORDS) {
  Deno.test(`a charger with ${name} is ${isWelcome ? "let in" : "refused with 401"}`, async () => {
    await withServer("secret:with:colons", async ({ charger }) => {
      const { charger: one, events } = charger({ password });
      const outcome = Promise.race([
        next(events, "registered").then(({ status }) => status),
        next(events, "disconnected").then(({ reason }) => reason),
      ]);
      one.start();
      assertEquals(await outcome, isWelcome ? "Accepted" : "HTTP 401");
    });
  });
}

Deno.test("a charger that names no OCPP version is not wanted", async () => {
  await withServer(null, async ({ charger }) => {
    const { charger: one, events } = charger({ faults: { namesNoProtocol: true } });
    const gone = next(events, "disconnected");
    one.start();
    assertEquals(await gone, { reason: "closed with 1002 no common OCPP version" });
  });
});

Deno.test("while the CSMS is down chargers hear 503, and come back afterwards", async () => {
  await withServer(null, async ({ csms, charger }) => {
    csms.setDown(true);
    const { charger: one, events } = charger();
    const refused = next(events, "disconnected");
    one.start();
    assertEquals(await refused, { reason: "HTTP 503" });
    const registered = next(events, "registered");
    csms.setDown(false);
    assertEquals(await registered, { status: "Accepted" });
  });
});

Deno.test("a server that is not there is said to be", async () => {
  let freePort = 0;
  await withServer(null, ({ port }) => {
    freePort = port;
    return Promise.resolve();
  });
  const dialer = createChargerDialer({ url: () => `ws://127.0.0.1:${freePort}` });
  const request = { identity: "X", password: null, protocols: ["ocpp1.6"], timeoutMs: 5_000 };
  const signal = new AbortController().signal;
  assertEquals(await dialer.dial(request, signal), {
    kind: "failed",
    reason: "connection refused",
  });
});

Deno.test("dialling stops when it is told to, and an address that is none is said to be", async () => {
  const request = { identity: "X", password: null, protocols: ["ocpp1.6"], timeoutMs: 5_000 };
  const stopped = AbortSignal.abort();
  const dialer = createChargerDialer({ url: () => "ws://127.0.0.1:9" });
  assertEquals(await dialer.dial(request, stopped), { kind: "failed", reason: "stopped" });
  const lost = createChargerDialer({ url: () => "nowhere" });
  const outcome = await lost.dial(request, new AbortController().signal);
  assertEquals(outcome.kind, "failed");
});

Deno.test("plain HTTP is told what waits here", async () => {
  await withServer(null, async ({ port }) => {
    const response = await fetch(`http://127.0.0.1:${port}/`);
    assertEquals(response.status, 426);
    await response.text();
  });
});
