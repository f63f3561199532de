import { parse } from "yaml";
import { z } from "zod";

/**
 * A case of who gets how much, as an electrician writes it down. Times are "90s", "5min" or "2h", amperes
 * are per line. What is left out is ordinary: three phases, 6 to 32 A, no other load, a fair share.
 */
const time = z.string().regex(/^\d+(s|min|h)$/, "Expected a time such as 90s, 5min or 2h")
  .transform((text) => Number.parseInt(text) * { s: 1, min: 60, h: 3_600 }[unitOf(text)]);
const amps = z.number().min(0).max(10_000);
const lines = z.string().regex(
  /^L[123]( L[123]){0,2}$/,
  'Expected lines such as "L1" or "L2 L3 L1"',
);
const source = z.enum(["authorization", "csms", "operator", "plan", "signal"]);
const strategy = z.enum(["fair", "priority", "departure", "surplus"]);

const circuit = z.strictObject({
  /** The rating of its breaker. */
  amps,
  /** The circuit that feeds it; left out for the grid connection. */
  from: z.string().optional(),
  /** The part of the rating that may flow for hours. */
  factor: z.number().positive().max(1).default(1),
  /** A meter measures all of it. */
  metered: z.boolean().default(false),
  /** Load besides the chargers: the most, and what counts while the meter is silent. */
  worst: amps.default(0),
  substitute: amps.optional(),
  kW: z.number().positive().optional(),
  kVA: z.number().positive().optional(),
  /** The most by which two lines may differ, and what the neutral carries. */
  unbalance: amps.optional(),
  neutral: amps.optional(),
  strategy: strategy.optional(),
  /** Fed through a delta-wye transformer: primary amperes per ampere of the secondary. */
  transformer: z.number().positive().optional(),
});

const socket = z.strictObject({
  on: z.string(),
  /** The site's lines at the socket's terminals, in their order. */
  lines: lines.default("L1 L2 L3"),
  min: amps.default(6),
  max: amps.default(32),
  failSafe: amps.default(0),
  priority: z.number().default(0),
  /** North American: the EV is connected between two lines. */
  lineToLine: z.boolean().default(false),
});

const demand = z.strictObject({
  /** The lines that the EV draws from; all of the socket's where left out. */
  lines: lines.optional(),
  /** Nobody has found out yet which lines those are. */
  linesUnknown: z.boolean().default(false),
  /** What the EV takes at most, and the least that it charges with. */
  takes: amps.default(1_000),
  needs: amps.default(0),
  /** It is plugged in, but no session has begun; it has left. */
  noSession: z.boolean().default(false),
  gone: z.boolean().default(false),
  /** The EV holds back (SuspendedEV): it is full or sleeps. */
  sleeps: z.boolean().default(false),
  /** Higher goes first; energy that is still wanted; when it leaves, from now on; it may not wait. */
  priority: z.number().optional(),
  kWh: z.number().min(0).optional(),
  leavesIn: time.optional(),
  urgent: z.boolean().default(false),
  /** A limit of somebody else. */
  cap: z.strictObject({ by: source, amps }).optional(),
  /** The charger is out of reach. */
  away: z.boolean().default(false),
  /** It drops a limit by itself when that expires. */
  expires: z.boolean().default(true),
  /** It forgets its limits when it connects again. */
  forgets: z.boolean().default(false),
  /** It accepts limits and does not care; it refuses them; it takes so long to follow. */
  ignores: z.boolean().default(false),
  refuses: z.boolean().default(false),
  followsAfter: time.default(1),
  /** How often it measures, how late the reading comes; or never. */
  measuresEvery: time.default(10),
  measuresLate: time.default(0),
  neverMeasures: z.boolean().default(false),
  /** What its model can do: the multiples that it rounds limits down to. */
  step: amps.optional(),
  /** It goes over to one phase when it is told; or it says so and does not. */
  switchesPhases: z.union([z.boolean(), z.literal("in vain")]).default(false),
  cutWired: z.boolean().default(false),
});

/** Less than nothing comes from the sun. */
const flow = z.number().min(-10_000).max(10_000);
const perLine = z.union([flow, z.tuple([flow, flow, flow])]);
/** What the building draws at a circuit, whether a meter sees it or not; "silent": its meter is dead. */
const meter = z.union([perLine, z.literal("silent"), z.literal("back")]);

/** 20, or "5..7" for a range. */
const limit = z.union([
  amps,
  z.string().regex(/^\d+(\.\d+)?\.\.\d+(\.\d+)?$/, 'Expected amperes or a range such as "5..7"'),
]);
const expectation = z.union([
  limit,
  z.strictObject({
    amps: limit.optional(),
    /** "shared: grid L1", "waiting", "capped: csms", "satisfied", "fail-safe". */
    because: z.string().optional(),
  }),
]);

const slots = <Value extends z.ZodType>(value: Value) =>
  z.record(z.string().regex(/^\d+$/, "Expected a slot's number"), value);

const moment = {
  demands: slots(demand).default({}),
  meters: z.record(z.string(), meter).default({}),
  /** Limits of all chargers together, in place of those before. */
  site: z.array(z.strictObject({ by: source, amps })).optional(),
  /** What the sun leaves over for these slots together; null: nobody charges by the sun. */
  sun: z.strictObject({
    kW: z.number().min(0),
    for: z.array(z.number().int()),
    /** On how many phases each is to charge. */
    phases: slots(z.union([z.literal(1), z.literal(3)])).default({}),
  }).nullable().optional(),
  /** How long it goes on before one looks. */
  time,
  expected: slots(expectation),
  alarms: z.array(z.string()).default([]),
};

const caseSchema = z.strictObject({
  name: z.string().min(10),
  why: z.string().min(10),
  tree: z.strictObject({
    margin: amps.default(0),
    strategy: strategy.default("fair"),
    circuits: z.record(z.string(), circuit),
    sockets: slots(socket),
  }),
  ...moment,
  /** What happens after that, one after the other. */
  then: z.array(z.strictObject(moment)).default([]),
});

/** A case as it is after defaults. */
export type AllocationCase = z.output<typeof caseSchema>;
export type CaseMoment = Pick<
  AllocationCase,
  "demands" | "meters" | "site" | "sun" | "time" | "expected" | "alarms"
>;
export type CaseDemand = z.output<typeof demand>;
export type CaseExpectation = z.output<typeof expectation>;

/**
 * Reads a case.
 *
 * @throws {Error} with the file, the place in it and what is wrong
 */
export function readCase(text: string, file: string): AllocationCase {
  const parsed = caseSchema.safeParse(parse(text));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`${file}\n  ${problems.join("\n  ")}`);
}

function unitOf(text: string): "s" | "min" | "h" {
  return text.endsWith("min") ? "min" : text.endsWith("h") ? "h" : "s";
}
