import type { Chargers, ListenerOptions } from "./chargers/mod.ts";
import type { GatewayPorts } from "./gateway_options.ts";
import { authority } from "./lib/address.ts";
import type { ListenerView } from "./web/mod.ts";

/**
 * Opens the listeners one after the other, and says where chargers find them.
 *
 * @throws what opening throws; those before stay open, to be closed with the chargers
 */
export async function openListeners(
  chargers: Pick<Chargers, "open">,
  listeners: GatewayPorts["listeners"],
): Promise<readonly ListenerView[]> {
  const views: ListenerView[] = [];
  for (const { listener, options } of listeners) {
    const { port } = await chargers.open(listener, options);
    const { host, path, securityProfile } = options;
    views.push({ url: `${schemeOf(options)}://${authority(host, port)}${path}`, securityProfile });
  }
  return views;
}

/** Behind a front too: chargers see that. */
function schemeOf({ securityProfile, tls }: ListenerOptions): "ws" | "wss" {
  return securityProfile < 2 && tls === null ? "ws" : "wss";
}
