import type { Clock } from "../../src/lib/clock.ts";
import { createEvents } from "../../src/lib/events.ts";
import type { Ids } from "../../src/lib/ids.ts";
import type { Spawner } from "../../src/lib/spawn.ts";
import { createChargerDialer } from "../../src/simulator/charger_dial_io.ts";
import {
  type Charger,
  type ChargerEvents,
  chargerOptions,
  type Checks,
  createCharger16,
} from "../../src/simulator/mod.ts";
import type { ChargerBooks } from "./charger_books.ts";
import { addressesOf } from "./site_yaml.ts";

const LOOPBACK = "127.0.0.1";

/** What a charger of the site works with. */
export interface ChargerWorld {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly spawn: Spawner;
  readonly checks: Checks;
  readonly events: ReturnType<typeof createEvents<ChargerEvents>>;
}

/**
 * A charger of one socket, with short time-outs, that dials a port of this machine. Where drivers are
 * strangers and nobody can be asked, it lets them charge.
 */
export function realCharger(
  slot: number,
  port: number,
  silenceMaxMs: number,
  world: ChargerWorld,
): Charger {
  const { identity, password } = addressesOf(slot);
  const options = chargerOptions({
    identity,
    password,
    registerWh: slot * 1_000_000,
    configuration: {
      MeterValueSampleInterval: "1",
      TransactionMessageRetryInterval: "1",
      AllowOfflineTxForUnknownId: "true",
      WebSocketPingInterval: String(Math.max(1, Math.floor(silenceMaxMs / 2_500))),
    },
    timing: {
      tickMs: 100,
      profileLatencyMs: 200,
      redialFirstMs: 100,
      redialLongestMs: 400,
      dialTimeoutMs: 2_000,
      answerTimeoutMs: 3_000,
    },
  });
  return createCharger16(options, {
    ...world,
    log: () => {},
    dialer: createChargerDialer({ url: () => `ws://${LOOPBACK}:${port}/ocpp` }),
  });
}

/** Puts down what goes over the wire of a charger, and whether it is connected. */
export function chargerEvents(
  slot: number,
  answered: ChargerBooks,
  online: Set<number>,
  notify: () => void,
): ChargerWorld["events"] {
  const events = createEvents<ChargerEvents>(rethrow);
  events.on("frame", ({ direction, text }) => {
    answered.frame(slot, direction, text);
    notify();
  });
  events.on("connected", () => {
    online.add(slot);
    notify();
  });
  events.on("disconnected", () => {
    online.delete(slot);
    notify();
  });
  return events;
}

function rethrow(error: unknown): never {
  throw error;
}
