import { assertEquals } from "@std/assert";
import { authority } from "./address.ts";

Deno.test("authority() puts an IPv6 address in brackets, and nothing else", () => {
  assertEquals(authority("192.168.7.1", 502), "192.168.7.1:502");
  assertEquals(authority("meter.local", 502), "meter.local:502");
  assertEquals(authority("::", 8080), "[::]:8080");
  assertEquals(authority("fe80::1", 80), "[fe80::1]:80");
});
