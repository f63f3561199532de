/** Host and port as addresses have them: an IPv6 address stands in brackets (RFC 3986 §3.2.2). */
export function authority(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** "host:port" of an address that begins with http:// or https://, for reasons and permissions. */
export function httpAuthority(url: URL): string {
  return url.port === "" ? `${url.host}:${url.protocol === "https:" ? 443 : 80}` : url.host;
}
