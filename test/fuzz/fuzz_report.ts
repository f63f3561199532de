import type { Collection } from "./corpus.ts";
import type { FuzzReport } from "./fuzz_run.ts";

/** A run for a person, line by line. */
export function reportLines(
  report: FuzzReport,
  collection: Pick<Collection, "seen">,
): readonly string[] {
  const { inputs, seconds, resident, answerMs, sessions, complaints, events } = report;
  const all = [...inputs.values()].reduce((sum, each) => sum + each, 0);
  const edges = [...inputs].map(([edge, count]) =>
    `  ${edge}: ${count} inputs, ${collection.seen(edge)} different outcomes`
  );
  const loudest = [...events].sort(([, one], [, other]) => other - one).slice(0, 12);
  return [
    `${all} inputs in ${Math.round(seconds)} s, ${(all / seconds).toFixed(1)} a second`,
    ...edges,
    `resident: ${residentText(resident)}`,
    `the good charger: ${answerMs.length} answers, p50 ${at(answerMs, 0.5)} ms, p99 ${
      at(answerMs, 0.99)
    } ms, longest ${at(answerMs, 1)} ms; ${sessions} sessions`,
    `the gateway's log: ${loudest.map(([event, count]) => `${event} ${count}`).join(", ")}`,
    `crashes and complaints: ${complaints.length}`,
    ...complaints.slice(0, 20).map((each) => `  ${each}`),
  ];
}

/** Means of a tenth of the run each: once it is warm, in the middle, at the end. */
function residentText(resident: FuzzReport["resident"]): string {
  const width = Math.max(1, Math.floor(resident.length / 10));
  const mean = (from: number) => {
    const part = resident.slice(from, from + width);
    const sum = part.reduce((total, { bytes }) => total + bytes, 0);
    return Math.round(sum / Math.max(1, part.length) / 1e6);
  };
  const middle = Math.floor((resident.length - width) / 2);
  const most = Math.round(Math.max(0, ...resident.map(({ bytes }) => bytes)) / 1e6);
  return `first tenth ${mean(0)} MB, second ${mean(width)} MB, middle ${mean(middle)} MB, ` +
    `end ${mean(Math.max(0, resident.length - width))} MB, most ${most} MB`;
}

function at(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}
