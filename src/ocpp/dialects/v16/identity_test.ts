import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { sameJson } from "../../../lib/json.ts";
import type { InsideAction } from "../../inside.ts";
import type { Action16 } from "../../messages/mod.ts";
import type { MessageDirection } from "../../peer.ts";
import { messages16 } from "../_message_arbitrary.ts";
import type { Codec } from "../codec.ts";
import { type AnyExchange16, codecs16, findExchange16, insideActionOf } from "./mod.ts";

/** More for an hour of doubt: IDENTITY_RUNS=5000 deno test -A src/ocpp/dialects/v16/identity_test.ts */
const RUNS = Number(Deno.env.get("IDENTITY_RUNS") ?? 200);

const ACTIONS = Object.keys(codecs16).filter((name): name is Action16 => name in codecs16);
const DIRECTIONS: readonly MessageDirection[] = ["request", "response"];

/** Every codec that a message may take; a response of GetConfiguration may take two. */
function codecsFor(
  direction: MessageDirection,
  action: Action16,
  message: unknown,
): Codec<unknown, unknown>[] {
  const insides: InsideAction[] = direction === "request"
    ? [insideActionOf(action, message)]
    : Object.values<AnyExchange16>(codecs16[action]).map(({ inside }) => inside);
  return insides.flatMap((inside) => {
    const exchange = findExchange16(action, inside);
    return exchange === undefined ? [] : [exchange[direction]];
  });
}

for (const action of ACTIONS) {
  for (const direction of DIRECTIONS) {
    Deno.test(`${action} ${direction}: what is read is written as it was, ids included`, () => {
      fc.assert(
        fc.property(messages16(direction, action), (message) => {
          for (const codec of codecsFor(direction, action, message)) {
            const before = JSON.stringify(message);
            const stored = JSON.parse(JSON.stringify(codec.read(message)));
            const written = codec.write(stored);
            assert(
              sameJson(written, JSON.parse(before)),
              `${before}\nbecame ${JSON.stringify(written)}\nthrough ${JSON.stringify(stored)}`,
            );
            assertEquals(JSON.stringify(message), before, "the message itself was changed");
          }
        }),
        { numRuns: RUNS },
      );
    });
  }
}

Deno.test("the table has every message of 1.6 and its security extension", () => {
  assertEquals(ACTIONS.length, 39);
});
