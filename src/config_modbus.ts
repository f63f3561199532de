import type { ConfigPorts } from "./config.ts";
import type { Made, PlacedProblem } from "./config_meters.ts";
import type { SiteYaml } from "./config_schema.ts";
import { sameJson } from "./lib/json.ts";
import {
  COMMON_SERIAL,
  describeSerial,
  factoryUnit,
  type MeterOptions,
  type MeterProfile,
  type ModbusRtuMeterOptions,
  type PolledMeterOptions,
  serialOf,
  type SerialSettings,
  serialShare,
  SUNSPEC_PROFILE,
} from "./meters/mod.ts";

type MeterYaml = SiteYaml["meters"][number];
type ModbusYaml = Extract<MeterYaml, { profile: string }>;
type SerialYaml = MeterYaml & { driver: "modbus-rtu" };

/** A meter that speaks Modbus, over whichever line. */
export function modbusMeter(
  meter: ModbusYaml,
  yaml: SiteYaml,
  fuse: { mainFuseAmps?: number },
  ports: ConfigPorts,
): Made {
  const profile = ports.profile(meter.profile);
  const problems = "problem" in profile
    ? [{ path: ["profile"], message: profile.problem }]
    : [...sunspecProblems(meter, profile), ...lineProblems(meter, profile, yaml, ports)];
  if ("problem" in profile || problems.length > 0) return { problems };
  const common: PolledMeterOptions = {
    id: meter.id,
    role: meter.role,
    unit: unitOf(meter, profile),
    profile,
    intervalMs: meter.interval,
    readTimeoutMs: meter.timeout,
    requestSpacingMs: meter.spacing,
    wordOrder: meter.wordOrder,
    sunspec: meter.sunspec,
    wiring: { lines: meter.lines, inverted: meter.inverted },
    ...fuse,
  };
  if (meter.driver !== "modbus-rtu") {
    return { ...common, driver: meter.driver, host: meter.host, port: meter.port };
  }
  const serial = serialSettings(meter, profile, yaml);
  return { ...common, driver: meter.driver, device: meter.device, serial };
}

function sunspecProblems(
  { sunspec, wordOrder }: ModbusYaml,
  { id }: MeterProfile,
): PlacedProblem[] {
  if (id === SUNSPEC_PROFILE.id) {
    const message = "SunSpec knows one order of words";
    return wordOrder === undefined ? [] : [{ path: ["wordOrder"], message }];
  }
  const message = "Only for profile sunspec";
  return sunspec === undefined ? [] : [{ path: ["sunspec"], message }];
}

/** What is wrong between this meter and those before it on the same line. */
function lineProblems(
  meter: ModbusYaml,
  profile: MeterProfile,
  yaml: SiteYaml,
  ports: ConfigPorts,
): PlacedProblem[] {
  const before = yaml.meters.slice(0, yaml.meters.indexOf(meter)).filter(isModbus)
    .filter((other) => lineOf(other) === lineOf(meter));
  return [
    ...before.slice(0, 1).flatMap((other) => differences(meter, profile, other, yaml, ports)),
    ...before.flatMap((other) => sameUnit(meter, profile, other, ports)).slice(0, 1),
  ];
}

function differences(
  meter: ModbusYaml,
  profile: MeterProfile,
  other: ModbusYaml,
  yaml: SiteYaml,
  ports: ConfigPorts,
): PlacedProblem[] {
  if (other.driver !== meter.driver) {
    const message = `Meter "${other.id}" reaches ${
      lineOf(meter)
    } by ${other.driver}: one line speaks one way`;
    return [{ path: ["driver"], message }];
  }
  const otherProfile = ports.profile(other.profile);
  if (meter.driver !== "modbus-rtu" || other.driver !== "modbus-rtu" || "problem" in otherProfile) {
    return [];
  }
  const own = describeSerial(serialSettings(meter, profile, yaml));
  const others = describeSerial(serialSettings(other, otherProfile, yaml));
  if (own === others) return [];
  const message =
    `${meter.device} runs at ${others} for meter "${other.id}", but at ${own} here: ` +
    "all meters on one bus need the same baud and format";
  return [{
    path: [meter.baud === undefined && meter.format !== undefined ? "format" : "baud"],
    message,
  }];
}

/** Two meters that are read alike are one, or one of them has a wrong number. */
function sameUnit(
  meter: ModbusYaml,
  profile: MeterProfile,
  other: ModbusYaml,
  ports: ConfigPorts,
): PlacedProblem[] {
  const otherProfile = ports.profile(other.profile);
  if ("problem" in otherProfile || other.profile !== meter.profile) return [];
  const unit = unitOf(meter, profile);
  if (unit !== unitOf(other, otherProfile)) return [];
  // An inverter passes on the meters beside it.
  if (profile.id === SUNSPEC_PROFILE.id && !sameJson(meter.sunspec, other.sunspec)) return [];
  const message = `Unit ${unit} of ${lineOf(meter)} is meter "${other.id}" already`;
  return [{ path: ["unit"], message }];
}

function unitOf(meter: ModbusYaml, profile: MeterProfile): number {
  return meter.unit ?? factoryUnit(profile, meter.driver !== "modbus-tcp");
}

/**
 * Speed and format of a meter's bus. What the meter names counts; else what another meter on the bus
 * names; else how its profile says that it leaves the factory.
 */
function serialSettings(meter: SerialYaml, profile: MeterProfile, yaml: SiteYaml): SerialSettings {
  const sharing = yaml.meters.filter((other): other is SerialYaml =>
    other.driver === "modbus-rtu" && other.device === meter.device
  );
  const factory = serialOf(profile) ?? COMMON_SERIAL;
  return {
    baud: meter.baud ?? sharing.find(({ baud }) => baud !== undefined)?.baud ?? factory.baud,
    format: meter.format ?? sharing.find(({ format }) => format !== undefined)?.format ??
      factory.format,
  };
}

function isModbus(meter: MeterYaml): meter is ModbusYaml {
  return "profile" in meter;
}

function lineOf(meter: ModbusYaml): string {
  return meter.driver === "modbus-rtu" ? meter.device : `${meter.host.toLowerCase()}:${meter.port}`;
}

/** Meters whose profile nobody has compared with a device yet. */
export function uncheckedProfiles(
  yaml: SiteYaml,
  options: readonly MeterOptions[],
): PlacedProblem[] {
  return options.flatMap((each): PlacedProblem[] => {
    if (!("profile" in each) || each.profile.confidence !== "low") return [];
    const index = yaml.meters.findIndex(({ id }) => id === each.id);
    const message =
      `Nobody has compared the profile ${each.profile.id} with a device yet: compare ` +
      "every line with the meter's display before you rely on it";
    return [{ path: ["meters", index, "profile"], message }];
  });
}

/** Buses that cannot carry what is asked of them: it works, but not as often as the file says. */
export function crowdedBuses(yaml: SiteYaml, options: readonly MeterOptions[]): PlacedProblem[] {
  const serial = options.filter((each): each is ModbusRtuMeterOptions =>
    each.driver === "modbus-rtu"
  );
  const devices = [...new Set(serial.map(({ device }) => device))];
  return devices.flatMap((device): PlacedProblem[] => {
    const share = serialShare(serial.filter((each) => each.device === device));
    if (share <= 1) return [];
    const index = yaml.meters.findIndex((each) =>
      each.driver === "modbus-rtu" && each.device === device
    );
    const message = `The meters on ${device} take about ${share.toFixed(1)} times what it can ` +
      "carry: raise their interval or the bus's baud, or use a second adapter";
    return [{ path: ["meters", index, "interval"], message }];
  });
}
