import {
  configure,
  getJsonLinesFormatter,
  getLogger,
  getStreamSink,
  reset,
} from "@logtape/logtape";
import type { Log, LogFields } from "../lib/log.ts";
import type { LogTail } from "./log_tail.ts";

/** How the log is written. */
export interface LogOptions {
  readonly level: "debug" | "info" | "warning" | "error";
  /** `json`: a line of JSON per event; `text`: for people at a terminal. */
  readonly format: "json" | "text";
}

/** Field names whose values never reach a log, whatever they hold. */
const SECRET_FIELD = /password|secret|authorization$|key$|digest|token$/i;

const jsonLine = getJsonLinesFormatter({ properties: "flatten" });

/** What a line says of itself: a field of that name would take its place. */
const OF_THE_LINE: ReadonlySet<string> = new Set(["@timestamp", "level", "message", "logger"]);

/**
 * Opens the log on standard error; `tail` keeps the newest lines of it, as JSON. `close` writes out what is
 * still buffered.
 */
export async function openLog(
  { level, format }: LogOptions,
  tail?: LogTail,
): Promise<{ readonly log: Log; close(): Promise<void> }> {
  const stream = new WritableStream<Uint8Array>({
    write: async (chunk) => {
      for (let at = 0; at < chunk.length;) at += await Deno.stderr.write(chunk.subarray(at));
    },
  });
  await configure({
    sinks: {
      stderr: getStreamSink(stream, {
        formatter: format === "json" ? jsonLine : textLine,
      }),
      tail: (record) => tail?.push(jsonLine(record).trimEnd()),
    },
    loggers: [
      { category: "sangam", lowestLevel: level, sinks: ["stderr", "tail"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["stderr"] },
    ],
    reset: true,
  });
  const logger = getLogger("sangam");
  const log: Log = (eventLevel, event, fields = {}) => {
    const properties = propertiesOf(fields);
    if (eventLevel === "debug") logger.debug(event, properties);
    else if (eventLevel === "info") logger.info(event, properties);
    else if (eventLevel === "warning") logger.warn(event, properties);
    else logger.error(event, properties);
  };
  return { log, close: () => reset() };
}

interface Line {
  readonly timestamp: number;
  readonly level: string;
  readonly message: readonly unknown[];
  readonly properties: Record<string, unknown>;
}

function textLine({ timestamp, level, message, properties }: Line): string {
  const time = new Date(timestamp).toISOString().slice(11, 23);
  const fields = Object.entries(properties)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return [time, level.padEnd(7), message.join(""), ...fields].join(" ") + "\n";
}

function propertiesOf(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      OF_THE_LINE.has(name) ? `${name}_` : name,
      SECRET_FIELD.test(name) ? "***" : value,
    ]),
  );
}
