import { createFaultProxy, type FaultProxy } from "./fault_proxy_io.ts";

/** The wires of a site, as a test spoils them. */
export interface Wires {
  readonly csms: FaultProxy;
  /** The first one leads to the charger at slot 1. */
  readonly chargers: readonly FaultProxy[];
}

/** Puts proxies in front of the CSMS and, one for each charger, of the gateway. */
export async function layWires(
  ports: { readonly csms: number; readonly gateway: number },
  chargers: number,
  seed: number,
): Promise<Wires> {
  return {
    csms: await createFaultProxy(ports.csms, seed),
    chargers: await Promise.all(
      Array.from(
        { length: chargers },
        (_, index) => createFaultProxy(ports.gateway, seed + 1 + index),
      ),
    ),
  };
}

/** Ends the proxies with all their connections. */
export async function takeWiresAway({ csms, chargers }: Wires): Promise<void> {
  await Promise.all([csms, ...chargers].map((wire) => wire.stop()));
}
