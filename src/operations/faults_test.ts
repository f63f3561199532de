import { assertEquals } from "@std/assert";
import { createEvents } from "../lib/events.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { FaultEpisode, SiteEvents, SiteFault } from "../site/mod.ts";
import { createFaultCommands } from "./fault_commands.ts";
import { createFaults, type FaultWrite } from "./faults.ts";

function bench(kept: Iterable<FaultEpisode> = []) {
  const clock = createVirtualClock();
  const events = createEvents<SiteEvents>(() => {});
  const disk = new Map<string, FaultEpisode>();
  const state = { mayKeep: true, writes: 0 };
  function keep(writes: readonly FaultWrite[]): boolean {
    if (!state.mayKeep) return false;
    state.writes += writes.length;
    for (const write of writes) {
      if (write.kind === "put") disk.set(write.key, write.value);
      else disk.delete(write.key);
    }
    return true;
  }
  const faults = createFaults({ clock, events, keep }, kept);
  const heard: string[] = [];
  events.on(
    "fault-episode",
    ({ kind, overMs }) => void heard.push(`${kind} ${overMs === null ? "stands" : "over"}`),
  );
  function tell(kind: string, state: SiteFault["state"] = "raised", facts = {}): void {
    events.emit("fault", {
      kind,
      severity: "alarm",
      subject: "CP1",
      text: `${kind} of CP1`,
      state,
      ...facts,
    });
  }
  return { clock, faults, tell, disk, state, heard };
}

const names = (faults: ReturnType<typeof bench>["faults"]) =>
  faults.list().map(({ kind, state }) => `${kind} ${state}`);

Deno.test("raised faults come first, and the newest of each kind first", async () => {
  const { clock, faults, tell } = bench();
  for (const kind of ["a", "b", "c", "d"]) tell(kind);
  tell("b", "over");
  await clock.advance(1);
  tell("c", "over");
  tell("a");
  assertEquals(names(faults), ["a raised", "d raised", "c over", "b over"]);
  assertEquals(faults.list("standing").map(({ kind }) => kind), ["a", "d"]);
});

Deno.test("the same kind at two places is two faults", () => {
  const { faults, tell } = bench();
  tell("a");
  tell("a", "raised", { subject: "CP2" });
  assertEquals(faults.list().map(({ subject }) => subject), ["CP2", "CP1"]);
});

Deno.test("lastOf() is the newest word about somebody, and what stands is counted by how grave it is", () => {
  const { faults, tell } = bench();
  tell("a");
  tell("b", "raised", { severity: "warning" });
  tell("c", "raised", { subject: "CP2" });
  assertEquals([faults.lastOf(["CP1"])?.kind, faults.lastOf(["CP9"])], ["b", null]);
  assertEquals(faults.standing(), { alarm: 2, warning: 1, info: 0 });
  tell("a", "over");
  tell("b", "over");
  assertEquals([faults.lastOf(["CP1"])?.kind, faults.alarms(), faults.warnings()], ["b", 1, 0]);
});

Deno.test("what comes and goes is on disk at once; how often it was told, within some minutes", async () => {
  const { clock, faults, tell, disk, state, heard } = bench();
  tell("a");
  for (let second = 0; second < 100; second++) {
    await clock.advance(1_000);
    tell("a");
  }
  faults.look();
  assertEquals([disk.get("1")?.count, state.writes], [1, 1]);
  await clock.advance(600_000);
  faults.look();
  assertEquals([disk.get("1")?.count, state.writes], [101, 2]);
  tell("a", "over");
  assertEquals([disk.get("1")?.overMs, state.writes], [clock.wallMs(), 3]);
  assertEquals(heard, ["a stands", "a over"]);
});

Deno.test("what the disk cannot take now it takes later, as it is then", () => {
  const { faults, tell, disk, state } = bench();
  state.mayKeep = false;
  tell("a");
  tell("b");
  tell("a", "over");
  faults.look();
  assertEquals(disk.size, 0);
  state.mayKeep = true;
  faults.look();
  assertEquals([...disk.values()].map(({ kind, overMs }) => [kind, overMs !== null]), [
    ["a", true],
    ["b", false],
  ]);
});

Deno.test("faults outlive a restart; what is not found anew does not count, and is over after a while", async () => {
  const before = bench();
  before.tell("charger-stays-away");
  before.tell("charger-GroundFailure", "raised", { subject: "slot 1" });
  const { clock, faults } = bench(before.disk.values());
  assertEquals(
    faults.list().map(({ kind, isConfirmed }) => [kind, isConfirmed]).toSorted(),
    [["charger-GroundFailure", true], ["charger-stays-away", false]],
  );
  assertEquals(faults.alarms(), 1);
  await clock.advance(34 * 60_000);
  faults.look();
  assertEquals(faults.list("standing").length, 2);
  await clock.advance(60_000);
  faults.look();
  assertEquals(faults.list("standing").map(({ kind }) => kind), ["charger-GroundFailure"]);
  assertEquals(faults.list().at(-1)?.ending, "not-found-anew");
});

Deno.test("an operator acknowledges a fault, and calls it over, once each; the log says who", async () => {
  const { faults, tell, disk } = bench();
  const logged: unknown[] = [];
  const log = (_level: string, event: string, fields = {}) => void logged.push([event, fields]);
  const commands = createFaultCommands({ faults, log });
  tell("disobeys");
  assertEquals(await commands.acknowledgeFault(1, "asha"), {
    kind: "accepted",
    detail: "CP1: disobeys is acknowledged",
  });
  assertEquals(disk.get("1")?.acknowledged?.by, "asha");
  assertEquals((await commands.closeFault(1, "asha")).kind, "accepted");
  assertEquals(faults.find(1)?.state, "over");
  for (const id of [1, 7]) {
    assertEquals((await commands.closeFault(id, "asha")).kind, "refused");
    assertEquals((await commands.acknowledgeFault(id, "asha")).kind, "refused");
  }
  assertEquals(logged, [
    ["operator_acknowledge_fault", { fault: 1, kind: "disobeys", subject: "CP1", by: "asha" }],
    ["operator_close_fault", { fault: 1, kind: "disobeys", subject: "CP1", by: "asha" }],
  ]);
});

Deno.test("what was done about a fault is kept with it and heard of", () => {
  const { faults, tell, disk, heard } = bench();
  tell("disobeys");
  faults.aided(1, { atMs: 5, action: "soft-reset", outcome: "accepted" });
  assertEquals(disk.get("1")?.aid, [{ atMs: 5, action: "soft-reset", outcome: "accepted" }]);
  assertEquals(heard.length, 2);
  faults.aided(99, { atMs: 5, action: "soft-reset", outcome: "accepted" });
  assertEquals(heard.length, 2);
});
