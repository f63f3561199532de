import { every } from "../lib/clock.ts";
import { createSystemClock } from "../lib/clock_io.ts";
import { createEvents } from "../lib/events.ts";
import type { Ids } from "../lib/ids.ts";
import { errorText, type Log } from "../lib/log.ts";
import { createSpawner } from "../lib/spawn.ts";
import { loadMeterProfile } from "../meters/meter_profile_io.ts";
import { loadValidator } from "../ocpp/messages/mod.ts";
import { createChargerDialer } from "./charger_dial_io.ts";
import { startCsmsServer } from "./csms_server_io.ts";
import { type DemoOptions, planDemo } from "./demo_plan.ts";
import { meterRegisters } from "./meter.ts";
import { startModbusServer } from "./modbus_server_io.ts";
import { startMqttBroker } from "./mqtt_broker_io.ts";
import { createSite, type SimulatedSite, type SiteSimulationEvents } from "./site.ts";
import type { SimulatedSitePlan } from "./site_plan.ts";
import { type GatewayPlaces, type SitePlaces, siteYaml } from "./site_yaml.ts";

/** What a demonstration on this machine works with. */
export interface DemoPorts {
  /** Give seeded ones to see the same drivers again. */
  readonly ids: Ids;
  readonly log: Log;
  /** Hears what happens on the site. */
  readonly line: (source: string, text: string) => void;
}

/** A simulated site on real ports of this machine. */
export interface DemoSite {
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

const LOOPBACK = "127.0.0.1";
const METER_PROFILE = "eastron-sdm630";
const METER_UNIT = 1;
const SOLAR_TOPIC = "solar/power";
const PUBLISH_MS = 1_000;

/**
 * Starts a simulated site: six chargers with EVs (OCPP 1.6 all of them for now), a Modbus meter with
 * house load, a solar plant on an MQTT broker, and a CSMS that drops out now and then. All ports are
 * free ones on the loopback interface. Throws where the machine has none.
 */
export async function startDemoSite(
  options: Omit<DemoOptions, "startWallMs">,
  ports: DemoPorts,
): Promise<DemoSite> {
  const clock = createSystemClock();
  const spawn = createSpawner(ports.log);
  const plan = planDemo({ ...options, startWallMs: clock.wallMs() }, ports.ids);
  const profile = await loadMeterProfile(METER_PROFILE, ".");
  if (!profile.ok) throw new Error(profile.error.join("; "));
  let gatewayUrl: string | null = null;
  const site = createSite(plan.site, {
    clock,
    ids: ports.ids,
    log: ports.log,
    spawn,
    check: await loadValidator("ocpp1.6"),
    events: siteEvents(ports),
    dialer: createChargerDialer({ url: () => gatewayUrl ?? "" }),
  });
  site.powerUp();
  const csms = await startCsmsServer(
    { host: LOOPBACK, port: 0, password: plan.csmsPassword },
    site.csms,
  );
  const meter = startModbusServer({ host: LOOPBACK, port: 0 }, {
    unit: METER_UNIT,
    functionCode: profile.value.functionCode,
    registersMax: profile.value.maxRegistersPerRead,
    registers: () => meterRegisters(site.meter(), profile.value),
  }, { log: ports.log, spawn });
  const broker = await startMqttBroker({ host: LOOPBACK, port: 0 });
  const publish = () => broker.publish(SOLAR_TOPIC, site.solarWatts().toFixed(0));
  publish();
  const stopPublishing = every(clock, PUBLISH_MS, publish);
  const places: SitePlaces = {
    csmsUrl: `ws://${LOOPBACK}:${csms.port}/ocpp`,
    meterHost: LOOPBACK,
    meterPort: meter.port,
    meterUnit: METER_UNIT,
    meterProfile: METER_PROFILE,
    brokerUrl: `mqtt://${LOOPBACK}:${broker.port}`,
    solarTopic: SOLAR_TOPIC,
  };
  return {
    plan,
    site,
    places,
    siteYaml: (gateway) => JSON.stringify(siteYaml(plan, places, gateway), null, 2),
    connectChargers(url) {
      if (gatewayUrl !== null) return;
      gatewayUrl = url;
      site.open();
    },
    async stop() {
      stopPublishing();
      await site.close();
      await Promise.all([csms.stop(), meter.stop(), broker.stop()]);
      await spawn.drain();
    },
  };
}

function siteEvents({ log, line }: DemoPorts) {
  const events = createEvents<SiteSimulationEvents>((error) =>
    log("error", "listener_failed", { error: errorText(error) })
  );
  events.on("line", ({ source, text }) => line(source, text));
  return events;
}
