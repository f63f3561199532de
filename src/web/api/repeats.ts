import { createHash } from "node:crypto";
import { errorText } from "../../lib/log.ts";
import type { AnsweredCommand } from "../../site/mod.ts";
import type { WebPorts } from "../ports.ts";
import { problem } from "../problem.ts";
import type { Route, RouteKey } from "../routes.ts";
import type { Handler, WebContext } from "../web_parts.ts";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** A repeat after a day is somebody else's business. */
export const REPEAT_MS = 86_400_000;
export const REPEATS_MAX = 1_000;
/** Of all answers that are kept together. */
const REPEAT_BYTES_MAX = 1_048_576;

/** What must not happen twice even over a restart: it costs somebody money. */
const ON_DISK: ReadonlySet<RouteKey> = new Set(["POST /api/v1/evses/:slot/start"]);

/** Answers that say that nothing was done, so that the same key may be tried again. */
const UNDONE: ReadonlySet<number> = new Set([400, 401, 403, 404, 413, 415, 422, 429, 503]);

/** Recognises commands that are sent again with the same `Idempotency-Key`. */
export interface Repeats {
  /** The handler, behind the memory of what was answered. */
  behind(route: Route, handler: Handler): Handler;
}

/** Creates it with what the disk has kept. */
export function createRepeats(
  { answered, clock, log }: Pick<WebPorts, "answered" | "clock" | "log">,
): Repeats {
  const known = new Map<string, AnsweredCommand>(
    answered.list().toSorted((left, right) => left.atWallMs - right.atWallMs)
      .map((each) => [each.id, each]),
  );
  /** What is being done now; what else has no answer was cut off by the end of a former run. */
  const underWay = new Set<string>();
  const onDisk = new Set(known.keys());
  let bytes = [...known.values()].reduce((sum, each) => sum + sizeOf(each), 0);

  function forget(id: string): void {
    bytes -= sizeOf(known.get(id));
    known.delete(id);
  }

  function keep(command: AnsweredCommand): void {
    forget(command.id);
    known.set(command.id, command);
    bytes += sizeOf(command);
  }

  /** What is old goes, and what there is no room for, the oldest first; never what is under way. */
  async function clearOut(): Promise<void> {
    const nowMs = clock.wallMs();
    const gone: string[] = [];
    for (const { id, atWallMs } of known.values()) {
      const isTooMuch = known.size > REPEATS_MAX || bytes > REPEAT_BYTES_MAX;
      if (underWay.has(id) || !isTooMuch && nowMs - atWallMs < REPEAT_MS) continue;
      forget(id);
      if (onDisk.delete(id)) gone.push(id);
    }
    if (gone.length > 0) await write(() => answered.remove(gone));
  }

  /** A disk that fails keeps nobody from stopping a charger; what costs money asks for it itself. */
  async function write(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      log("error", "answer_not_kept", { error: errorText(error) });
      return false;
    }
  }

  async function doOnce(
    command: AnsweredCommand,
    isOnDisk: boolean,
    context: WebContext,
    handler: Handler,
  ): Promise<Response> {
    const { id } = command;
    keep(command);
    underWay.add(id);
    try {
      if (isOnDisk && !await write(() => answered.save(command))) {
        forget(id);
        return problem(context, 503, "The disk cannot keep what must not be done twice.");
      }
      if (isOnDisk) onDisk.add(id);
      const response = await handler(context);
      const answer = await readAnswer(response);
      if (UNDONE.has(answer.status)) forget(id);
      else keep({ ...command, answer });
      const kept = known.get(id);
      if (isOnDisk) {
        if (kept === undefined) onDisk.delete(id);
        await write(() => kept === undefined ? answered.remove([id]) : answered.save(kept));
      }
      return response;
    } finally {
      underWay.delete(id);
      await clearOut();
    }
  }

  return {
    behind: (route, handler) => async (context) => {
      const key = context.req.header("idempotency-key");
      if (key === undefined) return await handler(context);
      if (!/^[\x21-\x7e]{1,255}$/.test(key)) return badKey(context);
      const id = digest([whoOf(context), context.req.method, context.req.path, key]);
      const sent = digest([new URL(context.req.url).search, await context.req.text()]);
      const before = known.get(id);
      if (before !== undefined && clock.wallMs() - before.atWallMs < REPEAT_MS) {
        return answerAgain(context, before, sent, underWay.has(id));
      }
      const command = { id, sent, atWallMs: clock.wallMs(), answer: null };
      return await doOnce(command, ON_DISK.has(route.key), context, handler);
    },
  };
}

function sizeOf(command: AnsweredCommand | undefined): number {
  return command === undefined ? 0 : 256 + (command.answer?.body.length ?? 0);
}

function whoOf(context: WebContext): string {
  const visitor = context.get("visitor");
  return visitor.kind === "stranger" ? "" : `${visitor.kind} ${visitor.principal.name}`;
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

async function readAnswer(response: Response) {
  return {
    status: response.status,
    contentType: response.headers.get("content-type") ?? "application/json",
    body: await response.clone().text(),
  };
}

function badKey(context: WebContext): Response {
  const message = "Expected 1 to 255 printable characters without spaces.";
  const errors = [{ path: "Idempotency-Key", message }];
  return problem(context, 422, message, { type: "invalid-input", members: { errors } });
}

function answerAgain(
  context: WebContext,
  { sent, answer }: AnsweredCommand,
  sentNow: string,
  isUnderWay: boolean,
): Response {
  if (sent !== sentNow) {
    return problem(context, 422, "This key came with another command before.", {
      type: "idempotency-key-reused",
      title: "Key used for something else",
    });
  }
  if (answer !== null) {
    return context.body(answer.body, answer.status as ContentfulStatusCode, {
      "content-type": answer.contentType,
      "idempotency-replayed": "true",
    });
  }
  return isUnderWay
    ? problem(context, 409, "The command with this key is still being done.", {
      type: "idempotency-in-flight",
      title: "Still being done",
      headers: { "retry-after": "1" },
    })
    : problem(context, 409, "The gateway stopped while it did this: look what came of it.", {
      type: "idempotency-unknown",
      title: "Nobody knows what came of it",
    });
}
