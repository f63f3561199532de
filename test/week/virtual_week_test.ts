/**
 * Seven days without the CSMS, second by second on virtual time and on the real ledger; then all is
 * told. `deno task sim --without-csms --days 7` does the same with faults.
 */
import { assertEquals, assertGreater } from "@std/assert";
import { remark } from "../support/remark.ts";
import type { Heard } from "../sites/rpc_csms.ts";
import { type OfflineSite, openOfflineSite } from "./backlog.ts";
import { compareWeek } from "./compare_week.ts";
import { csmsLogOf } from "./csms_log.ts";

const TELLING_S = 3_600;
/** How often the CSMS wants readings, where site.yaml says nothing. */
const METER_INTERVAL_MS = 60_000;

/** The CSMS of the bench numbers the starts that it hears from 501 on. */
function heardBy({ csms }: OfflineSite): readonly Heard[] {
  let number = 500;
  return csms.connections.flatMap(({ heard }, index) =>
    heard.map(({ id, action, payload, atMs }): Heard => ({
      messageId: id,
      method: action,
      params: { ...payload },
      atMs,
      connection: index + 1,
      isAnswered: true,
      number: action === "StartTransaction" ? ++number : null,
    }))
  );
}

function rowsOf({ gateway }: OfflineSite): number {
  return gateway.web.views.site().csms.outbox.rows;
}

Deno.test("after seven days without the CSMS it has every session as the chargers logged it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sangam-week-" });
  const site = await openOfflineSite({
    days: 7,
    chargers: 2,
    sessionsPerDay: 8,
    readingEveryS: 120,
    ledger: `${folder}/ledger.db`,
    keepsLogs: true,
    hour: () => {},
  }, Date.UTC(2026, 0, 5, 6, 0, 0));
  try {
    await site.live();
    const waiting = rowsOf(site);
    assertGreater(waiting, site.told.sessions, "nothing waits");
    site.comeBack();
    for (let second = 0; second < TELLING_S; second += 10) {
      if (rowsOf(site) === 0) break;
      await site.clock.advance(10_000);
    }
    const { sessions, findings } = csmsLogOf(heardBy(site));
    const logged = site.logs.flatMap((log) => log.sessions);
    assertEquals([...compareWeek(logged, sessions, METER_INTERVAL_MS), ...findings], []);
    assertGreater(logged.length, 100);
    const calls = sessions.map((session) => session.calls.length);
    remark(
      `${logged.length} sessions, ${site.told.readings} readings; ${waiting} records waited; ` +
        `at most ${Math.max(...calls)} calls a session`,
    );
  } finally {
    await site.stop();
    await Deno.remove(folder, { recursive: true });
  }
});
