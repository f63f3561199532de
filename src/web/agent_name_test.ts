import { assertEquals } from "@std/assert";
import { agentName } from "./agent_name.ts";

Deno.test("agentName() names the browser and its system, and nothing that it does not know", () => {
  const chrome =
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36";
  const safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1";
  const edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36 Edg/126.0";
  const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
  assertEquals(agentName(chrome), "Chrome, Android");
  assertEquals(agentName(safari), "Safari, iOS");
  assertEquals(agentName(edge), "Edge, Windows");
  assertEquals(agentName(firefox), "Firefox, Linux");
  assertEquals([agentName("curl/8.5"), agentName(""), agentName("<b>")], ["", "", ""]);
});
