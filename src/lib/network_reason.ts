const REASONS: Readonly<Record<string, (address: string) => string>> = {
  ECONNREFUSED: (address) => `${address} refuses the connection`,
  ECONNRESET: (address) => `${address} reset the connection`,
  EPIPE: (address) => `${address} reset the connection`,
  EHOSTUNREACH: (address) => `no route to ${address}`,
  ENETUNREACH: (address) => `no route to ${address}`,
  ENETDOWN: (address) => `no route to ${address}: the network is down`,
  ETIMEDOUT: (address) => `no answer from ${address}`,
  ENOTFOUND: (address) => `no host has the name of ${address}`,
  EAI_AGAIN: (address) => `the name of ${address} cannot be looked up now`,
  ECONNABORTED: (address) => `the connection to ${address} was broken off`,
};

/** What a network error means for a person at the cabinet. `address` is "host:port". */
export function networkReason(error: unknown, address: string): string {
  const code = codeOf(error);
  const reason = code === null ? undefined : REASONS[code];
  if (reason !== undefined) return reason(address);
  const text = error instanceof Error && error.message !== "" ? error.message : code ?? "no cause";
  return `cannot reach ${address}: ${text}`;
}

/** The code of a system error ("ECONNREFUSED"); null when there is none. */
export function codeOf(error: unknown): string | null {
  if (typeof error !== "object" || error === null || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}
