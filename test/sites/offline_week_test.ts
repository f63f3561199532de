/**
 * A week without the CSMS, with real processes: the gateway as its user runs it, chargers on real
 * sockets, a CSMS played by `ocpp-rpc` in strict mode. Afterwards the CSMS has the same sessions,
 * energies and times as the chargers' own logs. `deno task week` runs it in any size.
 */
import { assertEquals } from "@std/assert";
import { remark } from "../support/remark.ts";
import { liveWeek, type WeekReport } from "../week/week.ts";
import { figures } from "../week/week_figures.ts";

function assertTold(report: WeekReport): void {
  for (const line of figures(report)) remark(line);
  assertEquals(report.findings, []);
}

Deno.test("after a week with the port of the CSMS closed it has what the chargers logged", async () => {
  assertTold(
    await liveWeek({
      chargers: 20,
      sessions: 21,
      readings: 4,
      csms: "refused",
      strangers: "reject",
    }),
  );
});

Deno.test("after a week with a silent CSMS it has what the chargers logged", async () => {
  assertTold(
    await liveWeek({ chargers: 4, sessions: 15, readings: 4, csms: "silent", strangers: "accept" }),
  );
});
