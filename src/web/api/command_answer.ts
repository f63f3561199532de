import { doerOf } from "../audit_desk.ts";
import { compact } from "../../lib/json.ts";
import type { Command } from "../commands/command.ts";
import type { CommandProgress } from "../commands/desk.ts";
import { problem } from "../problem.ts";
import type { WebContext, WebParts } from "../web_parts.ts";

/** Carries a command out and answers with its outcome. */
export async function answerCommand(
  { commands }: WebParts,
  context: WebContext,
  command: Command,
): Promise<Response> {
  const asker = doerOf(context.get("visitor"), context.env.remoteAddress);
  const { progress } = await commands.begin(command, asker).answered;
  return outcomeAnswer(context, progress);
}

/**
 * An outcome in HTTP: 200 for accepted, 409 for a no of the charger or the site, 422 where fields of what
 * was asked for are wrong, 502 where it did not get through, 504 where nobody answered. The problem document carries the reason and what to try.
 */
export function outcomeAnswer(context: WebContext, progress: CommandProgress): Response {
  switch (progress.kind) {
    case "accepted":
      return context.json(compact({
        outcome: "accepted",
        detail: progress.detail,
        answer: progress.answer,
      }));
    case "refused":
    case "failed": {
      const { kind, reason, advice } = progress;
      const answer = progress.kind === "refused" ? progress.answer : undefined;
      if (progress.kind === "refused" && progress.errors !== undefined) {
        const members = { errors: progress.errors, outcome: kind, reason, advice };
        return problem(context, 422, reason, { type: "invalid-input", members });
      }
      return problem(context, kind === "refused" ? 409 : 502, reason, {
        type: `command-${kind}`,
        title: kind === "refused" ? "Command refused" : "Command not delivered",
        members: compact({ outcome: kind, reason, advice, answer }),
      });
    }
    default:
      return problem(context, 504, "No answer came in time.", {
        type: "command-unanswered",
        title: "Command not answered",
        members: {
          outcome: "unanswered",
          reason: "no answer came in time",
          advice: "look at the charger before trying again",
        },
      });
  }
}
