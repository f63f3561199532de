import { assume } from "../../src/lib/assert.ts";
import { type ConfigPorts, readConfig, type SiteConfig } from "../../src/config.ts";
import type { GatewayOptions } from "../../src/gateway_options.ts";
import type { ModbusTcpMeterOptions } from "../../src/meters/mod.ts";
import { loadMeterProfile } from "../../src/meters/meter_profile_io.ts";
import { type SimulatedSitePlan, siteYaml } from "../../src/simulator/mod.ts";

/** What the gateway of a simulated site is told, and its meter. */
export interface WorldConfig {
  readonly gateway: GatewayOptions;
  readonly meter: ModbusTcpMeterOptions;
}

const METER_PROFILE = "eastron-sdm630";
const PLACES = {
  csmsUrl: "ws://csms.example.com/ocpp",
  meterHost: "192.168.7.30",
  meterPort: 502,
  meterUnit: 1,
  meterProfile: METER_PROFILE,
  brokerUrl: "mqtt://192.168.7.31",
  solarTopic: "solar/power",
};
const LISTENING = { chargersPort: 9220, webPort: 8080, dataPath: "data" };
const STATION = {
  vendorName: "Sangam",
  model: "Gateway",
  serialNumber: "SIM",
  firmwareVersion: "1.0.0",
};

/** The configuration out of the site.yaml that belongs to the plan, through the gateway's own checks. */
export async function configOf(
  plan: SimulatedSitePlan,
  tariff: Record<string, unknown> | null,
): Promise<WorldConfig> {
  const yaml = siteYaml(plan, PLACES, LISTENING);
  const { gateway, meters } = await readSiteYaml(tariff === null ? yaml : { ...yaml, tariff });
  const [meter] = meters;
  assume(meter !== undefined, "the site has a meter");
  return { gateway, meter };
}

/** What a gateway and its Modbus meters are told by a site.yaml, which has to be right. */
export async function readSiteYaml(yaml: unknown): Promise<{
  readonly gateway: GatewayOptions;
  readonly meters: readonly WorldConfig["meter"][];
}> {
  const profile = await loadMeterProfile(METER_PROFILE, ".");
  assume(profile.ok, "the profile of the simulated meter is not there");
  const ports: ConfigPorts = { env: () => null, file: () => null, profile: () => profile.value };
  const reading = readConfig(JSON.stringify(yaml), ports);
  assume(reading.ok, JSON.stringify(reading));
  const { config } = reading;
  const meters = config.meters.filter((each): each is ModbusTcpMeterOptions =>
    each.driver === "modbus-tcp"
  );
  return { gateway: optionsOf(config), meters };
}

function optionsOf(config: SiteConfig): GatewayOptions {
  const { csms } = config;
  return { ...config, csms: csms === null ? null : { ...csms, station: STATION } };
}
