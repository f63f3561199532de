import { fail, ok, type Result } from "../lib/result.ts";
import { isOcppVersion, OCPP_VERSIONS, type OcppVersion } from "../ocpp/mod.ts";
import { LINES } from "../site/mod.ts";
import {
  type ChargerFaults,
  type ChargerOptions,
  chargerOptions,
  NO_FAULTS,
} from "./charger_options.ts";
import type { CommandUsage, FlagValues } from "./command_flags.ts";
import type { EvNeeds } from "./ev.ts";
import { EV_MODELS, type EvModel, isEvModelName } from "./ev_models.ts";

/** What `main.ts simulate charger` is to do. */
export interface ChargerOrder {
  readonly options: ChargerOptions;
  readonly url: string;
  readonly caFile: string | null;
  readonly showsFrames: boolean;
  /** Ends when the one session is over. */
  readonly isOnce: boolean;
  /** The EV at EVSE 1 and its driver's card. */
  readonly plugIn: PlugIn | null;
}

/** An EV that comes. */
export interface PlugIn {
  readonly idTag: string;
  readonly model: EvModel;
  readonly needs: EvNeeds;
}

/** Whether a fault is a number; the others are on or off. */
const FAULT_KINDS: ReadonlyMap<string, boolean> = new Map(
  Object.entries(NO_FAULTS).map(([name, off]) => [name, typeof off === "number"]),
);

/** The flags of `main.ts simulate charger`. */
export const chargerCommand: CommandUsage = {
  name: "main.ts simulate charger",
  summary: "a charger with an EV that dials a gateway or a CSMS",
  flags: {
    url: {
      kind: "text",
      value: "URL",
      help: "ws:// or wss:// without the identity",
      isRequired: true,
    },
    id: { kind: "text", value: "ID", help: "its identity", isRequired: true },
    protocol: {
      kind: "text",
      value: "NAME",
      help: "OCPP version: ocpp1.6, ocpp2.0.1 or ocpp2.1",
      default: "ocpp1.6",
    },
    password: { kind: "text", value: "TEXT", help: "or in SANGAM_SIM_PASSWORD" },
    ca: { kind: "text", value: "FILE", help: "PEM: who signed the server's certificate" },
    evses: { kind: "number", value: "N", help: "sockets", default: 1, least: 1, most: 16 },
    phases: { kind: "number", value: "N", help: "of each socket", default: 3, least: 1, most: 3 },
    "max-current": {
      kind: "number",
      value: "A",
      help: "of each socket",
      default: 32,
      least: 6,
      most: 80,
    },
    vendor: { kind: "text", value: "NAME", help: "as it boots" },
    model: { kind: "text", value: "NAME", help: "as it boots" },
    firmware: { kind: "text", value: "VERSION", help: "as it boots" },
    "plug-in": { kind: "text", value: "TOKEN", help: "an EV comes to EVSE 1 with this card" },
    ev: { kind: "text", value: "KIND", help: "of EV", default: "threePhase11kW" },
    soc: {
      kind: "number",
      value: "PERCENT",
      help: "in its battery",
      default: 30,
      least: 0,
      most: 100,
    },
    energy: {
      kind: "number",
      value: "KWH",
      help: "that is enough; a full battery else",
      least: 0,
      most: 1_000,
    },
    "time-lapse": {
      kind: "number",
      value: "N",
      help: "the battery fills faster",
      default: 1,
      least: 1,
      most: 1_000,
    },
    once: { kind: "switch", help: "with --plug-in: end when the session is over and told" },
    fault: { kind: "list", value: "NAME[=N]", help: "something that it does wrong" },
    frames: { kind: "switch", help: "shows every message" },
  },
  notes: [
    `Kinds of EV: ${Object.keys(EV_MODELS).join(", ")}.`,
    `Faults: ${[...FAULT_KINDS.keys()].join(", ")}.`,
    "It runs until Ctrl-C, and comes back by itself whenever the connection is lost.",
  ],
};

/** Makes sense of the flags; a sentence where they make none. */
export function readChargerOrder(
  values: FlagValues,
  password: string | null,
): Result<ChargerOrder, string> {
  const url = values.text("url") ?? "";
  const protocol = values.text("protocol");
  if (!isWebSocketUrl(url)) return fail(`--url is ${url}: expected ws://… or wss://…`);
  if (protocol === undefined || !isOcppVersion(protocol)) {
    return fail(`--protocol is ${protocol}: expected ${OCPP_VERSIONS.join(", ")}`);
  }
  const faults = readFaults(values.list("fault"));
  if (!faults.ok) return faults;
  const plugIn = readPlugIn(values, protocol);
  if (!plugIn.ok) return plugIn;
  if (values.isOn("once") && plugIn.value === null) return fail("--once needs --plug-in");
  return ok({
    options: optionsOf(values, protocol, password, faults.value),
    url,
    caFile: values.text("ca") ?? null,
    showsFrames: values.isOn("frames"),
    isOnce: values.isOn("once"),
    plugIn: plugIn.value,
  });
}

function optionsOf(
  values: FlagValues,
  version: OcppVersion,
  password: string | null,
  faults: Partial<ChargerFaults>,
): ChargerOptions {
  const outlet = {
    lines: LINES.slice(0, values.number("phases")),
    maxAmps: values.number("max-current") ?? 32,
    fixedCable: false,
  };
  const texts = { vendor: values.text("vendor"), model: values.text("model") };
  return chargerOptions({
    identity: values.text("id") ?? "",
    version,
    password,
    outlets: Array.from({ length: values.number("evses") ?? 1 }, () => outlet),
    ...(texts.vendor === undefined ? {} : { vendor: texts.vendor.slice(0, 20) }),
    ...(texts.model === undefined ? {} : { model: texts.model.slice(0, 20) }),
    firmwareVersion: (values.text("firmware") ?? "1.0.0").slice(0, 50),
    faults,
  });
}

function readPlugIn(values: FlagValues, version: OcppVersion): Result<PlugIn | null, string> {
  const idTag = values.text("plug-in");
  const kind = values.text("ev") ?? "";
  if (!isEvModelName(kind)) return fail(`--ev is ${kind}: --help lists the kinds`);
  if (idTag === undefined) return ok(null);
  const lengthMax = version === "ocpp1.6" ? 20 : 36;
  if (idTag.length > lengthMax) {
    return fail(`--plug-in has more than the ${lengthMax} characters that ${version} knows`);
  }
  const energyKwh = values.number("energy");
  return ok({
    idTag,
    model: EV_MODELS[kind],
    needs: {
      soc: (values.number("soc") ?? 30) / 100,
      wantedWh: energyKwh === undefined ? undefined : energyKwh * 1_000,
      timeLapse: values.number("time-lapse"),
    },
  });
}

/** "name" switches a fault on, "name=5" gives it a number. */
function readFaults(items: readonly string[]): Result<Partial<ChargerFaults>, string> {
  const faults: Record<string, boolean | number> = {};
  for (const item of items) {
    const [name = "", value] = item.split("=");
    const wantsNumber = FAULT_KINDS.get(name);
    if (wantsNumber === undefined) return fail(`--fault ${name} is not known: --help lists them`);
    const number = Number(value);
    if (wantsNumber !== (value !== undefined) || (wantsNumber && !Number.isFinite(number))) {
      return fail(`--fault ${item}: expected ${wantsNumber ? `${name}=NUMBER` : name}`);
    }
    faults[name] = wantsNumber ? number : true;
  }
  return ok(faults);
}

function isWebSocketUrl(text: string): boolean {
  return URL.canParse(text) && /^wss?:$/.test(new URL(text).protocol);
}
