import { certificatesIn } from "./certificates/mod.ts";
import type { Chargers } from "./chargers/mod.ts";
import type { Csms, FirmwarePort, LogPort, SecurityEvents } from "./csms/mod.ts";
import {
  addressProblem,
  createFileCounter,
  createMirror,
  FETCH_RULES,
  type FilesOptions,
  type Mirror,
  placeProblem,
} from "./files/mod.ts";
import { createFirmwareViews } from "./gateway_views_firmware.ts";
import type { FilePorts, FileServers } from "./gateway_files_options.ts";
import type { Clock } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import type { Ids } from "./lib/ids.ts";
import type { Log } from "./lib/log.ts";
import type { Spawner } from "./lib/spawn.ts";
import {
  type CampaignDesk,
  type ChargerFacts,
  createCampaignDesk,
  createFirmwareCommands,
  createFirmwareDesk,
  createFirmwarePublisher,
  createLogDesk,
  type FirmwareCommands,
  type FirmwareDesk,
  type FirmwarePublisher,
  type LogDesk,
} from "./operations/mod.ts";
import type { Journal, LedgerSnapshot } from "./outbox/mod.ts";
import type { SpaceKeeper } from "./gateway_space.ts";
import type { SiteBook, SiteEvents } from "./site/mod.ts";
import { openOn, type TransactionBook } from "./transactions/mod.ts";
import type { WebFirmware } from "./web/mod.ts";

/** Firmware for chargers, and their logs: what is kept, and who gets it. */
export interface FileDesk {
  readonly mirror: Mirror;
  readonly firmware: FirmwareDesk;
  readonly campaigns: CampaignDesk;
  readonly commands: FirmwareCommands;
  readonly web: WebFirmware;
  readonly forCsms: FirmwarePort;
  readonly logs: LogDesk & LogPort;
  /** Opens the servers, and goes on with what was begun before. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface FileDeskParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly site: SiteBook;
  readonly journal: Pick<Journal, "commit">;
  readonly chargers: () => Pick<Chargers, "call" | "station">;
  readonly csms: () => Pick<Csms, "news" | "published"> | null;
  readonly security: () => Pick<SecurityEvents, "tell"> | null;
  readonly transactions: Pick<TransactionBook, "state">;
  readonly space: Pick<SpaceKeeper, "level" | "freeBytes">;
  readonly timezone: string;
}

/** Uploads leave so much of the disk to what is worth more. */
const RESERVE_BYTES = 256 * 1_048_576;

const DAY_MS = 86_400_000;

/** Creates the desk with what the ledger knows of former runs. */
export function createFileDesk(
  options: FilesOptions,
  ports: FilePorts,
  parts: FileDeskParts,
  snapshot: LedgerSnapshot,
): FileDesk {
  const { clock, journal } = parts;
  const counter = createFileCounter();
  let servers: FileServers | null = null;
  const write = (writes: Parameters<Journal["commit"]>[0]) => journal.commit(writes);
  const isInUse = (sha256: string) =>
    firmware.isInUse(sha256) || publisher.isInUse(sha256) || campaigns.isInUse(sha256);
  const mirror = createMirror(
    { ...FETCH_RULES, bytesMax: options.bytesMax, keepBytesMax: options.keepBytesMax },
    {
      ...parts,
      fetcher: ports.fetcher,
      files: ports.store,
      write,
      isInUse,
      roomProblem: (bytes) => roomProblem(bytes, parts.space),
      uuid: parts.ids.uuid,
    },
    snapshot["firmware-images"].values(),
  );
  // Right after its boot a call waits until it has settled.
  const isHere = (chargerId: string) => parts.chargers().station(chargerId) !== undefined;
  const place = () => ({
    address: options.address,
    httpPort: servers?.httpPort ?? null,
    isHttps: options.http !== null && options.http.tls !== null,
    ftpPort: servers?.ftpPort ?? null,
  });
  const publisher: FirmwarePublisher = createFirmwarePublisher({
    ...parts,
    mirror,
    counter,
    write,
    place,
    tellCsms: (status) => parts.csms()?.published(status),
  }, snapshot["firmware-publications"].values());
  const firmware: FirmwareDesk = createFirmwareDesk({
    ...parts,
    mirror,
    counter,
    write,
    place,
    way16: options.way16,
    makerRoots: () => certificatesIn(options.makers() ?? "") ?? [],
    isConnected: isHere,
    call: (chargerId, call) => parts.chargers().call(chargerId, call),
    tellCsms: (chargerId, call) => parts.csms()?.news(chargerId, call),
    tellSecurity: (type, what) => parts.security()?.tell(type, what),
  }, snapshot["firmware-orders"].values());
  const campaigns: CampaignDesk = createCampaignDesk({
    ...parts,
    firmware,
    image: mirror.image,
    uuid: parts.ids.uuid,
    write,
    chargerFacts: (chargerId) => factsOf(chargerId, parts, isHere(chargerId)),
  }, snapshot["firmware-campaigns"].values());
  const commands = createFirmwareCommands({
    ...parts,
    mirror,
    firmware,
    campaigns,
    locationProblem: (location) => addressProblem(location, ports.rules),
  });
  const logs: LogDesk = createLogDesk({
    ...parts,
    counter,
    write,
    place,
    files: ports.logStore,
    bringer: ports.bringer,
    way16: options.way16,
    bytesMax: options.bytesMax,
    keepBytesMax: options.keepBytesMax,
    call: (chargerId, call) => parts.chargers().call(chargerId, call),
    tellCsms: (chargerId, call) => parts.csms()?.news(chargerId, call),
  }, snapshot["log-orders"].values());
  return {
    mirror,
    firmware,
    campaigns,
    commands,
    web: createFirmwareViews(
      { mirror, firmware, campaigns, commands, isInUse, bytesMax: options.bytesMax },
      { clock, makers: options.makers },
    ),
    logs: { ...logs, problem: (location) => placeProblem(location, ports.rules) },
    forCsms: { ...publisher, take: firmware.take, isHere },
    async start() {
      servers = await ports.serve(counter);
      await ports.store.sweep(clock.wallMs() - DAY_MS);
      await ports.logStore.sweep(clock.wallMs() - DAY_MS);
      firmware.start();
      await logs.start();
      publisher.start();
      campaigns.start();
    },
    async stop() {
      campaigns.stop();
      firmware.stop();
      logs.stop();
      publisher.stop();
      mirror.stop();
      await servers?.stop();
    },
  };
}

/** What campaigns have to know of a charger; null for one that nobody knows. */
function factsOf(
  chargerId: string,
  { site, transactions }: Pick<FileDeskParts, "site" | "transactions">,
  isConnected: boolean,
): ChargerFacts | null {
  const charger = site.charger(chargerId);
  if (charger === undefined) return null;
  const { vendorName, model, firmwareVersion } = charger.station?.message ?? {};
  const slots = site.slotsOf(chargerId).map(({ slot }) => slot);
  const circuits = slots.map((slot) => site.place(slot)?.circuitId);
  return {
    isConnected,
    isIdle: slots.every((slot) => openOn(transactions.state(), slot) === undefined),
    circuitId: circuits.find((each) => each !== undefined) ?? null,
    vendor: vendorName ?? null,
    model: model ?? null,
    version: firmwareVersion ?? null,
  };
}

/** Why so many bytes more have no room; null: they have, or nobody knows. */
function roomProblem(
  bytes: number,
  { level, freeBytes }: Pick<SpaceKeeper, "level" | "freeBytes">,
): string | null {
  const free = freeBytes();
  const isEnough = level() === "enough" && (free === null || free - bytes >= RESERVE_BYTES);
  return isEnough ? null : "The disk has no room for it";
}
