import type { Clock } from "../lib/clock.ts";
import type { SimulatedCsms } from "./csms.ts";

/** When a CSMS is away: after so long, for so long, again and again. */
export interface OutagePlan {
  readonly afterMs: number;
  readonly forMs: number;
}

/** Lets a CSMS drop out as planned until the returned function is called. */
export function dropOutRegularly(
  csms: Pick<SimulatedCsms, "setDown">,
  { afterMs, forMs }: OutagePlan,
  clock: Clock,
): () => void {
  let cancel = clock.after(afterMs, goDown);
  function goDown(): void {
    csms.setDown(true);
    cancel = clock.after(forMs, comeBack);
  }
  function comeBack(): void {
    csms.setDown(false);
    cancel = clock.after(afterMs, goDown);
  }
  return () => cancel();
}
