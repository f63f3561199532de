import { assertEquals } from "@std/assert";
import { authority, httpAuthority } from "./address.ts";

Deno.test("authority() puts an IPv6 address in brackets, and nothing else", () => {
  assertEquals(authority("192.168.7.1", 502), "192.168.7.1:502");
  assertEquals(authority("meter.local", 502), "meter.local:502");
  assertEquals(authority("::", 8080), "[::]:8080");
  assertEquals(authority("fe80::1", 80), "[fe80::1]:80");
});

Deno.test("httpAuthority() names the port that an address leaves out", () => {
  const of = (url: string) => httpAuthority(new URL(url));
  assertEquals(of("https://vtn.example.com/openadr3/3.1.0"), "vtn.example.com:443");
  assertEquals(of("http://127.0.0.1/x"), "127.0.0.1:80");
  assertEquals(of("https://[::1]:8443/"), "[::1]:8443");
});
