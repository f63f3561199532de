import { assertEquals } from "@std/assert";
import type { Payload } from "../../test/support/frame_peer.ts";
import { closeEdge } from "./_edge_for_test.ts";
import { type StationBench, stationBench } from "./_station_for_test.ts";
import { readModel, type ToldConfiguration } from "./configuration.ts";

const variable = (name: string, value: string | undefined, mutability = "ReadWrite") => ({
  component: { name: "OCPPCommCtrlr" },
  variable: { name },
  variableAttribute: [
    { type: "Actual", mutability, ...(value === undefined ? {} : { value }) },
    { type: "Target", value: "no setting" },
  ],
});

/** A 2.x charger that was asked for its device model, and how that went. */
async function asked(bench: StationBench, status: Payload | "silence" = { status: "Accepted" }) {
  const { edge, charger } = bench;
  await bench.arrive();
  charger.answer("GetBaseReport", status);
  const station = edge.chargers.station("CP1");
  if (station === undefined) throw new Error("The charger is not there");
  let told: ToldConfiguration | null = null;
  const reading = readModel(station, edge.clock).then((each) => told = each);
  await edge.clock.advance(0);
  const { requestId, reportBase } = charger.payloads("GetBaseReport").at(-1) ?? {};
  const part = (seqNo: number, reportData: readonly unknown[], more: Payload = {}) =>
    charger.result("NotifyReport", {
      requestId,
      seqNo,
      generatedAt: edge.now(),
      reportData,
      ...more,
    });
  return { edge, station, reading, part, reportBase, told: () => told };
}

Deno.test("a charger of 2.x reports its whole model, in parts, in whatever order they come", async () => {
  const { edge, reading, part, reportBase, station } = await asked(await stationBench());
  assertEquals(reportBase, "FullInventory");
  await part(2, [variable("C", undefined, "WriteOnly")]);
  await part(0, [variable("A", "1")], { tbc: true });
  await part(1, [variable("B", "2", "ReadOnly")], { tbc: true });
  const component = { name: "OCPPCommCtrlr" };
  assertEquals(await reading, {
    kind: "told",
    variables: [
      { component, variable: { name: "A" }, value: "1", access: "read-write" },
      { component, variable: { name: "B" }, value: "2", access: "read-only" },
      { component, variable: { name: "C" }, value: null, access: "write-only" },
    ],
    unknown: [],
  });
  assertEquals(station.life.reports.size, 0);
  assertEquals(await closeEdge(edge), 0);
});

Deno.test("a report that stops in the middle is none, and nobody waits for it for ever", async () => {
  const { edge, part, told, station } = await asked(await stationBench());
  await part(0, [variable("A", "1")], { tbc: true });
  await edge.clock.advance(10_000);
  assertEquals(told(), null);
  await edge.clock.advance(6_000);
  assertEquals(told(), { kind: "not-told", outcome: "timeout" });
  assertEquals(station.life.reports.size, 0);
  assertEquals(await closeEdge(edge), 0);
});

Deno.test("a charger that sends its report bit by bit is not waited for longer than a minute", async () => {
  const { edge, part, told } = await asked(await stationBench());
  for (let seqNo = 0; seqNo < 6; seqNo++) {
    await part(seqNo, [variable("A", "1")], { tbc: true });
    await edge.clock.advance(9_000);
  }
  assertEquals(told(), { kind: "not-told", outcome: "timeout" });
  assertEquals(await closeEdge(edge), 0);
});

Deno.test("a charger that has no report, or goes away, has told nothing", async () => {
  const none = await asked(await stationBench(), { status: "NotSupported" });
  assertEquals(await none.reading, { kind: "not-told", outcome: "empty" });
  assertEquals(await closeEdge(none.edge), 0);
  const gone = await asked(await stationBench());
  gone.station.speaker.peer.terminate();
  await gone.edge.clock.advance(1_000);
  assertEquals(gone.told(), { kind: "not-told", outcome: "closed" });
  assertEquals(await closeEdge(gone.edge), 0);
});
