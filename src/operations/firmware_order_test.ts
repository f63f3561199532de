import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { FirmwareOrder, FirmwareStatus } from "../site/mod.ts";
import { type FirmwareEvent, stepFirmware } from "./firmware_order.ts";

const ORDER: FirmwareOrder = {
  number: 7,
  chargerId: "CP1",
  origin: { kind: "csms" },
  message: { firmware: { location: "https://x/y", retrieveDateTime: "1970-01-01T00:00:00Z" } },
  secret: "",
  image: null,
  version: "2.0",
  stage: "fetching",
  status: null,
  reason: null,
  givenAtMs: 0,
  changedAtMs: 0,
};
const HOUR_MS = 3_600_000;
const said = (status: FirmwareStatus): FirmwareEvent => ({ kind: "said", status });

function after(...events: readonly FirmwareEvent[]) {
  const told: FirmwareStatus[] = [];
  const order = events.reduce((before, event, index) => {
    const step = stepFirmware(before, event, index * 1_000);
    if (step.tell !== null) told.push(step.tell);
    return step.order;
  }, ORDER);
  return { order, told, end: `${order.stage} ${order.status ?? ""}`.trim() };
}

const FETCHED: FirmwareEvent = { kind: "fetched", sha256: "ab" };
const ACCEPTED: FirmwareEvent = { kind: "answered", status: "Accepted" };

Deno.test("an order goes its way, and the charger itself says how", () => {
  const { order, told } = after(FETCHED, ACCEPTED, said("Downloading"), said("Downloaded"));
  assertEquals([order.stage, order.status, order.image], ["told", "Downloaded", "ab"]);
  const end = after(FETCHED, ACCEPTED, said("Installing"), said("Installed"));
  assertEquals([end.end, told, end.told, end.order.reason], ["over Installed", [], [], null]);
});

for (
  const [why, status] of [
    ["download", "DownloadFailed"],
    ["checksum", "DownloadFailed"],
    ["signature", "InvalidSignature"],
  ] as const
) {
  Deno.test(`what fails here by ${why} the CSMS hears as ${status}`, () => {
    const { end, told, order } = after({ kind: "not-fetched", why, reason: "no" }, ACCEPTED);
    assertEquals([end, told, order.reason], [`over ${status}`, [status], "no"]);
  });
}

Deno.test("a charger that refuses ends it, one that is away is told later", () => {
  const refused = after(FETCHED, { kind: "answered", status: "Rejected" });
  assertEquals([refused.end, refused.told], ["over DownloadFailed", ["DownloadFailed"]]);
  const revoked = after(FETCHED, { kind: "answered", status: "RevokedCertificate" });
  assertEquals(revoked.end, "over InvalidSignature");
  assertEquals(after(FETCHED, { kind: "unanswered" }).end, "waiting");
  assertEquals(after(FETCHED, { kind: "unanswered" }, ACCEPTED).end, "told");
});

Deno.test("a charger that starts anew with the wanted firmware has it, also where it does not say so", () => {
  const booted = (version: string | null): FirmwareEvent => ({ kind: "booted", version });
  const way = [FETCHED, ACCEPTED, said("Installing")];
  assertEquals(after(...way, booted("1.0"), booted(null)).end, "told Installing");
  const { end, told } = after(...way, booted("2.0"), said("Installed"));
  assertEquals([end, told], ["over Installed", ["Installed"]]);
  assertEquals(after(FETCHED, booted("2.0")).end, "waiting", "it had it before: it was not told");
});

Deno.test("a charger that says nothing more ends it after a day, after what was planned for it", () => {
  const { order } = after(FETCHED, ACCEPTED, said("Installing"));
  const look = (each: FirmwareOrder, atMs: number) =>
    stepFirmware(each, { kind: "looked-at" }, atMs).order.stage;
  assertEquals([look(order, 24 * HOUR_MS), look(order, 25 * HOUR_MS)], ["told", "over"]);
  const installDateTime = new Date(48 * HOUR_MS).toISOString();
  const planned = {
    ...order,
    message: { firmware: { ...order.message.firmware, installDateTime } },
  };
  assertEquals([look(planned, 71 * HOUR_MS), look(planned, 73 * HOUR_MS)], ["told", "over"]);
  const failed = after(FETCHED, ACCEPTED, said("DownloadFailed")).order;
  assertEquals([look(failed, 0.4 * HOUR_MS), look(failed, HOUR_MS)], ["told", "over"]);
});

Deno.test("however events come, an order ends, with one last word, and stays as it ended", () => {
  const statuses: FirmwareStatus[] = [
    "Idle",
    "Downloading",
    "DownloadFailed",
    "Downloaded",
    "Installing",
    "InstallRebooting",
    "Installed",
    "InstallationFailed",
    "InvalidSignature",
  ];
  const event = fc.oneof<fc.Arbitrary<FirmwareEvent>[]>(
    fc.constant(FETCHED),
    fc.constantFrom("download", "checksum", "signature").map((why) => ({
      kind: "not-fetched",
      why: why as "download",
      reason: "no",
    })),
    fc.constantFrom("Accepted", "AcceptedCanceled", "Rejected", "InvalidCertificate")
      .map((status) => ({ kind: "answered", status })),
    fc.constant({ kind: "unanswered" }),
    fc.constantFrom(...statuses).map(said),
    fc.constantFrom("1.0", "2.0", null).map((version) => ({ kind: "booted", version })),
    fc.constant({ kind: "cancelled", reason: "called off" }),
    fc.constant({ kind: "looked-at" }),
  );
  const timed = fc.array(fc.tuple(event, fc.nat({ max: 2 * HOUR_MS })), { maxLength: 30 });
  fc.assert(fc.property(timed, (events) => {
    let order = ORDER;
    let nowMs = 0;
    let ended: FirmwareOrder | null = null;
    const told: FirmwareStatus[] = [];
    const play = (each: FirmwareEvent) => {
      const step = stepFirmware(order, each, nowMs);
      if (step.tell !== null) told.push(step.tell);
      order = step.order;
      if (ended !== null) assertEquals(order, ended);
      else if (order.stage === "over") ended = order;
    };
    for (const [each, laterMs] of events) {
      nowMs += laterMs;
      play(each);
    }
    // The download comes to its end, and time goes by.
    play({ kind: "not-fetched", why: "download", reason: "no" });
    nowMs += 15 * 24 * HOUR_MS;
    play({ kind: "looked-at" });
    assertEquals(order.stage, "over");
    assert(order.status !== null && order.status !== "Idle");
    assert(told.length <= 1, "the gateway says the last word for it once, or the charger did");
    assertEquals(order.reason === null, order.status === "Installed");
  }));
});
