import { assertEquals } from "@std/assert";
import { openUpstream, stopUpstream, type Upstream } from "./_link_for_test.ts";
import { createSecurityEvents } from "./security_events.ts";

const heard = ({ peers }: Upstream) =>
  peers.flatMap((peer) => peer.payloads("SecurityEventNotification"))
    .map(({ type, techInfo }) => `${type}: ${techInfo}`);

const deskOf = (upstream: Upstream) =>
  createSecurityEvents({ ...upstream, wake: () => upstream.csms.wake() });

Deno.test("a critical event goes up at once, one that is not stays in the log (A04.FR.01, 04)", async () => {
  const upstream = await openUpstream();
  upstream.answer("SecurityEventNotification", {});
  await upstream.settle();
  const security = deskOf(upstream);
  security.tell("StartupOfTheDevice", "version 1");
  security.tell("ReconfigurationOfSecurityParameters", "password");
  await upstream.clock.advance(1_000);
  assertEquals(heard(upstream), ["StartupOfTheDevice: version 1"]);
  const logged = upstream.logged.filter(({ event }) => event === "security_event");
  assertEquals(logged.map(({ type }) => type), [
    "StartupOfTheDevice",
    "ReconfigurationOfSecurityParameters",
  ]);
  await stopUpstream(upstream);
});

Deno.test("what happens while the CSMS is away waits on disk, over a restart too (A04.FR.02)", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  upstream.dialer.policy = { kind: "failed", reason: "it has expired", httpStatus: null };
  upstream.peer().socket.close(1001, "away");
  deskOf(upstream).tell("SettingSystemTime", "+60 s");
  await upstream.clock.advance(60_000);
  await stopUpstream(upstream);
  const again = await openUpstream({ store: upstream.store });
  again.answer("SecurityEventNotification", {});
  await again.clock.advance(5_000);
  assertEquals(heard(again), ["SettingSystemTime: +60 s"]);
  await stopUpstream(again);
});

Deno.test("what comes again and again is told once an hour: a CSMS may be wrong for days", async () => {
  const upstream = await openUpstream();
  upstream.answer("SecurityEventNotification", {});
  await upstream.settle();
  upstream.dialer.policy = {
    ...{ kind: "failed", reason: "it has expired", httpStatus: null },
    isCertificateWrong: true,
  } as never;
  upstream.peer().socket.close(1001, "away");
  await upstream.clock.advance(4 * 3_600_000);
  const told = upstream.logged.filter(({ type }) => type === "InvalidCsmsCertificate");
  assertEquals(told.length >= 3 && told.length <= 5, true, `${told.length}`);
  await stopUpstream(upstream);
});

for (
  const [isTlsWrong, type] of [
    ["version", "InvalidTLSVersion"],
    ["suite", "InvalidTLSCipherSuite"],
  ] as const
) {
  Deno.test(`a CSMS whose TLS ${isTlsWrong} is not safe is told of as ${type}, once it can be`, async () => {
    const upstream = await openUpstream();
    upstream.answer("SecurityEventNotification", {});
    await upstream.settle();
    upstream.dialer.policy = {
      ...{ kind: "failed", reason: "no common TLS", httpStatus: null },
      isTlsWrong,
    } as never;
    upstream.peer().socket.close(1001, "away");
    await upstream.clock.advance(20_000);
    upstream.dialer.policy = { kind: "open" };
    await upstream.clock.advance(200_000);
    assertEquals(heard(upstream), [`${type}: no common TLS`]);
    await stopUpstream(upstream);
  });
}
