import { assertEquals } from "@std/assert";
import { rpcError } from "../../ocpp/mod.ts";
import { createObedience } from "./obedience.ts";

/** A desk that writes down what happens at it. */
function setUp() {
  const notes: string[] = [];
  const obey = createObedience(
    {
      Reset: (desk: string[], { type }: { readonly type: string }) => ({
        payload: { status: "Accepted" },
        afterwards: () => desk.push(`reset ${type}`),
      }),
      ClearCache: () => ({ payload: { status: "Rejected" } }),
      UnlockConnector: () => ({ error: rpcError("InternalError", "jammed") }),
    },
    notes,
    {
      think() {
        notes.push("thinks");
        return Promise.resolve();
      },
      later(delayMs, work) {
        notes.push(`later ${delayMs}`);
        work();
      },
    },
  );
  return { notes, obey };
}

Deno.test("what follows from a command is put behind its answer", async () => {
  const { notes, obey } = setUp();
  assertEquals(await obey("Reset", { type: "Hard" }), {
    ok: true,
    payload: { status: "Accepted" },
  });
  assertEquals(notes, ["thinks", "later 0", "reset Hard"]);
});

Deno.test("a command may be answered with nothing to follow, or with an error", async () => {
  const { notes, obey } = setUp();
  assertEquals(await obey("ClearCache", {}), { ok: true, payload: { status: "Rejected" } });
  const refused = await obey("UnlockConnector", {});
  assertEquals(refused, { ok: false, error: rpcError("InternalError", "jammed") });
  assertEquals(notes, ["thinks", "thinks"]);
});

Deno.test("what a station has no command for is not supported, whatever its name", async () => {
  const { obey } = setUp();
  for (const action of ["DataTransfer", "toString", "__proto__"]) {
    const answer = await obey(action, {});
    assertEquals(answer.ok ? null : answer.error.code, "NotSupported", action);
  }
});
