import type { ListenerOptions } from "./chargers/mod.ts";
import type { CsmsOptions } from "./csms/mod.ts";
import type { GatewayOptions } from "./gateway_options.ts";
import { startGateway } from "./gateway_io.ts";
import type { MeterOptions } from "./meters/mod.ts";
import { errorText, type Log } from "./lib/log.ts";
import { type LogOptions, openLog } from "./telemetry/log_io.ts";
import { openServiceManager, type ServiceManager } from "./telemetry/service_manager_io.ts";
import { createFirstUser, type WebOptions } from "./web/mod.ts";
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
  };
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
}

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
  const { log, close } = await openLog(options.log);
  try {
    return await runLogged(options, ports, log);
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
): Promise<"stopped" | "restart"> {
  const gateway = await startGateway({ ...options, csms: asStation(options, ports.version) }, log);
  let web: WebServer | null = null;
  let manager: ServiceManager | null = null;
  try {
    web = await servePages(options, ports, gateway);
    manager = openServiceManager(gateway.web, () => gateway.web.health().alive);
    greet(ports, gateway, web);
    await manager.ready();
    ports.started?.();
    return await ending(ports.signal, gateway, log);
  } finally {
    await manager?.stopping();
    await web?.stop();
    await gateway.stop();
    manager?.close();
  }
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
  const { host, port } = web;
  const server = serveWeb({ host, port, tls, adminToken: token, version }, gateway.web);
  if (tls?.fingerprint !== undefined) say(`Certificate fingerprint ${tls.fingerprint}`);
  const first = token === null ? await createFirstUser(gateway.web.users, gateway.web) : null;
  const isService = Deno.env.get("NOTIFY_SOCKET") !== undefined;
  await handOverPassword(first, { folder: dataPath, isService, say });
  return server;
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
  gateway: Gateway,
  log: Log,
): Promise<"stopped" | "restart"> {
  const stopped = Promise.withResolvers<"stopped">();
  const onAbort = () => stopped.resolve("stopped");
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  const wanted = gateway.restartWanted.then((reason) => {
    log("info", "gateway_restarts", { reason });
    return "restart" as const;
  });
  const how = await Promise.race([stopped.promise, wanted]);
  signal.removeEventListener("abort", onAbort);
  return how;
}
