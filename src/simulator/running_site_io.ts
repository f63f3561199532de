import { type Clock, every } from "../lib/clock.ts";
import { createSystemClock } from "../lib/clock_io.ts";
import { createEvents } from "../lib/events.ts";
import type { Ids } from "../lib/ids.ts";
import { errorText, type Log } from "../lib/log.ts";
import { createSpawner, type Spawner } from "../lib/spawn.ts";
import { loadMeterProfile } from "../meters/meter_profile_io.ts";
import type { MeterProfile } from "../meters/mod.ts";
import { loadChecks } from "./checks.ts";
import { createBreakableDialer } from "./breakable_dialer.ts";
import { createChargerDialer } from "./charger_dial_io.ts";
import { startCsmsServer } from "./csms_server_io.ts";
import { breakMeter, newFaultyMeter, shownRegisters, stepFaultyMeter } from "./meter_faults.ts";
import { startModbusServer } from "./modbus_server_io.ts";
import { startMqttBroker } from "./mqtt_broker_io.ts";
import { createSite, type SimulatedSite, type SiteSimulationEvents } from "./site.ts";
import type { BreakableSite } from "./site_faults.ts";
import type { SimulatedSitePlan } from "./site_plan.ts";
import { type GatewayPlaces, type SitePlaces, siteYaml } from "./site_yaml.ts";

/** What a simulated site on this machine works with. */
export interface RunningSitePorts {
  /** Give seeded ones to see the same drivers again. */
  readonly ids: Ids;
  readonly log: Log;
  /** Hears what happens on the site. */
  readonly line: (source: string, text: string) => void;
}

/** Where the site's CSMS, meter and broker listen. */
export interface SiteListening {
  /** An address of this machine at which the gateway finds them. */
  readonly host: string;
  /** Each 0 for any free one. */
  readonly csmsPort: number;
  readonly meterPort: number;
  readonly brokerPort: number;
}

/** A simulated site on real ports of this machine. */
export interface RunningSite extends BreakableSite {
  readonly plan: SimulatedSitePlan;
  readonly site: SimulatedSite;
  /** Where meter, broker and CSMS can be reached. */
  readonly places: SitePlaces;
  /** The site.yaml of a gateway in front of this site, as text: JSON, which is YAML too. */
  siteYaml(gateway: GatewayPlaces): string;
  /** Lets the chargers dial a gateway, ws://host:port/path, and the drivers come. Once. */
  connectChargers(url: string): void;
  /** Ends everything. Resolves when all ports and connections are free. */
  stop(): Promise<void>;
}

/** Any free ports, for this machine only. */
export const ANY_LOOPBACK_PORTS: SiteListening = {
  host: "127.0.0.1",
  csmsPort: 0,
  meterPort: 0,
  brokerPort: 0,
};

const METER_PROFILE = "eastron-sdm630";
const METER_UNIT = 1;
const SOLAR_TOPIC = "solar/power";
const TICK_MS = 1_000;

/** Something that has been started and has to be ended. */
interface Server {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts a planned site: its CSMS, the Modbus meter at its grid connection, and its solar plant on an
 * MQTT broker. Chargers dial later. Throws where a port is taken, with nothing left running.
 */
export async function startSite(
  plan: SimulatedSitePlan,
  listening: SiteListening,
  ports: RunningSitePorts,
): Promise<RunningSite> {
  const clock = createSystemClock();
  const spawn = createSpawner(ports.log);
  const profile = await loadMeterProfile(METER_PROFILE, ".");
  if (!profile.ok) throw new Error(profile.error.join("; "));
  let gatewayUrl: string | null = null;
  const dialer = createBreakableDialer(createChargerDialer({ url: () => gatewayUrl ?? "" }));
  const site = createSite(plan.site, {
    clock,
    ids: ports.ids,
    log: ports.log,
    spawn,
    checks: await loadChecks(),
    events: siteEvents(ports),
    dialer,
  });
  site.powerUp();
  const started: Server[] = [];
  let stopTicking = () => {};
  async function stop(): Promise<void> {
    stopTicking();
    await site.close();
    await Promise.all(started.map((server) => server.stop()));
    await spawn.drain();
  }
  try {
    const { host, csmsPort, meterPort, brokerPort } = listening;
    const password = plan.csmsPassword;
    const csms = await startCsmsServer({ host, port: csmsPort, password }, site.csms);
    started.push(csms);
    const meter = startMeter(site, profile.value, { host, port: meterPort }, ports, spawn);
    started.push(meter);
    const broker = await startMqttBroker({ host, port: brokerPort });
    started.push(broker);
    stopTicking = tick(clock, () => {
      meter.look();
      broker.publish(SOLAR_TOPIC, site.solarWatts().toFixed(0));
    });
    const places: SitePlaces = {
      csmsUrl: `ws://${host}:${csms.port}/ocpp`,
      meterHost: host,
      meterPort: meter.port,
      meterUnit: METER_UNIT,
      meterProfile: METER_PROFILE,
      brokerUrl: `mqtt://${host}:${broker.port}`,
      solarTopic: SOLAR_TOPIC,
    };
    return {
      plan,
      site,
      places,
      network: dialer,
      breakMeter: meter.breakMeter,
      siteYaml: (gateway) => JSON.stringify(siteYaml(plan, places, gateway), null, 2),
      connectChargers(url) {
        if (gatewayUrl !== null) return;
        gatewayUrl = url;
        site.open();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The meter at the grid connection, which may be given faults. */
function startMeter(
  site: SimulatedSite,
  profile: MeterProfile,
  listening: { readonly host: string; readonly port: number },
  { ids, log }: RunningSitePorts,
  spawn: Spawner,
) {
  let meter = newFaultyMeter(site.meter());
  function look(): void {
    if (site.meter() !== meter.truth) meter = stepFaultyMeter(meter, site.meter());
  }
  const server = startModbusServer(listening, {
    unit: METER_UNIT,
    functionCode: profile.functionCode,
    registersMax: profile.maxRegistersPerRead,
    registers() {
      look();
      return shownRegisters(meter, profile, ids) ?? new Map();
    },
  }, { log, spawn });
  return {
    port: server.port,
    stop: server.stop,
    look,
    breakMeter(fault: Parameters<BreakableSite["breakMeter"]>[0]): void {
      look();
      meter = breakMeter(meter, fault);
      server.setSilent(fault?.kind === "silent");
    },
  };
}

/** At once, and then each second. */
function tick(clock: Clock, work: () => void): () => void {
  work();
  return every(clock, TICK_MS, work);
}

function siteEvents({ log, line }: RunningSitePorts) {
  const events = createEvents<SiteSimulationEvents>((error) =>
    log("error", "listener_failed", { error: errorText(error) })
  );
  events.on("line", ({ source, text }) => line(source, text));
  return events;
}
