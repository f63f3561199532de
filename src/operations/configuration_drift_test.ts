import { assertEquals, assertStringIncludes } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { openBooks } from "../../test/support/books.ts";
import { connectStation } from "../../test/support/stations.ts";
import type { Payload } from "../../test/support/frame_peer.ts";
import type { Station } from "../chargers/mod.ts";
import { type CorrectionRecord, newCharger, type SiteFault } from "../site/mod.ts";
import { createDriftDesk } from "./configuration_drift.ts";
import type { DesiredRule } from "./desired_configuration.ts";

const RULE: DesiredRule = {
  vendor: null,
  model: null,
  chargerId: null,
  corrects: true,
  ocpp16: { HeartbeatInterval: "300" },
  ocpp2: {},
};

interface Facts {
  readonly rules: readonly DesiredRule[];
  /** What the charger is set to; a key that is missing it does not know. */
  readonly values: Record<string, string>;
  /** What it answers to a change. */
  readonly status: string;
  /** It takes a change, and drops it. */
  readonly forgets: boolean;
  readonly corrections: ReadonlyMap<string, CorrectionRecord>;
}

/** One 1.6 charger that has booted, and the desk that looks after its settings. */
async function createBench(facts: Partial<Facts> = {}) {
  const books = await openBooks();
  const values = facts.values ?? { HeartbeatInterval: "60" };
  const bench = { status: facts.status ?? "Accepted", isSilent: false };
  const { station, charger, pair } = await connectStation(books, {
    answerTimeoutMs: 1_000,
    answers: {
      GetConfiguration({ key }: Payload) {
        if (bench.isSilent) return "silence";
        const keys = (Array.isArray(key) ? key : []).map(String);
        return {
          configurationKey: keys.filter((each) => each in values)
            .map((each) => ({ key: each, readonly: false, value: values[each] })),
          unknownKey: keys.filter((each) => !(each in values)),
        };
      },
      ChangeConfiguration({ key, value }: Payload) {
        const isTaken = bench.status === "Accepted" && facts.forgets !== true;
        if (isTaken) values[String(key)] = String(value);
        return { status: bench.status };
      },
    },
  });
  station.life.accepted = true;
  let online: Station | undefined = station;
  const boot = (bootedAtMs: number) =>
    books.site.saveCharger({ ...newCharger("CP1", "site.yaml"), version: "ocpp1.6", bootedAtMs });
  boot(1);
  const faults: SiteFault[] = [];
  books.events.on("fault", (fault) => void faults.push(fault));
  const kept: CorrectionRecord[] = [];
  const desk = createDriftDesk(facts.rules ?? [RULE], facts.corrections ?? new Map(), {
    ...books,
    chargers: { station: (id) => id === "CP1" ? online : undefined },
    commit(writes) {
      for (const write of writes) if (write.kind === "put") kept.push(write.value);
      return Promise.resolve();
    },
  });
  return {
    ...books,
    desk,
    values,
    faults,
    kept,
    bench,
    boot,
    leave: () => void (online = undefined),
    state: () => desk.all()[0]?.settings.map(({ name, state }) => `${name} ${state}`),
    written: () =>
      charger.payloads("ChangeConfiguration").map(({ key, value }) => `${key}=${value}`),
    async check(patienceMs = 100) {
      const done = desk.check("CP1");
      await books.clock.advance(patienceMs);
      await done;
    },
    async looks(minutes: number) {
      for (let minute = 0; minute < minutes; minute++) {
        desk.look();
        await books.clock.advance(60_000);
      }
    },
    async done() {
      desk.stop();
      pair.near.terminate();
      await books.clock.advance(0);
      await books.spawn.drain();
    },
  };
}

Deno.test("a setting that differs is told of and left alone, where site.yaml does not say to correct it", async () => {
  const bench = await createBench({ rules: [{ ...RULE, corrects: false }] });
  assertEquals(bench.desk.all()[0]?.reading, "never");
  await bench.check();
  await bench.check();
  assertEquals([bench.state(), bench.written()], [["HeartbeatInterval differs"], []]);
  assertEquals(bench.faults.map(({ kind, severity, state }) => [kind, severity, state]), [
    ["configuration-drift", "info", "raised"],
  ]);
  assertStringIncludes(
    bench.faults[0]?.text ?? "",
    `HeartbeatInterval is "60", and should be "300"`,
  );
  bench.values["HeartbeatInterval"] = "300";
  await bench.check();
  assertEquals([bench.state(), bench.faults.at(-1)?.state], [["HeartbeatInterval same"], "over"]);
  await bench.done();
});

Deno.test("a setting that differs is corrected after a boot, and that is noted before it is said", async () => {
  const bench = await createBench();
  bench.events.emit("charger", { chargerId: "CP1" });
  await bench.looks(1);
  assertEquals(bench.written(), ["HeartbeatInterval=300"]);
  assertEquals(bench.state(), ["HeartbeatInterval same"]);
  assertEquals(bench.faults, []);
  assertEquals(bench.kept.map(({ tries }) => Object.keys(tries)), [["HeartbeatInterval"]]);
  // The same boot is not looked at twice; each hour it is looked at all the same.
  bench.values["HeartbeatInterval"] = "5";
  bench.events.emit("charger", { chargerId: "CP1" });
  await bench.looks(30);
  assertEquals(bench.written().length, 1);
  await bench.looks(40);
  assertEquals(bench.written().length, 2);
  await bench.done();
});

Deno.test("a charger that was set by somebody is looked at a minute later", async () => {
  const bench = await createBench();
  await bench.check();
  bench.values["HeartbeatInterval"] = "5";
  const said = (text: string, peer = "CP1", direction: "in" | "out" = "out") =>
    bench.events.emit("message", { atWallMs: 0, peer, direction, text });
  said(`[2,"7","Reset",{"type":"Soft"}]`);
  said(`[2,"7","ChangeConfiguration",{}]`, "CP1", "in");
  said(`[2,"7","ChangeConfiguration",{}]`, "csms");
  await bench.looks(1);
  assertEquals(bench.written().length, 1);
  said(`[2,"7","ChangeConfiguration",{"key":"HeartbeatInterval","value":"5"}]`);
  await bench.looks(1);
  assertEquals([bench.written().length, bench.values["HeartbeatInterval"]], [2, "300"]);
  await bench.done();
});

Deno.test("a charger that drops what it took is set three times a day, then left and told of, over restarts of the gateway", async () => {
  const bench = await createBench({ forgets: true });
  await bench.looks(10 * 60);
  assertEquals(bench.written().length, 3);
  assertEquals(bench.state(), ["HeartbeatInterval left"]);
  assertStringIncludes(bench.faults.at(-1)?.text ?? "", `it was set to "300" 3 times today`);
  const last = bench.kept.at(-1);
  assume(last !== undefined, "it was noted");
  await bench.done();

  const next = await createBench({ forgets: true, corrections: new Map([["CP1", last]]) });
  await next.looks(60);
  assertEquals(next.written(), []);
  await next.looks(27 * 60);
  assertEquals(next.written().length, 3);
  await next.done();
});

Deno.test("a refusal is told of in its own words, and tried three times a day", async () => {
  const bench = await createBench({ status: "Rejected" });
  await bench.looks(5 * 60);
  assertEquals([bench.written().length, bench.state()], [3, ["HeartbeatInterval refused"]]);
  assertStringIncludes(bench.faults.at(-1)?.text ?? "", `it refuses "300"`);
  await bench.done();
});

Deno.test("what counts only after a restart is said once, and waits for the next boot", async () => {
  const bench = await createBench({ status: "RebootRequired" });
  await bench.check();
  await bench.check();
  assertEquals([bench.written().length, bench.state()], [1, ["HeartbeatInterval after-restart"]]);
  assertEquals(bench.faults.map(({ kind }) => kind), ["reset-wanted"]);
  bench.boot(2);
  await bench.check();
  assertEquals(bench.written().length, 2);
  await bench.done();
});

Deno.test("a setting that the charger does not know is never written, and told of", async () => {
  const bench = await createBench({ values: {} });
  await bench.check();
  assertEquals([bench.written(), bench.state()], [[], ["HeartbeatInterval unknown"]]);
  assertStringIncludes(bench.faults[0]?.text ?? "", "it does not know it");
  await bench.done();
});

Deno.test("of a charger that is silent or away stands what it told last", async () => {
  const bench = await createBench();
  await bench.check();
  bench.bench.isSilent = true;
  await bench.check(2_000);
  assertEquals(bench.desk.all()[0]?.reading, "silent");
  assertEquals(bench.state(), ["HeartbeatInterval same"]);
  bench.leave();
  await bench.check();
  assertEquals(bench.state(), ["HeartbeatInterval same"]);
  await bench.done();
});

Deno.test("without wishes nobody is asked", async () => {
  const bench = await createBench({ rules: [] });
  bench.events.emit("charger", { chargerId: "CP1" });
  await bench.looks(2 * 60);
  assertEquals([bench.desk.all(), bench.written()], [[], []]);
  await bench.done();
});

Deno.test("a charger is asked once at a time, whoever wants it", async () => {
  const bench = await createBench();
  const both = [bench.desk.check("CP1"), bench.desk.check("CP1")];
  await bench.clock.advance(100);
  await Promise.all(both);
  assertEquals(bench.written().length, 1);
  await bench.done();
});
