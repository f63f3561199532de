import { assertEquals } from "@std/assert";
import { codecs16 } from "../dialects/mod.ts";
import { loadSchemas } from "./schemas.ts";
import type {
  Action16,
  Action20,
  Action21,
  ActionOf,
  Requests16,
  Requests21,
  Responses16,
  Responses21,
} from "./types.ts";

/** Compiles only where both types are the same. */
type Same<Left, Right> = [Left] extends [Right] ? [Right] extends [Left] ? true : never : never;

Deno.test("the types name the actions that have schemas", async () => {
  const book = await loadSchemas("ocpp1.6");
  assertEquals(Object.keys(codecs16).toSorted(), [...book.actions("request")].toSorted());
  const same: readonly true[] = [
    true satisfies Same<keyof Requests16, keyof Responses16>,
    true satisfies Same<keyof Requests16, keyof typeof codecs16>,
    true satisfies Same<ActionOf<"ocpp1.6">, Action16>,
    true satisfies Same<ActionOf<"ocpp2.0.1">, Action20>,
    true satisfies Same<ActionOf<"ocpp2.1">, Action21>,
    true satisfies Same<Exclude<Action21, keyof Responses21>, "NotifyPeriodicEventStream">,
  ];
  assertEquals(same.length, 6);
});

Deno.test("the types give each action its own payload", () => {
  const stop: Requests16["StopTransaction"] = { transactionId: 1, meterStop: 0, timestamp: "t" };
  const answer: Responses16["Authorize"] = { idTagInfo: { status: "ConcurrentTx" } };
  const heartbeat: Responses21["Heartbeat"] = { currentTime: "t" };
  const seqNo: Requests21["TransactionEvent"]["seqNo"] = 0;
  // @ts-expect-error 1.6 knows no such status.
  const wrong: Responses16["Authorize"] = { idTagInfo: { status: "NoCredit" } };
  assertEquals([stop, answer, heartbeat, seqNo, wrong].length, 5);
});
