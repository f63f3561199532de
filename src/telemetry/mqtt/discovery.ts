import { EVSE_STATES, LINES } from "../../site/mod.ts";
import type { PublishedSite, SlotState } from "./published_state.ts";
import type { PublishingOptions } from "./publishing_options.ts";
import { topicsOf } from "./topics.ts";

/** An entity of Home Assistant, in the words of its MQTT integration. */
export type Component = Entity & { readonly unique_id: string };

type Entity = Readonly<Record<string, unknown>> & {
  /** The kind of entity. */
  readonly platform: "sensor" | "binary_sensor" | "number" | "button";
};

/** A device of Home Assistant with its entities (its "device discovery", since 2024.11). */
export interface DiscoveredDevice {
  readonly device: Readonly<Record<string, unknown>>;
  readonly origin: Readonly<Record<string, unknown>>;
  readonly availability_topic: string;
  readonly components: Readonly<Record<string, Component>>;
}

/** Where Home Assistant says that it has started and knows nothing. */
export function birthTopic(discoveryPrefix: string): string {
  return `${discoveryPrefix}/status`;
}

/** The retained messages by which Home Assistant finds the site, by topic; none where it is not told. */
export function discoveryMessages(
  options: PublishingOptions,
  site: PublishedSite,
): ReadonlyMap<string, string> {
  const { discoveryPrefix, prefix } = options;
  if (discoveryPrefix === null) return new Map();
  const node = nodeOf(prefix);
  const topic = (name: string) => `${discoveryPrefix}/device/${name}/config`;
  return new Map([
    [topic(node), JSON.stringify(gatewayDevice(options, site))],
    ...site.slots.map((slot) =>
      [
        topic(`${node}_slot${slot.slot}`),
        JSON.stringify(slotDevice(options, site, slot)),
      ] as const
    ),
  ]);
}

/** Names in discovery topics have letters, digits, - and _ only. */
function nodeOf(prefix: string): string {
  return prefix.replaceAll(/[^A-Za-z0-9_-]/g, "_");
}

function originOf({ gateway }: PublishedSite) {
  return { name: "Sangam", sw_version: gateway.version };
}

/** A number that is measured now. */
function measured(deviceClass: string, unit: string) {
  return {
    platform: "sensor" as const,
    device_class: deviceClass,
    unit_of_measurement: unit,
    state_class: "measurement",
  };
}

const POWER = measured("power", "W");
const CURRENT = measured("current", "A");
const ENERGY = {
  platform: "sensor" as const,
  device_class: "energy",
  unit_of_measurement: "Wh",
  state_class: "total_increasing",
};

function isTrue(expression: string) {
  return `{{ 'ON' if ${expression} else 'OFF' }}`;
}

/** Numbers the entities of a device, and says where each has its value. */
function componentsOf(
  node: string,
  entities: Readonly<Record<string, Entity>>,
): Readonly<Record<string, Component>> {
  return Object.fromEntries(
    Object.entries(entities).map(([name, entity]) => [
      name,
      { ...entity, unique_id: `${node}_${name}` },
    ]),
  );
}

function gatewayDevice(options: PublishingOptions, site: PublishedSite): DiscoveredDevice {
  const topics = topicsOf(options.prefix);
  const node = nodeOf(options.prefix);
  const own = { state_topic: topics.gateway };
  const value = (path: string) => ({ value_template: `{{ value_json.${path} }}` });
  const csms = {
    csms: {
      platform: "binary_sensor" as const,
      name: "CSMS",
      device_class: "connectivity",
      ...own,
      value_template: isTrue("value_json.csms.online"),
    },
  };
  return {
    device: {
      identifiers: [node],
      name: site.gateway.name,
      manufacturer: "Sangam",
      model: "Site gateway",
      sw_version: site.gateway.version,
    },
    origin: originOf(site),
    availability_topic: topics.status,
    components: componentsOf(node, {
      power: { ...POWER, name: "Charging power", ...own, ...value("powerW") },
      energy_today: { ...ENERGY, name: "Energy today", ...own, ...value("energyTodayWh") },
      charging: {
        platform: "sensor",
        name: "Charging now",
        state_class: "measurement",
        ...own,
        ...value("charging"),
      },
      alarms: {
        platform: "binary_sensor",
        name: "Alarms",
        device_class: "problem",
        ...own,
        value_template: isTrue("value_json.alarms > 0"),
      },
      ...(site.gateway.csms.configured ? csms : {}),
      ...circuitEntities(options, site),
      ...meterEntities(options, site),
    }),
  };
}

function circuitEntities(
  { prefix }: PublishingOptions,
  { circuits }: PublishedSite,
): Readonly<Record<string, Entity>> {
  return Object.fromEntries(
    circuits.flatMap(({ id }) =>
      LINES.map((line) => [`circuit_${id}_${line}`, {
        ...CURRENT,
        name: `Circuit ${id} ${line}`,
        state_topic: topicsOf(prefix).circuit(id),
        value_template: `{{ value_json.loadAmps.${line} }}`,
      }])
    ),
  );
}

function meterEntities(
  { prefix }: PublishingOptions,
  { meters }: PublishedSite,
): Readonly<Record<string, Entity>> {
  return Object.fromEntries(meters.flatMap(({ id, importWh, exportWh }) => {
    const own = { state_topic: topicsOf(prefix).meter(id) };
    return [
      [`meter_${id}_power`, {
        ...POWER,
        name: `Meter ${id} power`,
        ...own,
        value_template: "{{ value_json.powerW }}",
      }],
      ...(importWh === null ? [] : [[`meter_${id}_import`, {
        ...ENERGY,
        name: `Meter ${id} imported`,
        ...own,
        value_template: "{{ value_json.importWh }}",
      }]]),
      ...(exportWh === null ? [] : [[`meter_${id}_export`, {
        ...ENERGY,
        name: `Meter ${id} exported`,
        ...own,
        value_template: "{{ value_json.exportWh }}",
      }]]),
    ];
  }));
}

function slotDevice(
  options: PublishingOptions,
  site: PublishedSite,
  slot: SlotState,
): DiscoveredDevice {
  const topics = topicsOf(options.prefix);
  const gateway = nodeOf(options.prefix);
  const node = `${gateway}_slot${slot.slot}`;
  const own = { state_topic: topics.slot(slot.slot) };
  const value = (name: string) => ({ value_template: `{{ value_json.${name} }}` });
  return {
    device: {
      identifiers: [node],
      name: `${site.gateway.name} slot ${slot.slot}`,
      model: `EVSE of ${slot.chargerId}`,
      via_device: gateway,
    },
    origin: originOf(site),
    availability_topic: topics.status,
    components: componentsOf(node, {
      state: {
        platform: "sensor",
        name: "State",
        device_class: "enum",
        options: EVSE_STATES,
        ...own,
        ...value("state"),
      },
      power: { ...POWER, name: "Power", ...own, ...value("powerW") },
      energy: { ...ENERGY, name: "Session energy", ...own, ...value("energyWh") },
      offered: { ...CURRENT, name: "Offered current", ...own, ...value("offeredAmps") },
      soc: { ...measured("battery", "%"), name: "State of charge", ...own, ...value("socPercent") },
      connected: {
        platform: "binary_sensor",
        name: "Connected",
        device_class: "connectivity",
        ...own,
        value_template: isTrue("value_json.connected"),
      },
      fault: {
        platform: "binary_sensor",
        name: "Fault",
        device_class: "problem",
        ...own,
        value_template: isTrue("value_json.state == 'faulted'"),
      },
      ...(options.commands ? orderEntities(options, slot) : {}),
    }),
  };
}

const LIMIT_AMPS_MAX = 1_000;

function orderEntities({ prefix, startToken }: PublishingOptions, { slot, maxAmps }: SlotState) {
  const topics = topicsOf(prefix);
  const start = {
    start: {
      platform: "button" as const,
      name: "Start",
      command_topic: topics.order(slot, "start"),
      payload_press: "{}",
    },
  };
  return {
    // Without a state of its own: what is in force is often less than what was asked for.
    limit: {
      platform: "number" as const,
      name: "Limit",
      command_topic: topics.order(slot, "limit"),
      device_class: "current",
      unit_of_measurement: "A",
      min: 0,
      max: maxAmps ?? LIMIT_AMPS_MAX,
      step: 1,
      mode: "box",
    },
    stop: {
      platform: "button" as const,
      name: "Stop",
      command_topic: topics.order(slot, "stop"),
      payload_press: "{}",
    },
    ...(startToken === null ? {} : start),
  };
}
