import type { ReportOptions } from "./reports/mod.ts";
import type { ListenerOptions } from "./chargers/mod.ts";
import type { CsmsOptions } from "./csms/mod.ts";
import type { GatewayOptions } from "./gateway_options.ts";
import { startGateway } from "./gateway_io.ts";
import { publishSite } from "./gateway_publishing.ts";
import { openArchive } from "./gateway_download_io.ts";
import { openSupport } from "./gateway_support_io.ts";
import type { MeterOptions } from "./meters/mod.ts";
import { errorText, type Log } from "./lib/log.ts";
import { type LogOptions, openLog } from "./telemetry/log_io.ts";
import { createLogTail, type LogTail, type PublishingOptions } from "./telemetry/mod.ts";
import { createMqttLink } from "./telemetry/mqtt/mqtt_link_io.ts";
import { openServiceManager, type ServiceManager } from "./telemetry/service_manager_io.ts";
import { expiringIn, watchExpiry } from "./gateway_expiry.ts";
import { type Clock, every } from "./lib/clock.ts";
import { createFirstUser, type SettingsPort, type WebOptions } from "./web/mod.ts";
import { handOverPassword } from "./web/sign_in/first_password_io.ts";
import { serveWeb, type WebServer } from "./web/server_io.ts";
import type { Gateway } from "./gateway_options.ts";

/** Everything that site.yaml says, as the service needs it. */
export interface ServiceOptions extends Omit<GatewayOptions, "csms"> {
  readonly csms: Omit<CsmsOptions, "station"> | null;
  readonly dataPath: string;
  readonly backups?: {
    readonly keep: number;
    readonly atMinute: number;
    readonly path: string | null;
  };
  readonly listeners: readonly ListenerOptions[];
  readonly meters: readonly MeterOptions[];
  readonly web: {
    readonly host: string;
    readonly port: number;
    readonly tls: "auto" | "off" | { readonly cert: string; readonly key: string };
    readonly secondFactor?: "optional" | "admins" | "all";
  };
  /** Where the state of the site is published; absent or null: nowhere. */
  readonly publishing?: PublishingOptions | null;
  readonly reports?: ReportOptions;
  readonly log: LogOptions;
}

export interface ServicePorts {
  /** Writes a line for the person at the terminal. */
  readonly say: (line: string) => void;
  /** Aborts when the service is to end. */
  readonly signal: AbortSignal;
  /** Chargers can connect and the pages are there. */
  readonly started?: () => void;
  readonly version: string;
  /** Where the configuration was read from, which the pages can change; absent: from nowhere. */
  readonly configuration?: Configuration;
}

/** The file of the configuration, and what becomes of one that is new in it. */
export interface Configuration {
  readonly file: string;
  settings(tools: { readonly clock: Clock; readonly restart: () => void }): SettingsPort;
  /** The site came up with it. */
  keep(): void;
  /** The former one stands in the file again; false where none was on trial. */
  takeBack(reason: string): boolean;
}

/** So long a configuration that is new has to prove itself. */
const TRIAL_MS = 30_000;
const RESTART_AFTER_MS = 1_000;
/** Characters of the log that a support bundle can tell: some hours of a busy site. */
const LOG_TAIL_LENGTH = 1_000_000;

/** The gateway as a CSMS sees it. */
const STATION = { vendorName: "Sangam", model: "Site gateway" } as const;

/**
 * Runs the gateway with its pages until it is told to end, or to start anew. What goes wrong before
 * it runs is thrown.
 */
export async function runService(
  options: ServiceOptions,
  ports: ServicePorts,
): Promise<"stopped" | "restart"> {
  const tail = createLogTail(LOG_TAIL_LENGTH);
  const { log, close } = await openLog(options.log, tail);
  try {
    return await runLogged(options, ports, log, tail);
  } catch (error) {
    log("error", "gateway_not_started", { error: errorText(error) });
    throw error;
  } finally {
    await close();
  }
}

async function runLogged(
  options: ServiceOptions,
  ports: ServicePorts,
  log: Log,
  tail: LogTail,
): Promise<"stopped" | "restart"> {
  const gateway = await startGateway({ ...options, csms: asStation(options, ports.version) }, log);
  let web: WebServer | null = null;
  let manager: ServiceManager | null = null;
  const { publishing = null } = options;
  const publisher = publishing === null
    ? null
    : publishSite(publishing, createMqttLink(publishing), gateway.web, ports.version);
  if (publisher !== null) gateway.publishAlertsBy(publisher.alert);
  const applied = Promise.withResolvers<string>();
  let endTrial = () => {};
  try {
    const pages = withSettings(gateway, options, ports, applied.resolve);
    web = await servePages(options, ports, withSupport(pages, options, ports, tail));
    manager = openServiceManager(gateway.web, () => gateway.web.health().alive);
    greet(ports, gateway, web);
    await manager.ready();
    publisher?.start();
    ports.started?.();
    endTrial = tryOut(ports, gateway, applied.resolve);
    const wanted = Promise.race([gateway.restartWanted, applied.promise]);
    return await ending(ports.signal, wanted, log);
  } finally {
    endTrial();
    await manager?.stopping();
    await publisher?.stop();
    await web?.stop();
    await gateway.stop();
    manager?.close();
  }
}

/** A configuration that is new is kept where the site is well after a while, and taken back where not. */
function tryOut(
  { configuration }: ServicePorts,
  { web }: Gateway,
  restart: (reason: string) => void,
): () => void {
  return web.clock.after(TRIAL_MS, () => {
    const { alive, ready, problems } = web.health();
    if (alive && ready) configuration?.keep();
    else if (configuration?.takeBack(problems.join("; ") || "it was not ready")) {
      restart("the configuration was taken back");
    }
  });
}

/** The pages may also look at the configuration and make backups. */
function withSettings(
  gateway: Gateway,
  { dataPath }: ServiceOptions,
  { configuration, version }: ServicePorts,
  restart: (reason: string) => void,
): Gateway {
  const { clock } = gateway.web;
  const archive = openArchive({ dataPath, configPath: configuration?.file ?? null }, {
    clock,
    program: version,
  });
  // The page that says so goes first.
  const startAnew = () => void clock.after(RESTART_AFTER_MS, () => restart("settings applied"));
  const settings = configuration === undefined
    ? {}
    : { settings: configuration.settings({ clock, restart: startAnew }) };
  return { ...gateway, web: { ...gateway.web, archive, ...settings } };
}

/** And make a file for whoever is asked for help. */
function withSupport(
  gateway: Gateway,
  options: ServiceOptions,
  { configuration, version }: ServicePorts,
  log: LogTail,
): Gateway {
  const { dataPath } = options;
  const config = [options, { adminPassword: Deno.env.get("SANGAM_ADMIN_TOKEN") ?? "" }];
  const support = openSupport(
    { dataPath, configPath: configuration?.file ?? null, config },
    { clock: gateway.web.clock, program: version },
    { web: gateway.web, log },
  );
  return { ...gateway, web: { ...gateway.web, support } };
}

function asStation({ csms }: ServiceOptions, version: string): CsmsOptions | null {
  if (csms === null) return null;
  // Serial numbers have at most 25 characters; the identity is what the operator knows it by.
  const station = {
    ...STATION,
    serialNumber: csms.identity.slice(0, 25),
    firmwareVersion: version,
  };
  return { ...csms, station };
}

async function servePages(
  { web, dataPath }: ServiceOptions,
  { say, version }: ServicePorts,
  gateway: Gateway,
): Promise<WebServer> {
  const token = Deno.env.get("SANGAM_ADMIN_TOKEN") ?? null;
  const tls = await certificateFor(web.tls, dataPath, gateway);
  const { host, port, secondFactor = "optional" } = web;
  const options = { host, port, tls, adminToken: token, version, secondFactor };
  const server = serveWeb(options, gateway.web);
  const looking = watchPages(tls?.cert ?? "", gateway);
  if (tls?.fingerprint !== undefined) say(`Certificate fingerprint ${tls.fingerprint}`);
  const first = token === null ? await createFirstUser(gateway.web.users, gateway.web) : null;
  const isService = Deno.env.get("NOTIFY_SOCKET") !== undefined;
  await handOverPassword(first, { folder: dataPath, isService, say });
  return {
    ...server,
    stop() {
      looking();
      return server.stop();
    },
  };
}

/** The pages keep the certificate that they began with. Returns how to end looking at its dates. */
function watchPages(cert: string, { web: { clock, events } }: Gateway): () => void {
  const what = "the certificate of the pages (a start makes or reads it anew)";
  const look = watchExpiry({ clock, events }, () => expiringIn(cert, "pages", what));
  look();
  return every(clock, 3_600_000, look);
}

async function certificateFor(
  tls: ServiceOptions["web"]["tls"],
  dataPath: string,
  gateway: Gateway,
): Promise<(NonNullable<WebOptions["tls"]> & { readonly fingerprint?: string }) | null> {
  if (tls === "off") return null;
  if (tls !== "auto") return tls;
  // Loaded where it is needed: most gateways never make a certificate.
  const { ownCertificate } = await import("./web/own_certificate_io.ts");
  return { ...await ownCertificate(dataPath, gateway.web.clock), isOwn: true };
}

function greet({ say }: ServicePorts, { addresses }: Gateway, { url }: WebServer): void {
  for (const address of addresses) say(`Chargers connect to ${address.url}/<identity>`);
  say(`Pages at ${url}`);
}

/** Waits for a signal to end, or for the CSMS to want a fresh start. */
async function ending(
  signal: AbortSignal,
  restartWanted: Promise<string>,
  log: Log,
): Promise<"stopped" | "restart"> {
  const stopped = Promise.withResolvers<"stopped">();
  const onAbort = () => stopped.resolve("stopped");
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  const wanted = restartWanted.then((reason) => {
    log("info", "gateway_restarts", { reason });
    return "restart" as const;
  });
  const how = await Promise.race([stopped.promise, wanted]);
  signal.removeEventListener("abort", onAbort);
  return how;
}
