import { AUDIT_FILE } from "./telemetry/audit_file_io.ts";
import { HISTORY_FILE } from "./telemetry/history_file_io.ts";
import { TELEMETRY_FILE } from "./telemetry/telemetry_file_io.ts";
import { LEDGER_FILE } from "./gateway_io.ts";
import { type Clock, isoTime } from "./lib/clock.ts";
import { errorText } from "./lib/log.ts";
import { nextTurn } from "./lib/turn_io.ts";
import { exists } from "./store/database_file_io.ts";
import { openDiskSpace } from "./store/disk_space_io.ts";
import { summarizeDatabase } from "./store/ledger_summary_io.ts";
import type { LogTail } from "./telemetry/mod.ts";
import {
  type BundleOrder,
  type BundlePart,
  bundleStream,
  createRedactor,
  redactedConfig,
  secretsIn,
  secretsInText,
} from "./telemetry/support/mod.ts";
import type { SupportPort, WebPorts } from "./web/mod.ts";

/** Where a gateway keeps its things, and what it was told. */
export interface SupportPlaces {
  readonly dataPath: string;
  /** Null where there is no site.yaml. */
  readonly configPath: string | null;
  /** What was made of site.yaml: the secrets that files and the environment hold are in it. */
  readonly config: unknown;
}

/** What is known of a gateway while it runs. */
export interface RunningGateway {
  readonly web: Pick<WebPorts, "views" | "health" | "metrics" | "clock">;
  readonly log: LogTail;
  readonly startedMonoMs: number;
}

export interface SupportTools {
  readonly clock: Clock;
  /** The version of Sangam. */
  readonly program: string;
}

const KB = 1_000;
const GIVEN_UP_AFTER_MS = 120_000;
const MESSAGES_MAX = 2_000;
const CONFIG_BYTES_MAX = 4 * 1_048_576;

/** One bundle at a time, for the pages and the API. */
export function openSupport(
  places: SupportPlaces,
  tools: SupportTools,
  running: Omit<RunningGateway, "startedMonoMs">,
): SupportPort {
  let busySinceMs = -Infinity;
  const startedMonoMs = tools.clock.monoMs();
  return {
    make() {
      // A download that nobody reads does not keep the next one away for ever.
      const nowMs = tools.clock.monoMs();
      if (nowMs - busySinceMs < GIVEN_UP_AFTER_MS) return null;
      busySinceMs = nowMs;
      const order = supportOrder(places, tools, { ...running, startedMonoMs });
      const name = `sangam-support-${isoTime(order.madeMs).slice(0, 10)}.tar.gz`;
      return { name, content: whenOver(bundleStream(order), () => busySinceMs = -Infinity) };
    },
  };
}

/** The same stream, and a word when it ended, broke or was given up. */
function whenOver(stream: ReadableStream<Uint8Array>, over: () => void) {
  const reader = stream.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        over();
        controller.close();
      } catch (error) {
        over();
        controller.error(error);
      }
    },
    async cancel(reason) {
      over();
      await reader.cancel(reason).catch(() => {});
    },
  });
}

/** What a bundle of this gateway is made of; `running` null: it stands still, or runs elsewhere. */
export function supportOrder(
  places: SupportPlaces,
  { clock, program }: SupportTools,
  running: RunningGateway | null,
): BundleOrder {
  const config = configText(places.configPath);
  const views = running?.web.views;
  const redactor = createRedactor({
    secrets: [...secretsIn(places.config), ...secretsInText(config ?? "")],
    tokens: views === undefined ? [] : [
      ...views.tokens().map(({ token }) => token),
      ...views.evses().flatMap(({ transaction }) => transaction?.token ?? []),
    ],
  });
  const own = [
    systemPart(places, { clock, program }, running),
    configPart(config),
    recordsPart(places.dataPath),
  ];
  return {
    parts: running === null ? own : [...own, ...runningParts(running)],
    leftOut: running === null
      ? [{
        name: "health, state, faults, log, messages, metrics",
        why: "a gateway that runs has them: download the bundle from its page Settings; " +
          "what it logged before is where its service manager keeps it (journalctl -u sangam)",
      }]
      : [],
    program,
    madeMs: clock.wallMs(),
    redactor,
    pause: nextTurn,
  };
}

function configText(path: string | null): string | null {
  if (path === null || !exists(path)) return null;
  const { isFile, size } = Deno.statSync(path);
  return isFile && size <= CONFIG_BYTES_MAX ? Deno.readTextFileSync(path) : null;
}

function configPart(text: string | null): BundlePart {
  return {
    name: "site.yaml",
    about: "The configuration, without comments and secrets",
    bytesMax: 500 * KB,
    lines() {
      if (text === null) return ["# There is no site.yaml: safe defaults are in force"];
      return (redactedConfig(text) ?? "# It is no YAML: main.ts check says where").split("\n");
    },
  };
}

function recordsPart(dataPath: string): BundlePart {
  return {
    name: "records.json",
    about: "How much is in the ledger and the other databases, how old; nothing of it",
    bytesMax: 100 * KB,
    lines: () =>
      json(Object.fromEntries(
        [LEDGER_FILE, AUDIT_FILE, HISTORY_FILE, TELEMETRY_FILE].map((name) => [
          name,
          attempt(() => summarizeDatabase(`${dataPath}/${name}`)),
        ]),
      )),
  };
}

function systemPart(
  { dataPath }: SupportPlaces,
  { clock, program }: SupportTools,
  running: RunningGateway | null,
): BundlePart {
  return {
    name: "system.json",
    about: "Versions, memory, disk, clock, permissions and files of this gateway",
    bytesMax: 200 * KB,
    async lines() {
      return json({
        program,
        versions: Deno.version,
        machine: Deno.build,
        memoryBytes: Deno.memoryUsage(),
        disk: await openDiskSpace(dataPath).look(),
        clock: {
          wall: isoTime(clock.wallMs()),
          trust: running?.web.views.site().clock ?? null,
          runningSeconds: running === null
            ? null
            : Math.round((clock.monoMs() - running.startedMonoMs) / 1_000),
        },
        permissions: permissions(),
        files: attempt(() => filesIn(dataPath)),
      });
    },
  };
}

const PERMISSIONS = ["net", "read", "write", "env", "run", "sys", "ffi"] as const;

/** What the program may do to all of the machine; "prompt" means: not to all of it. */
function permissions(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    PERMISSIONS.map((name) => [name, Deno.permissions.querySync({ name }).state]),
  );
}

/** Names, sizes and modes: who may read what. */
function filesIn(folder: string) {
  return [...Deno.readDirSync(folder)].slice(0, 500).map(({ name, isDirectory }) => {
    const { size, mode, mtime } = Deno.lstatSync(`${folder}/${name}`);
    const modeText = mode === null ? null : (mode & 0o777).toString(8);
    return {
      name,
      isDirectory,
      bytes: size,
      mode: modeText,
      changed: mtime?.toISOString() ?? null,
    };
  });
}

function runningParts({ web, log }: RunningGateway): readonly BundlePart[] {
  const { views } = web;
  const rows = (
    name: string,
    about: string,
    kilobytes: number,
    make: () => readonly unknown[],
  ) => ({
    name,
    about,
    bytesMax: kilobytes * KB,
    lines: () => make().map((row) => JSON.stringify(row)),
  });
  return [
    {
      name: "health.json",
      about: "Whether it is well, the site, its link to the CSMS and the outbox",
      bytesMax: 100 * KB,
      lines: () => json({ health: web.health(), site: views.site() }),
    },
    rows("faults.jsonl", "Faults: those that stand, then what is remembered", 500, views.faults),
    rows("chargers.jsonl", "Chargers and how they are", 800, views.chargers),
    rows("evses.jsonl", "EVSEs and how they are", 800, views.evses),
    {
      name: "site.json",
      about: "Circuits, meters, signals, limits, listeners, and who was turned away",
      bytesMax: 800 * KB,
      lines: () =>
        json({
          circuits: views.circuits(),
          meters: views.meters(),
          signals: views.signals(),
          circuitLimits: views.circuitLimits(),
          listeners: views.listeners(),
          waiting: views.waiting(),
          refusals: views.refusals(),
          orphanStops: views.orphanStops(),
        }),
    },
    rows("outbox.jsonl", "What waits for the CSMS, oldest first", 300, () => views.outbox()),
    {
      name: "log.jsonl",
      about: "The newest lines of the log, newest first",
      bytesMax: 1_500 * KB,
      lines: log.lines,
    },
    rows(
      "messages.jsonl",
      "The newest OCPP messages, newest first",
      3_500,
      () => views.messages({ limit: MESSAGES_MAX }),
    ),
    {
      name: "metrics.txt",
      about: "What Prometheus is told",
      bytesMax: 500 * KB,
      lines: async () => (await web.metrics()).split("\n"),
    },
  ];
}

function json(value: unknown): readonly string[] {
  return JSON.stringify(value, null, 1).split("\n");
}

/** One thing that cannot be looked at must not hide the others. */
function attempt<T>(look: () => T): T | { readonly error: string } {
  try {
    return look();
  } catch (error) {
    return { error: errorText(error) };
  }
}
