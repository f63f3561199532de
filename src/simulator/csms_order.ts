import { isRecord } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { CommandUsage, FlagValues } from "./command_flags.ts";
import { readVersions } from "./version_flags.ts";
import { FRIENDLY_CSMS, type SimulatedCsmsOptions } from "./csms.ts";
import type { OutagePlan } from "./csms_outages.ts";
import type { TokenRecord } from "./csms/books.ts";

/** What `main.ts simulate csms` is to do. */
export interface CsmsOrder {
  readonly host: string;
  readonly port: number;
  readonly options: SimulatedCsmsOptions;
  readonly showsFrames: boolean;
  readonly outages: OutagePlan | null;
  /** Sent one after the other once the station is there. */
  readonly commands: readonly OrderedCommand[];
}

/** A command as it stands on the command line; the schemas judge it when it is sent. */
export interface OrderedCommand {
  readonly action: string;
  readonly payload: unknown;
}

/** The flags of `main.ts simulate csms`. */
export const csmsCommand: CommandUsage = {
  name: "main.ts simulate csms",
  summary: "a CSMS that accepts one gateway or charger and says what it hears",
  flags: {
    port: {
      kind: "number",
      value: "N",
      help: "0 for any free one",
      default: 9_000,
      least: 0,
      most: 65_535,
    },
    host: { kind: "text", value: "ADDRESS", help: "0.0.0.0 for everybody", default: "127.0.0.1" },
    protocol: {
      kind: "list",
      value: "NAME",
      help: "OCPP version, ocpp1.6 where none is named; the station chooses of several",
    },
    password: { kind: "text", value: "TEXT", help: "that it wants; or in SANGAM_SIM_PASSWORD" },
    interval: {
      kind: "number",
      value: "S",
      help: "between heartbeats",
      default: 300,
      least: 1,
      most: 86_400,
    },
    registration: {
      kind: "text",
      value: "STATUS",
      help: "Accepted, Pending or Rejected",
      default: "Accepted",
    },
    accept: { kind: "list", value: "TOKEN", help: "is a good card; others then are not" },
    block: { kind: "list", value: "TOKEN", help: "is a blocked card" },
    "drop-every": {
      kind: "number",
      value: "S",
      help: "it drops out so often",
      least: 0.1,
      most: 86_400,
    },
    "drop-for": {
      kind: "number",
      value: "S",
      help: "and for so long",
      default: 40,
      least: 0.1,
      most: 86_400,
    },
    "answer-delay": {
      kind: "number",
      value: "S",
      help: "until it answers",
      default: 0,
      least: 0,
      most: 600,
    },
    send: { kind: "list", value: "COMMAND", help: "'Action {json}', once the station is there" },
    frames: { kind: "switch", help: "shows every message" },
  },
  notes: [
    "Without --accept every card is good. It runs until Ctrl-C.",
    `Example: --send 'TriggerMessage {"requestedMessage":"Heartbeat"}'`,
  ],
};

const REGISTRATIONS = ["Accepted", "Pending", "Rejected"] as const;

/** Makes sense of the flags; a sentence where they make none. */
export function readCsmsOrder(values: FlagValues): Result<CsmsOrder, string> {
  const protocols = readVersions(values, "protocol");
  if (!protocols.ok) return protocols;
  const registration = REGISTRATIONS.find((each) => each === values.text("registration"));
  if (registration === undefined) return fail(`--registration is ${REGISTRATIONS.join(", ")}`);
  const commands: OrderedCommand[] = [];
  for (const text of values.list("send")) {
    const command = readCommand(text);
    if (command === null) return fail(`--send ${text}: expected 'Action {json}'`);
    commands.push(command);
  }
  const everyMs = (values.number("drop-every") ?? 0) * 1_000;
  const forMs = (values.number("drop-for") ?? 0) * 1_000;
  if (everyMs > 0 && forMs >= everyMs) return fail("--drop-for must be less than --drop-every");
  return ok({
    host: values.text("host") ?? "127.0.0.1",
    port: values.number("port") ?? 9_000,
    options: {
      ...FRIENDLY_CSMS,
      protocols: protocols.value.length === 0 ? FRIENDLY_CSMS.protocols : protocols.value,
      tokens: tokensOf(values),
      unknownTokens: values.list("accept").length > 0 ? "Invalid" : "Accepted",
      registration,
      intervalSeconds: values.number("interval") ?? 300,
      answerDelayMs: (values.number("answer-delay") ?? 0) * 1_000,
    },
    showsFrames: values.isOn("frames"),
    outages: everyMs > 0 ? { afterMs: everyMs - forMs, forMs } : null,
    commands,
  });
}

function tokensOf(values: FlagValues): Readonly<Record<string, TokenRecord>> {
  const entries = (name: string, status: TokenRecord["status"]) =>
    values.list(name).map((idTag): [string, TokenRecord] => [idTag, { status }]);
  return Object.fromEntries([...entries("accept", "Accepted"), ...entries("block", "Blocked")]);
}

function readCommand(text: string): OrderedCommand | null {
  const match = /^\s*([A-Za-z]{1,50})\s*(\{.*\})?\s*$/s.exec(text);
  const [, action, json = "{}"] = match ?? [];
  const payload = parsed(json);
  return action === undefined || !isRecord(payload) ? null : { action, payload };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
