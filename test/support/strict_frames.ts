import type { FrameSocket, OcppVersion } from "../../src/ocpp/mod.ts";
import { loadValidator, OCPP_VERSIONS } from "../../src/ocpp/mod.ts";
import { overhear } from "../sim/overhear.ts";

const validators = new Map(
  await Promise.all(
    OCPP_VERSIONS.map(async (version) => [version, await loadValidator(version)] as const),
  ),
);

/**
 * Holds every frame that the gateway sends against the official schema of the connection's version, its
 * answers too; `found` gets a line for each that is not valid.
 */
export function strictly(
  socket: FrameSocket,
  version: OcppVersion,
  found: (problem: string) => void,
): FrameSocket {
  const validator = validators.get(version);
  /** Actions of the peer's calls, by their ids: there are peers that use an id twice. */
  const asked = new Map<string, readonly string[]>();

  function hear(text: string): void {
    const [type, id, action] = read(text);
    if (type === 2) asked.set(String(id), [...asked.get(String(id)) ?? [], String(action)]);
  }

  function judge(text: string): void {
    const [type, id, second, third] = read(text);
    if (type === 4 || validator === undefined) return;
    const names = type === 2 ? [String(second)] : asked.get(String(id)) ?? [];
    const problems = names.map((name) =>
      type === 2
        ? validator.strict("request", name, third)
        : validator.strict("response", name, second)
    );
    const [first] = problems;
    if (first === undefined || problems.some((each) => each.length === 0)) return;
    found(`${version} ${text}: ${JSON.stringify(first)}`);
  }

  return overhear(socket, (direction, text) => direction === "in" ? hear(text) : judge(text));
}

/** What peers of a test say may be anything. */
function read(text: string): readonly unknown[] {
  try {
    const frame: unknown = JSON.parse(text);
    return Array.isArray(frame) ? frame : [];
  } catch {
    return [];
  }
}
