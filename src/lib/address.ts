/** Host and port as addresses have them: an IPv6 address stands in brackets (RFC 3986 §3.2.2). */
export function authority(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
