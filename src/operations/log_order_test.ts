import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { LogOrder, LogStatus } from "../site/mod.ts";
import { type LogEvent, stepLog } from "./log_order.ts";

const ORDER: LogOrder = {
  number: 7,
  chargerId: "CP1",
  message: {
    logType: "DiagnosticsLog",
    requestId: 7,
    log: { remoteLocation: "https://files.example.com/logs/" },
  },
  secret: "",
  file: null,
  stage: "told",
  status: null,
  claimedAtMs: null,
  failedAtMs: null,
  reason: null,
  givenAtMs: 0,
  changedAtMs: 0,
};
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const said = (status: LogStatus): LogEvent => ({ kind: "said", status });
const BROUGHT: LogEvent = {
  kind: "brought",
  file: { sha256: "ab", bytes: 3, name: "log.zip" },
};
const SENT: LogEvent = { kind: "sent" };
const LOOKED: LogEvent = { kind: "looked-at" };
const ACCEPTED: LogEvent = { kind: "answered", isAccepted: true };

function after(events: readonly LogEvent[], from = ORDER) {
  const told: LogStatus[] = [];
  const order = events.reduce((before, event, index) => {
    const step = stepLog(before, event, index * 1_000);
    if (step.tell !== null) told.push(step.tell);
    return step.order;
  }, from);
  return { order, told, end: `${order.stage} ${order.status ?? ""}`.trim() };
}

Deno.test("the CSMS hears of the whole way as of one upload", () => {
  const way = [ACCEPTED, said("Uploading"), BROUGHT, said("Uploaded"), SENT];
  const { end, told, order } = after(way);
  assertEquals([end, told, order.reason], ["over Uploaded", ["Uploading", "Uploaded"], null]);
});

Deno.test("a charger that says nothing of its upload uploads all the same", () => {
  assertEquals(after([BROUGHT, SENT]).told, ["Uploading", "Uploaded"]);
});

Deno.test("what the charger has brought is not yet where the CSMS wants it", () => {
  const { end, told } = after([said("Uploading"), said("Uploaded"), BROUGHT]);
  assertEquals([end, told], ["sending Uploading", ["Uploading"]]);
});

Deno.test("who says that it has brought it, while nothing is here, has not", () => {
  const { order } = after([said("Uploading"), said("Uploaded")]);
  assertEquals(stepLog(order, LOOKED, 30_000).order.stage, "told");
  const { order: end, tell } = stepLog(order, LOOKED, 2 * MINUTE_MS);
  assertEquals([end.stage, tell], ["over", "UploadFailure"]);
});

Deno.test("a charger that refuses has said so in its answer: nothing follows", () => {
  const { end, told } = after([{ kind: "answered", isAccepted: false }, BROUGHT]);
  assertEquals([end, told], ["over", []]);
});

Deno.test("a charger that could not bring it may try again, unless it was told not to", () => {
  const { order, told } = after([said("UploadFailure")]);
  assertEquals([order.stage, told], ["told", []]);
  assertEquals(after([said("UploadFailure"), BROUGHT, SENT]).end, "over Uploaded");
  assertEquals(stepLog(order, LOOKED, 6 * MINUTE_MS).tell, "UploadFailure");
  const slow = { ...order, message: { ...order.message, retryInterval: 600 } };
  assertEquals(stepLog(slow, LOOKED, 6 * MINUTE_MS).tell, null);
  assertEquals(stepLog(slow, LOOKED, 21 * MINUTE_MS).tell, "UploadFailure");
  const once = { ...ORDER, message: { ...ORDER.message, retries: 0 } };
  assertEquals(after([said("UploadFailure")], once).told, ["UploadFailure"]);
});

for (const status of ["BadMessage", "PermissionDenied", "NotSupportedOperation"] as const) {
  Deno.test(`${status} ends it, said by the charger or by the place`, () => {
    assertEquals(after([said(status), BROUGHT]).told, [status]);
    const notSent: LogEvent = { kind: "not-sent", status, reason: "no" };
    const { told, order } = after([BROUGHT, notSent, SENT]);
    assertEquals([told, order.reason], [["Uploading", status], "no"]);
  });
}

Deno.test("another log that the charger brings instead ends it, but not what is here already", () => {
  assertEquals(after([{ kind: "replaced" }]).told, ["AcceptedCanceled"]);
  assertEquals(after([BROUGHT, { kind: "replaced" }, SENT]).end, "over Uploaded");
});

Deno.test("a charger that never ends to begin is waited for a week", () => {
  let order = ORDER;
  for (let nowMs = HOUR_MS; nowMs < 8 * 24 * HOUR_MS; nowMs += HOUR_MS) {
    order = stepLog(order, said("Uploading"), nowMs).order;
    order = stepLog(order, LOOKED, nowMs).order;
  }
  assertEquals([order.stage, order.status], ["over", "UploadFailure"]);
});

Deno.test("however events come, an order ends, with one last word that is Uploaded only where it is", () => {
  const statuses: LogStatus[] = [
    "Idle",
    "Uploading",
    "Uploaded",
    "UploadFailure",
    "BadMessage",
    "PermissionDenied",
    "NotSupportedOperation",
    "AcceptedCanceled",
  ];
  const event = fc.oneof<fc.Arbitrary<LogEvent>[]>(
    fc.constantFrom<LogEvent[]>(BROUGHT, SENT, LOOKED, { kind: "replaced" }),
    fc.constantFrom(...statuses).map(said),
    fc.constantFrom(...statuses).filter((each) => each !== "Uploaded" && each !== "Uploading")
      .map((status) => ({ kind: "not-sent", status, reason: "no" })),
    fc.boolean().map((isAccepted) => ({ kind: "answered", isAccepted })),
  );
  const timed = fc.array(fc.tuple(event, fc.nat({ max: 2 * HOUR_MS })), { maxLength: 30 });
  fc.assert(
    fc.property(timed, (events) => {
      let order = ORDER;
      let nowMs = 0;
      let ended: LogOrder | null = null;
      let isHere = false;
      const told: LogStatus[] = [];
      const play = (each: LogEvent) => {
        const { stage } = order;
        const step = stepLog(order, each, nowMs);
        if (step.tell !== null) {
          assertEquals(step.tell, step.order.status, "what is told is what is kept");
          told.push(step.tell);
        }
        order = step.order;
        if (each.kind === "brought" && stage === "told") isHere = true;
        if (order.status === "Uploaded") assert(isHere, "nothing was here");
        if (ended !== null) assertEquals(order, ended);
        else if (order.stage === "over") ended = order;
      };
      for (const [each, laterMs] of events) {
        nowMs += laterMs;
        play(each);
      }
      nowMs += 8 * 24 * HOUR_MS;
      play(LOOKED);
      assertEquals(order.stage, "over");
      const last = told.filter((each) => each !== "Uploading");
      assert(last.length <= 1, `one last word: ${told}`);
      assert(told.length - last.length <= 1, `it begins once: ${told}`);
      assertEquals(order.reason === null, order.status === "Uploaded");
    }),
    { numRuns: 200 },
  );
});
