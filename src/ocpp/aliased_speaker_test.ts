import { assert, assertEquals } from "@std/assert";
import { createFramePeer } from "../../test/support/frame_peer.ts";
import { createSocketPair } from "../../test/support/memory_edges.ts";
import { createSeededIds } from "../lib/ids.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { createAliasedSpeaker } from "./aliased_speaker.ts";
import {
  type Dialect,
  dialect16,
  type IdToken,
  type InsideCall,
  type PeerOptions,
  type SpeakerListener,
  speechOf,
  type StopIntent,
} from "./mod.ts";

const { check } = await speechOf("ocpp1.6");

const OPTIONS: PeerOptions = {
  link: {
    version: "ocpp1.6",
    frames: { lengthMax: 10_000, depthMax: 16, valuesMax: 1_000 },
    answerTimeoutMs: 30_000,
    queueMax: 2,
    backlogMax: 2,
    unansweredMax: 2,
  },
  pingIntervalMs: 0,
  silenceMaxMs: 25_000,
  bufferedBytesMax: 100_000,
};

const LONG: IdToken = { idToken: "A-TOKEN-OF-MORE-THAN-TWENTY-LETTERS", type: "eMAID" };
const ALIAS = "ALIAS000000000000001";

/** A speaker whose only alias is ALIAS for LONG, on a disk that takes its time. */
function bench(listener: Partial<SpeakerListener> = {}, dialect: Dialect = dialect16) {
  const clock = createVirtualClock();
  const { near, far } = createSocketPair(clock);
  const peer = createFramePeer(far, clock);
  let disk = Promise.withResolvers<void>();
  disk.resolve();
  const log = () => {};
  const speaker = createAliasedSpeaker(dialect, OPTIONS, {
    socket: near,
    clock,
    ids: createSeededIds(1),
    log,
    spawn: createSpawner(log),
    check,
    aliases: {
      write: (token) => token === LONG ? { ...token, idToken: ALIAS } : token,
      read: (token) => token.idToken === ALIAS ? LONG : token,
      written: () => disk.promise,
    },
  }, {
    call: () => Promise.reject(new Error("Nobody should call")),
    closed: () => {},
    frame: () => {},
    coerced: () => {},
    oddity: () => {},
    ...listener,
  });
  return {
    clock,
    peer,
    speaker,
    stall: () => void (disk = Promise.withResolvers<void>()),
    go: () => disk.resolve(),
  };
}

const ORDER: InsideCall<"RequestStartTransaction"> & {
  readonly action: "RequestStartTransaction";
} = {
  action: "RequestStartTransaction",
  message: { evseId: 1, idToken: LONG },
};

Deno.test("a call goes out under the alias, and not before that is on disk", async () => {
  const { clock, peer, speaker, stall, go } = bench();
  peer.answer("RemoteStartTransaction", { status: "Accepted" });
  stall();
  const outcome = speaker.call(ORDER);
  await clock.advance(5_000);
  assertEquals(peer.heard, []);
  go();
  await clock.advance(0);
  assertEquals((await outcome).kind, "answered");
  assertEquals(peer.payloads("RemoteStartTransaction"), [{ connectorId: 1, idTag: ALIAS }]);
});

Deno.test("a call without an alias waits for no disk", async () => {
  const { clock, peer, speaker, stall } = bench();
  peer.answer("ClearCache", { status: "Accepted" });
  stall();
  const outcome = speaker.call({ action: "ClearCache", message: {} });
  await clock.advance(0);
  assertEquals((await outcome).kind, "answered");
});

Deno.test("a prepared call has the alias in its bytes, and is sent when that is on disk", async () => {
  const { clock, peer, speaker, stall, go } = bench();
  peer.answer("RemoteStartTransaction", { status: "Accepted" });
  stall();
  const prepared = speaker.prepare("m1", ORDER);
  if (!("outgoing" in prepared)) throw new Error("It cannot be said");
  assert(prepared.outgoing.text.includes(ALIAS));
  const outcome = speaker.send(prepared);
  await clock.advance(5_000);
  assertEquals(peer.heard, []);
  go();
  await clock.advance(0);
  assertEquals((await outcome).kind, "answered");
});

Deno.test("an alias in a call of the peer is the token to us, and a group in our answer its alias to him", async () => {
  const heard: InsideCall[] = [];
  const { clock, peer, stall, go } = bench({
    call(call) {
      heard.push(call);
      const idTokenInfo = { status: "Accepted", groupIdToken: LONG } as const;
      return Promise.resolve({ ok: true, message: { idTokenInfo } });
    },
  });
  stall();
  peer.say("1", "Authorize", { idTag: ALIAS });
  await clock.advance(1_000);
  assertEquals(heard.map(({ message }) => message), [{ idToken: LONG }]);
  assertEquals(peer.replyTo("1").kind, "none");
  go();
  await clock.advance(0);
  assertEquals(peer.replyTo("1"), {
    kind: "result",
    payload: { idTagInfo: { status: "Accepted", parentIdTag: ALIAS } },
  });
});

Deno.test("a group in the peer's answer is the token, and so is who ended a transaction in a broken stop", async () => {
  const stops: Partial<StopIntent>[] = [];
  const { clock, peer, speaker } = bench({
    brokenStop(stop) {
      stops.push(stop);
      return Promise.resolve({ message: {} });
    },
  });
  peer.answer("Authorize", { idTagInfo: { status: "Accepted", parentIdTag: ALIAS } });
  const asking = speaker.call({
    action: "Authorize",
    message: { idToken: { idToken: "ASHA", type: "Central" } },
  });
  await clock.advance(0);
  const outcome = await asking;
  if (outcome.kind !== "answered") throw new Error(outcome.kind);
  assertEquals(outcome.message.idTokenInfo.groupIdToken, LONG);
  peer.say("1", "StopTransaction", { transactionId: 7, idTag: ALIAS });
  await clock.advance(0);
  assertEquals(stops.map(({ idToken }) => idToken), [LONG]);
  assertEquals(peer.replyTo("1").kind, "result");
});

Deno.test("other versions can say the token itself", async () => {
  const dialect: Dialect = { ...dialect16, version: "ocpp2.1", refusal: () => null };
  const { speaker } = bench({}, dialect);
  const prepared = speaker.prepare("m1", ORDER);
  await Promise.resolve();
  assert(!("outgoing" in prepared), "1.6's schema knows that it is too long");
});
