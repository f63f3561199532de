import type { IClientOptions } from "mqtt";
import { compact } from "../lib/json.ts";

/** Where a broker is and who we are there, as site.yaml says it. */
export interface BrokerOptions {
  /** `mqtt://host[:port]` or `mqtts://host[:port]`; an IPv6 address in brackets. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Certificates that the broker's is checked against; absent: those of the machine. */
  readonly ca?: string | undefined;
}

/** How to reach a broker by MQTT 3.1.1. It is to remember nothing of us: an order from before is none. */
export function brokerOptions({ url, username, password, ca }: BrokerOptions): IClientOptions {
  const { protocol, hostname, port } = new URL(url);
  const isSecure = protocol === "mqtts:";
  return compact({
    protocol: isSecure ? "mqtts" as const : "mqtt" as const,
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? (isSecure ? 8883 : 1883) : Number(port),
    username,
    password,
    ca,
    protocolVersion: 4 as const,
    clean: true,
    timerVariant: "native" as const,
  });
}
