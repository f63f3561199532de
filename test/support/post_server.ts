/** A mail server for one mail: what it was told, line by line. */
export function openPost(refuses = "") {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const lines: string[] = [];
  const serving = (async () => {
    const connection = await listener.accept();
    const writer = connection.writable.getWriter();
    const say = (text: string) => writer.write(new TextEncoder().encode(`${text}\r\n`));
    await say("220 post.example.com");
    let [rest, isData] = ["", false];
    const reader = connection.readable.pipeThrough(new TextDecoderStream());
    for await (const text of reader) {
      rest += text;
      const parts = rest.split("\r\n");
      rest = parts.pop() ?? "";
      for (const line of parts) {
        lines.push(line);
        if (isData && line !== ".") continue;
        if (line === ".") isData = false;
        const isRefused = refuses !== "" && line.startsWith(refuses);
        if (line === "DATA" && !isRefused) isData = true;
        await say(isRefused ? "550 no" : line === "DATA" ? "354 go on" : "250 ok");
        if (line === "QUIT") return connection.close();
      }
    }
  })().catch(() => {});
  const { port } = listener.addr as Deno.NetAddr;
  return {
    lines,
    options: {
      host: "127.0.0.1",
      port,
      security: "off",
      username: null,
      password: null,
      from: "site@pune.example.com",
    } as const,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };
}
