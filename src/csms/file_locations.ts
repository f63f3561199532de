import type { InsideCall } from "../ocpp/mod.ts";

/** How files travel. */
export type FileScheme = "https" | "http" | "ftps" | "ftp" | "sftp";

/** From where, and to where, the CSMS may have chargers fetch and bring files. */
export interface FileRules {
  readonly schemes: readonly FileScheme[];
  /**
   * Names, "*.example.com" for all below one, or addresses. Empty: whatever is not on a network of
   * somebody's own.
   */
  readonly hosts: readonly string[];
}

/** What is encrypted, and to the internet. */
export const FILE_RULES: FileRules = { schemes: ["https", "ftps", "sftp"], hosts: [] };

/** What speaks against where a command sends a charger; null where nothing does. */
export function locationProblem(call: InsideCall, rules: FileRules): string | null {
  const location = locationIn(call);
  return location === undefined ? null : problemOf(location, rules);
}

function locationIn(call: InsideCall): string | undefined {
  switch (call.action) {
    case "GetLog":
      return call.message.log.remoteLocation;
    case "UpdateFirmware":
      return call.message.firmware.location;
    case "PublishFirmware":
      return call.message.location;
    default:
      return undefined;
  }
}

/** No word of the address itself in the answer: it may hold a password. */
function problemOf(location: string, { schemes, hosts }: FileRules): string | null {
  const url = URL.parse(location);
  if (url === null) return "Its location is no address";
  const scheme = url.protocol.slice(0, -1);
  if (!schemes.some((each) => each === scheme)) {
    return `Files go by ${schemes.join(", ")}, not by ${scheme}`;
  }
  const host = hostOf(url);
  if (host === "") return "Its location names no host";
  const isFine = hosts.length === 0 ? !isInternal(host) : hosts.some((rule) => fits(host, rule));
  return isFine ? null : `Files do not go to or come from ${host}`;
}

/** Only for addresses of the web does the parser find the one spelling of "0x7f.1" and "LOCALHOST". */
function hostOf({ host, hostname, port }: URL): string {
  const name = port === "" ? host : hostname;
  const plain = URL.parse(`http://${name}/`)?.hostname ?? "";
  return plain.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

function fits(host: string, rule: string): boolean {
  const wanted = rule.toLowerCase();
  return wanted.startsWith("*.") ? host.endsWith(wanted.slice(1)) : host === wanted;
}

/** Names that nobody outside knows, and addresses that are not routed on the internet. */
function isInternal(host: string): boolean {
  if (host.includes(":")) return !/^[23]/.test(host);
  const parts = host.split(".");
  if (parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part))) {
    const [first = 0, second = 0] = parts.map(Number);
    return first === 0 || first === 10 || first === 127 || first >= 224 ||
      first === 100 && second >= 64 && second < 128 ||
      first === 169 && second === 254 ||
      first === 172 && second >= 16 && second < 32 ||
      first === 192 && (second === 168 || second === 0) ||
      first === 198 && (second === 18 || second === 19);
  }
  return parts.length < 2 || /\.(local|internal|lan|home|localdomain|localhost|arpa)$/.test(host);
}
