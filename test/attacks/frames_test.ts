import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { oddCharacters } from "../../src/ocpp/_schema_arbitrary.ts";
import { startBenchGateway } from "../bench/gateway.ts";
import { openSite } from "../gateway/site_bench.ts";
import { knock } from "../sites/bare_charger.ts";

// A6

const BOOT = { chargePointVendor: "V", chargePointModel: "M" };
const MIB = 1_048_576;

/** Frames that are larger, deeper or fuller than any that OCPP has a use for. */
const SWOLLEN: readonly string[] = [
  `[2,"1","Heartbeat",{"pad":"${"a".repeat(70_000)}"}]`,
  `[2,"1","Heartbeat",${"[".repeat(30_000)}${"]".repeat(30_000)}]`,
  `[2,"1","Heartbeat",${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}]`,
  `[2,"1","MeterValues",{"connectorId":1,"meterValue":[${"{},".repeat(20_000)}{}]}]`,
];

Deno.test("A6: frames that are too large, too deep or too full cost their sender an answer or his connection, and the gateway no memory", async () => {
  const gateway = await startBenchGateway(2);
  try {
    const enter = async (identity: string) => {
      const outcome = await knock({ url: gateway.url(identity), password: gateway.password });
      if (outcome.kind === "refused") throw new Error(`HTTP ${outcome.status}`);
      const mark = outcome.charger.mark();
      outcome.charger.send(JSON.stringify([2, "boot", "BootNotification", BOOT]));
      await outcome.charger.answer(mark);
      return outcome.charger;
    };
    const good = await enter("CP2");
    const before = Deno.memoryUsage().heapUsed;
    for (let round = 0; round < 5; round++) {
      for (const text of SWOLLEN) {
        const bad = await enter("CP1");
        const mark = bad.mark();
        for (let n = 0; n < 10; n++) bad.send(text);
        let code: number | null = null;
        const closed = bad.closed().then((given) => {
          code = given;
          bad.notify();
        });
        const isAnswer = (each: string) => !each.startsWith("[2,");
        const end = await bad.until(
          "an end",
          () => code ?? bad.got.slice(mark).filter(isAnswer).map((each) => JSON.parse(each)[0])[0],
        );
        // Before anything else is made of it: not by a schema that happens to know no such field.
        const said = bad.got.slice(mark).find(isAnswer) ?? "longer than";
        assert(/deeper than|more than|longer than/.test(said), said);
        assert(end === 4 || end === 1009, `${text.slice(0, 40)}… ended with ${end}`);
        await bad.close();
        await closed;
      }
    }
    assert(Deno.memoryUsage().heapUsed - before < 64 * MIB, "memory");
    const mark = good.mark();
    good.send(JSON.stringify([2, "hb", "Heartbeat", {}]));
    assertEquals((await good.answer(mark))[1], "hb");
    await good.close();
  } finally {
    await gateway.stop();
  }
});

Deno.test("A6: a number that is no number of an EVSE, and a card as long as a book, are refused at both edges", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const csms = () => site.csms.now();
  for (const connectorId of [5e-324, 0.4, 1.5, "1.5"]) {
    const about = JSON.stringify(connectorId);
    const status = { connectorId, errorCode: "NoError", status: "Faulted" };
    assertEquals((await charger.ask("StatusNotification", status)).kind, "error", about);
    const change = { connectorId, type: "Inoperative" };
    const reply = await csms().ask("ChangeAvailability", change);
    assertEquals(reply.kind === "error" && reply.code, "TypeConstraintViolation", about);
  }
  assertEquals(charger.heard.filter(({ action }) => action === "ChangeAvailability"), []);
  const idTag = "x".repeat(54_000);
  assertEquals((await charger.ask("Authorize", { idTag })).kind, "error");
  assertEquals((await csms().ask("RemoteStartTransaction", { idTag })).kind, "error");
  assertEquals(csms().heard.filter(({ action }) => action === "Authorize"), []);
  await site.stop();
});

// A7

/** What somebody may write into an error, of which another error would have to be made. */
const errorFrame = (id: string) =>
  fc.tuple(
    fc.constant(4),
    fc.constant(id),
    fc.oneof(fc.constantFrom("GenericError", "", "NoSuchCode"), oddCharacters, fc.anything()),
    fc.oneof(oddCharacters, fc.anything()),
    fc.oneof(fc.object({ maxDepth: 3 }), fc.anything()),
    fc.anything(),
  ).chain((parts) => fc.integer({ min: 2, max: 6 }).map((length) => parts.slice(0, length)));

Deno.test("A7: errors in whatever words, of chargers and of the CSMS, break nothing", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const { web } = site.gateway();
  charger.answer("ClearCache", "silence");
  site.csms.answer("Authorize", "silence");
  const tunnel = {
    vendorId: "org.sangam",
    messageId: "Tunnel",
    data: JSON.stringify({ slot: 1, action: "ClearCache", payload: {} }),
  };
  await fc.assert(
    fc.asyncProperty(errorFrame("ID"), async (frame) => {
      const text = (id: string) => JSON.stringify([frame[0], id, ...frame.slice(2)]);
      site.csms.now().say("tunnel", "DataTransfer", tunnel);
      await site.clock.advance(10);
      charger.socket.send(text(charger.heard.at(-1)?.id ?? ""));
      charger.say("card", "Authorize", { idTag: "ASHA" });
      await site.clock.advance(10);
      site.csms.now().socket.send(text(site.csms.now().heard.at(-1)?.id ?? ""));
      await site.clock.advance(61_000);
      assertEquals(charger.replyTo("card").kind, "result", "the driver has his answer");
    }),
    { numRuns: 100 },
  );
  assertEquals(site.logged.filter(({ level }) => level === "error"), []);
  assertEquals(web.views.charger("CP1")?.connected, true);
  await site.stop();
});

// A25

const POLLUTED = [
  '{"__proto__":{"idTag":"EVE","polluted":true}}',
  '{"constructor":{"prototype":{"idTag":"EVE","polluted":true}}}',
  '{"__proto__":{"__proto__":{"idTag":"EVE"}},"prototype":{"polluted":true}}',
];

Deno.test("A25: what stands under __proto__ is no field of a message, and changes no object of ours", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const before = Object.getOwnPropertyNames(Object.prototype);
  for (const [n, payload] of POLLUTED.entries()) {
    charger.socket.send(`[2,"a${n}","Authorize",${payload}]`);
    site.csms.now().socket.send(`[2,"b${n}","RemoteStartTransaction",${payload}]`);
    await site.clock.advance(1_000);
    assertEquals(charger.replyTo(`a${n}`).kind, "error", "no idTag stands in it");
    assertEquals(site.csms.now().replyTo(`b${n}`).kind, "error");
    charger.socket.send(
      `[2,"c${n}","DataTransfer",{"vendorId":"v","data":${JSON.stringify(payload)}}]`,
    );
    await site.clock.advance(1_000);
    assertEquals(charger.replyTo(`c${n}`).kind, "result");
  }
  // Dynamic keys: a card, a charger, a key of a configuration called so.
  for (const name of ["__proto__", "constructor", "hasOwnProperty", "toString"]) {
    assertEquals(["Accepted", "Invalid"].includes(await charger.authorize(name)), true, name);
    const { unknownKey } = await site.csms.now().result("GetConfiguration", { key: [name] });
    assertEquals(unknownKey, [name]);
    const refused = await site.connect(name).then(() => "in", () => "out");
    assertEquals(refused, "out");
    charger.say(name, name, {});
    await site.clock.advance(100);
    assertEquals(charger.replyTo(name).kind, "error");
  }
  assertEquals(Object.getOwnPropertyNames(Object.prototype), before);
  assertEquals(Object({})["polluted"], undefined);
  await site.stop();
});
