import { fail, ok, type Result } from "../lib/result.ts";
import type { CommandUsage, FlagValues } from "./command_flags.ts";
import type { OcppVersion } from "../ocpp/mod.ts";
import { readVersions } from "./version_flags.ts";
import type { SiteListening } from "./running_site_io.ts";
import type { SiteDrawing } from "./site_drawing.ts";
import type { GatewayPlaces } from "./site_yaml.ts";

/** What `main.ts simulate site` is to do. */
export interface SiteOrder {
  readonly drawing: Omit<SiteDrawing, "startWallMs">;
  /** Null to draw another site each time. */
  readonly seed: number | null;
  /** Of the chargers, in turn; none to draw them. */
  readonly versions: readonly OcppVersion[];
  readonly csmsVersions: readonly OcppVersion[];
  readonly listening: SiteListening;
  /** Where the chargers dial. */
  readonly gatewayUrl: string;
  readonly gateway: GatewayPlaces;
  /** Where the gateway's site.yaml goes; null to print it. */
  readonly writeTo: string | null;
  readonly hasFaults: boolean;
  readonly isQuiet: boolean;
}

/** The flags of `main.ts simulate site`. */
export const siteCommand: CommandUsage = {
  name: "main.ts simulate site",
  summary: "a site drawn by chance, for a gateway that runs somewhere else",
  flags: {
    gateway: {
      kind: "text",
      value: "URL",
      help: "where chargers dial, ws://",
      default: "ws://127.0.0.1:9220/ocpp",
    },
    chargers: { kind: "number", value: "N", help: "how many", default: 6, least: 1, most: 50 },
    seed: {
      kind: "number",
      value: "N",
      help: "the same site again; by chance else",
      least: 0,
      most: 4_294_967_295,
    },
    "time-lapse": {
      kind: "number",
      value: "N",
      help: "batteries fill faster; 1 is honest",
      default: 20,
      least: 1,
      most: 1_000,
    },
    protocol: {
      kind: "list",
      value: "NAME",
      help: "OCPP version of chargers, in turn; of all versions by chance where none is named",
    },
    "csms-protocol": {
      kind: "list",
      value: "NAME",
      help: "OCPP version of the CSMS, ocpp2.0.1 where none is named",
    },
    quirks: { kind: "switch", help: "chargers are like real ones" },
    faults: { kind: "switch", help: "things break and heal by chance" },
    write: { kind: "text", value: "FILE", help: "the gateway's site.yaml; printed else" },
    host: {
      kind: "text",
      value: "ADDRESS",
      help: "of this machine, as the gateway sees it",
      default: "127.0.0.1",
    },
    port: {
      kind: "number",
      value: "N",
      help: "of the CSMS; meter and broker take the next two; 0 for any",
      default: 19_000,
      least: 0,
      most: 65_533,
    },
    "web-port": {
      kind: "number",
      value: "N",
      help: "of the gateway's pages, in site.yaml",
      default: 8_080,
      least: 1,
      most: 65_535,
    },
    data: {
      kind: "text",
      value: "DIR",
      help: "of the gateway's ledger, in site.yaml",
      default: "./data",
    },
    quiet: { kind: "switch", help: "does not tell what happens" },
  },
  notes: [
    "Chargers come with their passwords, which stand in site.yaml and nowhere else. Until Ctrl-C.",
    "Example: simulate site --write site.yaml, and in another terminal: deno task start",
  ],
};

/** Makes sense of the flags; a sentence where they make none. */
export function readSiteOrder(values: FlagValues): Result<SiteOrder, string> {
  const url = values.text("gateway") ?? "";
  if (!URL.canParse(url) || new URL(url).protocol !== "ws:") {
    return fail(`--gateway is ${url}: expected ws://host:port/path`);
  }
  const chargers = values.number("chargers") ?? 6;
  if (!Number.isInteger(chargers)) {
    return fail(`--chargers is ${chargers}: expected a whole number`);
  }
  const versions = readVersions(values, "protocol");
  if (!versions.ok) return versions;
  const csmsVersions = readVersions(values, "csms-protocol");
  if (!csmsVersions.ok) return csmsVersions;
  const port = values.number("port") ?? 0;
  const following = (step: number) => port === 0 ? 0 : port + step;
  return ok({
    drawing: {
      chargers,
      timeLapse: values.number("time-lapse") ?? 20,
      withQuirks: values.isOn("quirks"),
    },
    seed: values.number("seed") ?? null,
    versions: versions.value,
    csmsVersions: csmsVersions.value.length === 0 ? ["ocpp2.0.1"] : csmsVersions.value,
    listening: {
      host: values.text("host") ?? "127.0.0.1",
      csmsPort: port,
      meterPort: following(1),
      brokerPort: following(2),
    },
    gatewayUrl: url,
    gateway: {
      ...gatewayAt(new URL(url)),
      webPort: values.number("web-port") ?? 8_080,
      dataPath: values.text("data") ?? "./data",
    },
    writeTo: values.text("write") ?? null,
    hasFaults: values.isOn("faults"),
    isQuiet: values.isOn("quiet"),
  });
}

/** How the gateway has to listen so that it can be found at that address. */
function gatewayAt({ hostname, port, pathname }: URL) {
  const isHere = hostname === "127.0.0.1" || hostname === "localhost";
  return {
    chargersHost: isHere ? "127.0.0.1" : "0.0.0.0",
    chargersPort: port === "" ? 80 : Number(port),
    chargersPath: pathname.replace(/\/+$/, "") || "/",
  };
}
