/**
 * True when an address is covered by a rule: the address itself, or an IPv4 network such as
 * "192.168.7.0/24". An IPv4 address that arrives mapped into IPv6 counts as IPv4.
 */
export function isAllowedAddress(address: string, rules: readonly string[]): boolean {
  const own = canonical(address);
  return rules.some((rule) =>
    rule.includes("/") ? isInNetwork(own, rule) : canonical(rule) === own
  );
}

/** True for a text that `isAllowedAddress` understands as a rule. */
export function isAddressRule(rule: string): boolean {
  const [base = "", bits, ...rest] = rule.split("/");
  if (bits === undefined) return ipv4Number(base) !== null || isIpv6(base);
  return rest.length === 0 && ipv4Number(base) !== null && /^\d{1,2}$/.test(bits) &&
    Number(bits) <= 32;
}

/** One spelling for each address: "FE80:0::1%eth0" is "fe80::1". */
function canonical(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  return isIpv6(plain) ? new URL(`http://[${plain}]`).hostname : plain;
}

function isIpv6(text: string): boolean {
  return /^[0-9a-f.]*:[0-9a-f:.]*$/i.test(text) && URL.canParse(`http://[${text}]`);
}

function isInNetwork(address: string, network: string): boolean {
  const [base = "", bits = ""] = network.split("/");
  const left = ipv4Number(address);
  const right = ipv4Number(base);
  if (left === null || right === null || !isAddressRule(network)) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(left / size) === Math.floor(right / size);
}

function ipv4Number(text: string): number | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part))) return null;
  const numbers = parts.map(Number);
  return numbers.every((part) => part <= 255)
    ? numbers.reduce((sum, part) => sum * 256 + part, 0)
    : null;
}
