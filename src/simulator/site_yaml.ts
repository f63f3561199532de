import { OCPP_VERSIONS } from "../ocpp/mod.ts";
import { LINES } from "../site/mod.ts";
import type { PlannedCharger } from "./site.ts";
import { type SimulatedSitePlan, slotAt } from "./site_plan.ts";

/** Where the parts of a running simulated site can be reached. */
export interface SitePlaces {
  readonly csmsUrl: string;
  readonly meterHost: string;
  readonly meterPort: number;
  readonly meterUnit: number;
  readonly meterProfile: string;
  readonly brokerUrl: string;
  readonly solarTopic: string;
}

/** Where the gateway in front of a simulated site is to listen and to write. */
export interface GatewayPlaces {
  /** Default: this machine only, 127.0.0.1. */
  readonly chargersHost?: string;
  readonly chargersPort: number;
  /** Default: /ocpp. */
  readonly chargersPath?: string;
  readonly webPort: number;
  readonly dataPath: string;
}

/** The site.yaml of the gateway in front of a simulated site, as a value: JSON is YAML too. */
export function siteYaml(plan: SimulatedSitePlan, places: SitePlaces, gateway: GatewayPlaces) {
  const loopback = "127.0.0.1";
  return {
    site: { name: plan.name, timezone: "Asia/Kolkata", language: "en", voltage: plan.site.volts },
    listen: {
      chargers: [{
        host: gateway.chargersHost ?? loopback,
        port: gateway.chargersPort,
        path: gateway.chargersPath ?? "/ocpp",
        securityProfile: 1,
      }],
      web: { host: loopback, port: gateway.webPort, tls: "off" },
    },
    store: { path: gateway.dataPath },
    csms: {
      url: places.csmsUrl,
      identity: plan.csmsIdentity,
      password: plan.csmsPassword,
      protocols: OCPP_VERSIONS,
      meterInterval: "30s",
      backOff: { minimum: "2s", random: "2s", repeat: 1 },
    },
    chargers: { adopt: "refuse", known: plan.site.chargers.map(knownCharger(plan)) },
    circuits: plan.circuits.map((circuit) => ({
      id: circuit.id,
      ...(circuit.parentId === null ? { meter: "main" } : { parent: circuit.parentId }),
      limit: circuit.limitAmps,
      otherLoad: { worst: circuit.otherWorstAmps, substitute: circuit.otherSubstituteAmps },
    })),
    meters: [
      {
        id: "main",
        driver: "modbus-tcp",
        host: places.meterHost,
        port: places.meterPort,
        unit: places.meterUnit,
        profile: places.meterProfile,
        role: "grid",
        lines: LINES,
      },
      ...(plan.site.solar === null ? [] : [solarMeter(places)]),
    ],
    log: { level: "warning", format: "text" },
  };
}

/** What the plant gives is published as a positive number; energy to the grid counts negative. */
function solarMeter({ brokerUrl, solarTopic }: SitePlaces) {
  return {
    id: "pv",
    driver: "mqtt",
    url: brokerUrl,
    topic: solarTopic,
    scale: -1,
    role: "generation",
  };
}

function knownCharger(plan: SimulatedSitePlan) {
  return ({ options, circuitId }: PlannedCharger) => ({
    id: options.identity,
    password: options.password ?? "",
    circuit: circuitId,
    evses: options.outlets.map(({ lines, maxAmps }, index) => {
      const { slot, connectorId, failSafeAmps } = slotAt(plan, options.identity, index + 1);
      return {
        slot,
        evse: connectorId,
        phases: lines,
        minCurrent: plan.minAmps,
        maxCurrent: maxAmps,
        failSafe: failSafeAmps,
      };
    }),
  });
}
