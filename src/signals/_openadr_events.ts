import { type OpenAdrEvent, readEvents } from "./openadr_objects.ts";

/** For tests: 23 November 2026, 17:00 UTC. */
export const FIVE_PM = Date.parse("2026-11-23T17:00:00Z");

/** For tests: a payload as a VTN sends it. */
export const limitOf = (...kW: readonly number[]) => ({
  type: "IMPORT_CAPACITY_LIMIT",
  values: kW,
});

/** For tests: an event as a VTN sends it. */
export function eventJson(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: "e1",
    objectType: "EVENT",
    createdDateTime: "2026-11-23T12:00:00Z",
    modificationDateTime: "2026-11-23T12:00:00Z",
    programID: "p1",
    eventName: null,
    priority: null,
    targets: null,
    payloadDescriptors: [{
      objectType: "EVENT_PAYLOAD_DESCRIPTOR",
      payloadType: "IMPORT_CAPACITY_LIMIT",
      units: "KW",
    }],
    intervalPeriod: { start: "2026-11-23T17:00:00Z", duration: "PT1H" },
    intervals: [{ id: 0, payloads: [limitOf(10)] }],
    ...changes,
  };
}

/** For tests: the same, read. */
export function eventOf(changes: Record<string, unknown> = {}): OpenAdrEvent {
  const { objects: [event], problems } = readEvents([eventJson(changes)]);
  if (event === undefined) throw new Error(problems.join());
  return event;
}
