import type { SiteConfig } from "./config.ts";
import { authority, httpAuthority } from "./lib/address.ts";
import { HOST_CLOCK_FILES } from "./telemetry/mod.ts";
import { type MeterOptions, parseBrokerUrl, SPEEDWIRE_PORT } from "./meters/mod.ts";

/** Where the program, its configuration and its data are, as absolute paths. */
export interface Places {
  readonly program: string;
  readonly configFolder: string;
  readonly data: string;
  /** systemd's sockets and credentials; null outside of a service. */
  readonly notifySocket: string | null;
  readonly runtimeFolder: string | null;
  readonly credentials: string | null;
}

/**
 * The least that the gateway must be allowed to do with this configuration, as Deno's flags. Reading
 * the whole environment is among them: a library of the MQTT client looks for its switches there.
 */
export function permissionFlags(config: SiteConfig, places: Places): readonly string[] {
  const sockets = [places.notifySocket, notifyOwn(places)].filter((path) => path !== null);
  const elsewhere = config.files.filter((name) => name.startsWith("/"));
  const folders = [places.program, places.configFolder, places.data, places.credentials];
  const backups = config.backups.path === null ? [] : [config.backups.path];
  // As a service it may see whether a time server sets the machine's clock.
  const clocks = places.notifySocket === null ? [] : Object.values(HOST_CLOCK_FILES);
  const read = [
    ...folders,
    ...backups,
    ...reportFolders(config),
    ...elsewhere,
    ...sockets,
    ...clocks,
  ];
  const write = [places.data, ...backups, ...reportFolders(config), ...sockets];
  // Deno keeps the system's own files to itself: serial ports and GPIO lines are a matter of tools.
  const readsLines = config.contacts.some(({ driver }) => driver === "gpio") ||
    config.contactors.some((each) => each.driver === "gpio" && each.feedback !== null);
  const tools = [
    ...(config.meters.some(({ driver }) => driver === "modbus-rtu") ? ["stty", "dd"] : []),
    ...(readsLines ? ["gpioget"] : []),
    ...(config.contactors.some(({ driver }) => driver === "gpio") ? ["gpioset"] : []),
    ...(config.reports.printing === null ? [] : [config.reports.printing.chromium]),
  ];
  const net = [...netAddresses(config), ...sockets.map((path) => `unix:${path}`)];
  return [
    `--allow-read=${unique(read).join()}`,
    `--allow-write=${unique(write).join()}`,
    // Where the CSMS may say itself where it is, or where files are, nobody knows beforehand; nor at which
    // address a webhook is, which is looked up first and then connected to as it is.
    movesCsms(config) || config.fileService !== null || webhooks(config).haveNames
      ? "--allow-net"
      : `--allow-net=${unique(net).join()}`,
    "--allow-env",
    // How much room there is on the disk.
    "--allow-sys=statfs",
    ...(tools.length > 0 ? [`--allow-run=${tools.join()}`] : []),
    ...(sockets.length > 0 ? ["--unstable-net"] : []),
  ];
}

function notifyOwn({ runtimeFolder, notifySocket }: Places): string | null {
  return notifySocket === null || runtimeFolder === null ? null : `${runtimeFolder}/notify.sock`;
}

/** Folders that reports go to; those below the data folder are allowed anyway. */
function reportFolders({ reports }: SiteConfig): readonly string[] {
  return reports.schedules.flatMap(({ to }) =>
    to.kind === "folder" && to.path !== null ? [to.path] : []
  );
}

/** Every address that the gateway listens at or connects to. */
function netAddresses(config: SiteConfig): string[] {
  const listeners = [...config.listeners, config.web].map(({ host, port }) =>
    authority(host, port)
  );
  const csms = config.csms === null ? [] : csmsAddresses(config.csms);
  const meters = config.meters.map(meterAddress);
  const contacts = config.contacts.flatMap((each) =>
    each.driver === "mqtt" ? brokerAddress(each.url) : []
  );
  const contactors = config.contactors.flatMap((each) => {
    if (each.driver === "gpio") return [];
    return each.driver === "mqtt" ? brokerAddress(each.url) : [authority(each.host, each.port)];
  });
  const signals = config.signals.flatMap((each) => {
    if (each.driver === "api") return [];
    const urls = each.driver === "openadr" ? [each.url, each.tokenUrl] : [each.url];
    return urls.flatMap((url) => url === undefined ? [] : [httpAuthority(new URL(url))]);
  });
  const published = config.publishing === null ? [] : brokerAddress(config.publishing.url);
  const asked = meters.filter((address) => address !== "");
  const { mail } = config.reports;
  const post = mail === null ? [] : [authority(mail.host, mail.port)];
  const others = [...contacts, ...contactors, ...signals, ...post, ...webhooks(config).addresses];
  return [...listeners, ...csms, ...others, ...published, ...asked];
}

/** Webhooks at addresses, and whether there are some at names. */
function webhooks({ alerts }: SiteConfig): {
  readonly addresses: readonly string[];
  readonly haveNames: boolean;
} {
  const urls = alerts.flatMap(({ to }) => to.kind === "webhook" ? [new URL(to.url)] : []);
  const isAddress = (url: URL) => /^(\d+(\.\d+){3}|\[.*\])$/.test(url.hostname);
  return {
    addresses: urls.filter(isAddress).map((url) => httpAuthority(url)),
    haveNames: !urls.every(isAddress),
  };
}

function movesCsms({ csms }: SiteConfig): boolean {
  return csms?.mayChange.includes("network") ?? false;
}

/** It may go from ws:// to wss:// at the same place, and never back (1.6 SecurityProfile). */
function csmsAddresses({ url, mayChange }: NonNullable<SiteConfig["csms"]>): readonly string[] {
  const rises = url.startsWith("ws:") && mayChange.includes("security");
  return [hostAndPort(url), ...(rises ? [hostAndPort(url.replace(/^ws:/, "wss:"))] : [])];
}

function brokerAddress(url: string): readonly string[] {
  const broker = parseBrokerUrl(url);
  return broker.ok ? [broker.value.address] : [];
}

/** Where a meter is asked or heard; empty where that is nowhere. */
function meterAddress(meter: MeterOptions): string {
  switch (meter.driver) {
    case "modbus-rtu":
      return "";
    case "modbus-tcp":
    case "modbus-rtu-over-tcp":
      return authority(meter.host, meter.port ?? 502);
    case "mqtt": {
      const broker = parseBrokerUrl(meter.url);
      return broker.ok ? broker.value.address : "";
    }
    case "speedwire":
      return `0.0.0.0:${SPEEDWIRE_PORT}`;
    case "charger":
    case "virtual":
      return "";
    case "http-json":
      return httpAuthority(new URL(meter.url));
  }
}

function hostAndPort(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port === "" ? (protocol === "wss:" ? 443 : 80) : port}`;
}

function unique(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null && value !== ""))].map(String);
}
