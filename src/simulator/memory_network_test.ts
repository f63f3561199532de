import { assertEquals } from "@std/assert";
import type { Admission, Doorkeeper, Knock } from "../chargers/mod.ts";
import { assume } from "../lib/assert.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { FrameSocket, OcppVersion } from "../ocpp/mod.ts";
import { createMemoryNetwork, type Weather } from "./memory_network.ts";

const NEVER = new AbortController().signal;
const ADMITTED: Admission = {
  kind: "admit",
  chargerId: "CP1",
  version: "ocpp1.6",
  protocol: "ocpp1.6",
  firstPassword: null,
  securityProfile: 1,
};

/** A network with a doorkeeper and a CSMS that write down who comes. */
function lay(
  csmsPassword: string | null = null,
  admission: Admission = ADMITTED,
  weather: { weather?: Weather } = {},
) {
  const clock = createVirtualClock();
  const knocks: Knock[] = [];
  const entered: FrameSocket[] = [];
  const accepted: string[] = [];
  const csms = { isDown: false, protocols: ["ocpp1.6"] as OcppVersion[] };
  const network = createMemoryNetwork(clock, {
    csms: {
      isDown: () => csms.isDown,
      protocols: () => csms.protocols,
      accept: (_socket, identity) => void accepted.push(identity),
    },
    csmsPassword,
    latencyMs: 10,
    ...weather,
  });
  const doorkeeper: Doorkeeper = {
    knock(knock) {
      knocks.push(knock);
      return admission;
    },
    enter: (socket) => void entered.push(socket),
  };
  return { clock, network, doorkeeper, knocks, entered, accepted, csms };
}

const CHARGER = { identity: "CP 1", password: "pässword", protocols: ["ocpp1.6"], timeoutMs: 1 };
const GATEWAY = {
  url: "ws://csms/ocpp",
  identity: "SITE",
  password: "secret",
  protocols: ["ocpp2.1", "ocpp1.6"] as const,
  compression: true,
  timeoutMs: 1,
};

Deno.test("a charger knocks at the gateway's door as it would over TCP", async () => {
  const { clock, network, doorkeeper, knocks, entered } = lay();
  await network.listener.start(doorkeeper);
  const outcome = await network.chargers.dial(CHARGER, NEVER);
  assume(outcome.kind === "open", JSON.stringify(outcome));
  assertEquals(knocks, [{
    url: "/ocpp/CP%201",
    authorization: "Basic Q1AgMTpww6Rzc3dvcmQ=",
    protocols: ["ocpp1.6"],
    remoteAddress: "192.168.7.20",
  }]);
  const heard: string[] = [];
  entered[0]?.listen({ message: (text) => heard.push(text), alive() {}, closed() {} });
  outcome.socket.send("hello");
  network.say("CP 1", "slander");
  network.say("CP 2", "of nobody");
  await clock.advance(10);
  assertEquals(heard, ["hello", "slander"]);
});

Deno.test("a charger is refused before the gateway listens, after it, and by its door", async () => {
  const refuse = {
    kind: "refuse",
    status: 401,
    chargerId: "CP1",
    reason: "wrong password",
  } as const;
  const { network, doorkeeper } = lay(null, refuse);
  assertEquals(await network.chargers.dial(CHARGER, NEVER), {
    kind: "failed",
    reason: "connection refused",
  });
  await network.listener.start(doorkeeper);
  assertEquals(await network.chargers.dial(CHARGER, NEVER), { kind: "failed", reason: "HTTP 401" });
  await network.listener.stop();
  const outcome = await network.chargers.dial(CHARGER, NEVER);
  assertEquals(outcome, { kind: "failed", reason: "connection refused" });
});

Deno.test("a charger without a common version is closed out after the handshake", async () => {
  const { clock, network, doorkeeper, entered } = lay(null, {
    kind: "no-common-version",
    chargerId: "CP1",
  });
  await network.listener.start(doorkeeper);
  const outcome = await network.chargers.dial(CHARGER, NEVER);
  assume(outcome.kind === "open", JSON.stringify(outcome));
  const closed: number[] = [];
  outcome.socket.listen({ message() {}, alive() {}, closed: (code) => closed.push(code) });
  await clock.advance(100);
  assertEquals([closed, entered], [[1002], []]);
});

Deno.test("the gateway reaches its CSMS with the right password", async () => {
  const { network, accepted } = lay("secret");
  const outcome = await network.upstream.dial(GATEWAY, NEVER);
  assertEquals([outcome.kind === "open" && outcome.protocol, accepted], ["ocpp1.6", ["SITE"]]);
  assertEquals(await network.upstream.dial({ ...GATEWAY, password: "guess" }, NEVER), {
    kind: "failed",
    reason: "HTTP 401",
    httpStatus: 401,
  });
});

Deno.test("a CSMS that is down answers 503, and one of another version closes", async () => {
  const { clock, network, accepted, csms } = lay();
  csms.isDown = true;
  const down = await network.upstream.dial(GATEWAY, NEVER);
  assertEquals(down, { kind: "failed", reason: "HTTP 503", httpStatus: 503 });
  csms.isDown = false;
  const other = await network.upstream.dial({ ...GATEWAY, protocols: ["ocpp2.1"] }, NEVER);
  assume(other.kind === "open", JSON.stringify(other));
  const closed: number[] = [];
  other.socket.listen({ message() {}, alive() {}, closed: (code) => closed.push(code) });
  await clock.advance(100);
  assertEquals([other.protocol, closed, accepted], ["", [1002], []]);
});

Deno.test("who cannot be reached gets no answer, each for himself", async () => {
  const { network, doorkeeper } = lay();
  await network.listener.start(doorkeeper);
  network.setReachable("CP 1", false);
  network.setReachable(null, false);
  assertEquals(await network.chargers.dial(CHARGER, NEVER), {
    kind: "failed",
    reason: "no answer",
  });
  assertEquals((await network.upstream.dial(GATEWAY, NEVER)).kind, "failed");
  const other = await network.chargers.dial({ ...CHARGER, identity: "CP 2" }, NEVER);
  assertEquals(other.kind, "open");
  network.setReachable("CP 1", true);
  network.setReachable(null, true);
  assertEquals((await network.chargers.dial(CHARGER, NEVER)).kind, "open");
  assertEquals((await network.upstream.dial(GATEWAY, NEVER)).kind, "open");
});

Deno.test("a cut wire carries nothing more, and the others go on", async () => {
  const { clock, network, doorkeeper, entered } = lay();
  await network.listener.start(doorkeeper);
  const heard: string[] = [];
  for (const identity of ["CP 1", "CP 2"]) {
    const outcome = await network.chargers.dial({ ...CHARGER, identity }, NEVER);
    entered.at(-1)?.listen({
      message: (text) => heard.push(`${identity} ${text}`),
      alive() {},
      closed() {},
    });
    assume(outcome.kind === "open", JSON.stringify(outcome));
    if (identity === "CP 1") network.cut("CP 1");
    outcome.socket.send("hello");
  }
  await clock.advance(100);
  assertEquals(heard, ["CP 2 hello"]);
  assertEquals([network.isCut("CP 1"), network.isCut("CP 2"), network.isCut("CP 3")], [
    true,
    false,
    false,
  ]);
});

Deno.test("whoever was told to stop does not connect", async () => {
  const { network, doorkeeper, knocks } = lay();
  await network.listener.start(doorkeeper);
  assertEquals((await network.chargers.dial(CHARGER, AbortSignal.abort())).kind, "failed");
  assertEquals((await network.upstream.dial(GATEWAY, AbortSignal.abort())).kind, "failed");
  assertEquals(knocks, []);
});

Deno.test("the CSMS's door answers as it is told, and speaks what it is told", async () => {
  const { clock, network, accepted, csms } = lay();
  network.refuseUpstream(401);
  const refused = await network.upstream.dial(GATEWAY, NEVER);
  assertEquals(refused, { kind: "failed", reason: "HTTP 401", httpStatus: 401 });
  network.refuseUpstream(null);
  csms.protocols = ["ocpp2.1"];
  const changed = await network.upstream.dial(GATEWAY, NEVER);
  assertEquals(changed.kind === "open" && changed.protocol, "ocpp2.1");
  csms.protocols = ["ocpp2.0.1"];
  const other = await network.upstream.dial(GATEWAY, NEVER);
  assertEquals(other.kind === "open" && other.protocol, "", "nothing in common");
  await clock.advance(100);
  assertEquals(accepted, ["SITE"]);
});

Deno.test("weather on the wires knows whose they are, and which way a text goes", async () => {
  const seen: string[] = [];
  const weather: Weather = (dialler, text, from) => {
    seen.push(`${dialler} ${from} ${text}`);
    return text === "lost" ? [] : [{ text, lateMs: 0 }];
  };
  const { clock, network, doorkeeper, entered } = lay(null, ADMITTED, { weather });
  await network.listener.start(doorkeeper);
  const outcome = await network.chargers.dial(CHARGER, NEVER);
  assume(outcome.kind === "open", JSON.stringify(outcome));
  const heard: string[] = [];
  entered[0]?.listen({ message: (text) => heard.push(text), alive() {}, closed() {} });
  outcome.socket.send("lost");
  outcome.socket.send("hello");
  entered[0]?.send("answer");
  await network.upstream.dial(GATEWAY, NEVER);
  await clock.advance(10);
  assertEquals(heard, ["hello"]);
  assertEquals(seen, ["CP 1 near lost", "CP 1 near hello", "CP 1 far answer"]);
});
