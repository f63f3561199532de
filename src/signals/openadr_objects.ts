import { z } from "zod";
import { clip } from "../lib/text.ts";
import { durationMs } from "./iso_duration.ts";

/** More of them in one event is no schedule any more. */
const INTERVALS_MAX = 5_000;
const VALUES_MAX = 1_000;

const ObjectId = z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/);
const Named = z.string().max(4_096);
/** Milliseconds. */
const Duration = z.string().max(100).transform((text, context) => {
  const ms = durationMs(text);
  if (ms !== null) return ms;
  context.addIssue({ code: "custom", message: "Expected a duration such as PT1H" });
  return z.NEVER;
});
/**
 * A moment, or "now": 3.1 writes that as the year 1, 3.0 also as 0000-00-00, which no calendar has.
 */
const Start = z.string().max(100).transform((text, context) => {
  if (/^000[01]-/.test(text)) return "now" as const;
  const ms = momentIn(text);
  if (Number.isFinite(ms)) return ms;
  context.addIssue({ code: "custom", message: "Expected a time such as 2026-11-23T17:00:00Z" });
  return z.NEVER;
});

/** NaN where it is none. A VTN that names no time zone means UTC; its own machine's nobody could know. */
function momentIn(text: string): number {
  return Date.parse(
    /^\d{4}-\d{2}-\d{2}[T ][\d:.]+$/.test(text) ? `${text.replace(" ", "T")}Z` : text,
  );
}

const Period = z.object({
  start: Start.nullish(),
  duration: Duration.nullish(),
  randomizeStart: Duration.nullish(),
});

const Payload = z.object({
  type: z.string().min(1).max(128),
  values: z.array(z.unknown()).max(VALUES_MAX),
});

const Interval = z.object({
  intervalPeriod: Period.nullish(),
  payloads: z.array(Payload).max(100),
});

const Descriptor = z.object({
  payloadType: z.string().max(128),
  units: z.string().max(128).nullish(),
});

const Event = z.object({
  id: ObjectId,
  programID: ObjectId,
  eventName: Named.nullish(),
  createdDateTime: z.string().max(100).transform(momentIn).nullish(),
  priority: z.number().min(0).nullish(),
  duration: Duration.nullish(),
  payloadDescriptors: z.array(Descriptor).max(100).nullish(),
  intervalPeriod: Period.nullish(),
  intervals: z.array(Interval).max(INTERVALS_MAX).nullish(),
});

const Program = z.object({
  id: ObjectId,
  programName: z.string().min(1).max(128),
  payloadDescriptors: z.array(z.unknown()).max(100).nullish()
    .transform((all) => (all ?? []).flatMap((each) => Descriptor.safeParse(each).data ?? [])),
});

/** When an interval is. */
export type OpenAdrPeriod = z.output<typeof Period>;
/** An event of a VTN, as far as it concerns us; times in milliseconds. */
export type OpenAdrEvent = z.output<typeof Event>;
/** A program of a VTN, as far as it concerns us. */
export type OpenAdrProgram = z.output<typeof Program>;

/** Objects that could be read, and what was wrong with the others. */
export interface OpenAdrReading<T> {
  readonly objects: readonly T[];
  readonly problems: readonly string[];
}

/** Reads events one by one: one that is broken does not take the others with it. */
export function readEvents(list: readonly unknown[]): OpenAdrReading<OpenAdrEvent> {
  return readEach(list, Event, "event");
}

/** Reads programs one by one. */
export function readPrograms(list: readonly unknown[]): OpenAdrReading<OpenAdrProgram> {
  return readEach(list, Program, "program");
}

function readEach<Schema extends z.ZodType>(
  list: readonly unknown[],
  schema: Schema,
  what: string,
): OpenAdrReading<z.output<Schema>> {
  const objects: z.output<Schema>[] = [];
  const problems: string[] = [];
  list.forEach((each, index) => {
    const read = schema.safeParse(each);
    if (read.success) return void objects.push(read.data);
    const [issue] = read.error.issues;
    const named = z.object({ id: ObjectId }).safeParse(each).data?.id ?? `number ${index + 1}`;
    const where = issue === undefined ? "" : ` ${issue.path.join(".")}: ${issue.message}`;
    problems.push(`${what} ${named} cannot be read:${clip(where, 200)}`);
  });
  return { objects, problems };
}
